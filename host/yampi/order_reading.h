// An order of the shop, read from its JSON: the `resource` of a webhook, or an element of GET /orders (same shape,
// observed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/domain/shop_order.h"
#include "host/yampi/json_reading.h"

namespace smmhost {

struct OrderReading {
  ShopOrder order;                 // a repeated line id is taken once
  std::vector<std::string> notes;  // what was read in an unusual way; ids and SKUs only, nothing personal
};

// "No order id" and the like.
struct UnreadableOrder {
  std::string why;
};

std::variant<OrderReading, UnreadableOrder> read_order(const std::optional<Json>& resource,
                                                       const std::string& merchant_alias);

// {"date":"...","timezone":"..."} or a string; nullopt for null and everything else.
std::optional<Time> read_shop_time(const std::optional<Json>& value);

}  // namespace smmhost
