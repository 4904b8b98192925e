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

// A line that cannot be fulfilled as it stands; kept so that a person sees it.
struct UnusableLine {
  std::string item_id;  // empty where the line has none
  std::string sku;
  std::optional<std::int64_t> quantity;
  std::string customization;
  std::string why;
};

struct OrderReading {
  ShopOrder order;  // `lines` holds the usable ones; a repeated line id is taken once
  std::vector<UnusableLine> unusable;
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
