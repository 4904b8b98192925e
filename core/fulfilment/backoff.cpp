#include "core/fulfilment/backoff.h"

#include <algorithm>

namespace smmhost {

Duration backoff_delay(int failures, Duration first, Duration longest, std::uint64_t entropy) {
  Duration full = std::min(first, longest);
  for (int i = 1; i < failures && full < longest; ++i) full = std::min(full * 2, longest);
  const std::int64_t half = full.count() / 2;
  const std::int64_t drawn = static_cast<std::int64_t>(entropy % static_cast<std::uint64_t>(full.count() - half + 1));
  return Duration{half + drawn};
}

}  // namespace smmhost
