// A shop of some age: a database with millions of finished payments, each with its order, its placement and what the
// shop was told. Written past the store, because it would take hours through it.
#pragma once

#include <cstdint>
#include <string>

namespace smmhost::bench {

// The numbers of the finished orders begin here; whoever adds further orders keeps above the last one.
inline constexpr std::int64_t kFirstFinishedOrder = 100'000'000;
inline constexpr std::int64_t kMostFinishedOrders = 500'000'000;

// Fills the database (an address as in [store] url, which no host has open) up to `count` finished payments, and brings
// the planner's statistics up to date. Throws std::runtime_error. Ten million take some minutes and about 10 GB.
void fill_with_finished_payments(const std::string& url, std::int64_t count);

}  // namespace smmhost::bench
