#include "core/fulfilment/split_quantity.h"

#include <algorithm>
#include <limits>

namespace smmhost {

std::optional<std::int64_t> total_quantity(std::int64_t base_quantity, std::int64_t item_quantity) {
  if (base_quantity <= 0 || item_quantity <= 0) return std::nullopt;
  if (base_quantity > std::numeric_limits<std::int64_t>::max() / item_quantity) return std::nullopt;
  return base_quantity * item_quantity;
}

std::vector<std::int64_t> split_quantity(std::int64_t total, std::int64_t posts, std::int64_t min) {
  const std::int64_t most = std::max<std::int64_t>(1, total / std::max<std::int64_t>(1, min));
  const std::int64_t parts = std::min({posts, most, total});
  std::vector<std::int64_t> quantities(static_cast<std::size_t>(parts), total / parts);
  quantities.front() += total % parts;
  return quantities;
}

}  // namespace smmhost
