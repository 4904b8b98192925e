// What is decided about an order as a whole: its lines, and what the shop was or is to be told of it.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "core/ports/store.h"

namespace smmhost {

struct OrderRows {
  std::vector<PaymentDetail> lines;
  std::vector<ShopUpdate> updates;  // the oldest first
};

// The lines are read first. An order of which nothing is stored is left out. Throws StoreUnavailable.
std::map<std::int64_t, OrderRows> read_orders(Store& store, std::span<const std::int64_t> order_ids);

}  // namespace smmhost
