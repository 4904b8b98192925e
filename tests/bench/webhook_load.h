// Posts webhooks as fast as the host takes them, over connections that stay open.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "examples/world/shop.h"

namespace smmhost::bench {

using Steady = std::chrono::steady_clock;

// When each answer was there, in the order of `webhooks`. `per_second` > 0 spreads the posts evenly. Throws
// std::runtime_error at the first that is not answered 200.
std::vector<Steady::time_point> post_all(const std::string& url, const std::vector<world::Webhook>& webhooks,
                                         int connections, double per_second = 0);

}  // namespace smmhost::bench
