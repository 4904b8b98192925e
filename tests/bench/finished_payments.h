// A shop of some age: a database with millions of finished payments, each with its order, its placement and what the
// shop was told. Written past the store, because it would take hours through it.
#pragma once

#include <cstdint>
#include <string>

namespace smmhost::bench {

// The numbers of the finished orders begin here; whoever adds further orders keeps above the last one.
inline constexpr std::int64_t kFirstFinishedOrder = 100'000'000;
inline constexpr std::int64_t kMostFinishedOrders = 500'000'000;
inline constexpr std::int64_t kLivedLately = 1'600;

// The address of a database with `count` finished payments: `url` (as in [store] url) with _COUNT behind its file or
// database name. Made where it is missing, filled up where it has fewer, with the planner's statistics up to date; no
// host may have it open. The newest kLivedLately of them have just gone through all their states, and left behind as
// much as PostgreSQL keeps without a vacuum. There it is made by way of the database that `url` names. Throws
// std::runtime_error. Ten million take some minutes and about 10 GB.
std::string database_with_finished_payments(const std::string& url, std::int64_t count);

}  // namespace smmhost::bench
