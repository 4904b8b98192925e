// An order of the shop, read from its JSON: the `resource` of a webhook, or an element of GET /orders (same shape,
// observed).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/domain/shop_order.h"
#include "host/yampi/json_reading.h"

namespace smmhost {

struct OrderReading {
  ShopOrder order;                 // a repeated line id is taken once
  std::vector<std::string> notes;  // what was read in an unusual way; ids and SKUs only, nothing personal
};

// Whether an order that stands at a later status than "paid" is to be fulfilled; see MovedOn. `paid_statuses`: those at
// which an order that was paid is to be fulfilled still. An `order.paid` is believed at any status that follows
// payment, because the shop tells of the payment just then; elsewhere an order on its way, delivered or with a trouble
// of its delivery was somebody else's.
MovedOn moved_on_of(const ShopOrder& order, std::string_view event, std::span<const std::string> paid_statuses);

// "No order id" and the like.
struct UnreadableOrder {
  std::string why;
};

std::variant<OrderReading, UnreadableOrder> read_order(const std::optional<Json>& resource,
                                                       const std::string& merchant_alias);

// {"date":"...","timezone":"..."} or a string; nullopt for null and everything else.
std::optional<Time> read_shop_time(const std::optional<Json>& value);

}  // namespace smmhost
