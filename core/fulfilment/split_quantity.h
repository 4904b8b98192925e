// Splitting the likes or views that were paid for over posts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace smmhost {

// base x items; nullopt where a factor is not positive or the product does not fit.
std::optional<std::int64_t> total_quantity(std::int64_t base_quantity, std::int64_t item_quantity);

// One quantity a post, the remainder on the first; together exactly `total`. Over fewer posts than `posts` where each
// would otherwise get less than `min`. `total` and `posts` at least 1.
std::vector<std::int64_t> split_quantity(std::int64_t total, std::int64_t posts, std::int64_t min);

}  // namespace smmhost
