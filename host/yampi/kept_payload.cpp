// What is kept of a webhook's body: written anew from what was read, so that nothing unlisted can be in it.
#include <nlohmann/json.hpp>

#include "host/yampi/scrub.h"
#include "host/yampi/webhook.h"

namespace smmhost {
namespace {

using Out = nlohmann::ordered_json;

constexpr std::size_t kLongestExcerpt = 500;
// A body that begins like an order's but is broken: its envelope is in the first bytes, and customers' data behind.
constexpr std::size_t kLongestExcerptOfJson = 120;

Out line_json(const ShopOrderLine& shop_line) {
  Out line;
  line["id"] = shop_line.item_id.empty() ? Out(nullptr) : Out(std::stoll(shop_line.item_id));
  line["item_sku"] = shop_line.sku;
  line["quantity"] = shop_line.quantity;
  line["customizations"] = Out::array();
  if (!shop_line.customization.empty()) line["customizations"].push_back({{"value", shop_line.customization}});
  return line;
}

Out lines_json(const ShopOrder& order) {
  Out lines = Out::array();
  for (const ShopOrderLine& line : order.lines) lines.push_back(line_json(line));
  return lines;
}

Out order_json(const ShopOrder& order) {
  Out resource;
  resource["id"] = order.order_id;
  resource["number"] = order.number;
  resource["status"]["data"]["alias"] = order.status_alias;
  if (order.created_at) resource["created_at"] = to_iso8601(*order.created_at);
  if (order.updated_at) resource["updated_at"] = to_iso8601(*order.updated_at);
  if (order.was_paid && order.status_alias != "paid") {
    Out paid{{"alias", "paid"}};
    if (order.paid_at) paid["created_at"] = to_iso8601(*order.paid_at);
    resource["statuses"]["data"] = Out::array({paid});
  }
  Out& customer = resource["customer"]["data"];
  customer["name"] = order.customer_name;
  customer["email"] = order.email;
  customer["phone"]["full_number"] = order.phone_full_number;
  resource["items"]["data"] = lines_json(order);
  return resource;
}

Out excerpt_json(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  const bool like_json = first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
  return {{"excerpt", scrubbed_excerpt(body, like_json ? kLongestExcerptOfJson : kLongestExcerpt)}};
}

}  // namespace

std::string kept_payload(const Webhook& webhook, std::string_view body) {
  const auto* failure = std::get_if<NotUnderstood>(&webhook.content);
  if (failure && !failure->was_json) return excerpt_json(body).dump();

  Out kept;
  kept["event"] = webhook.envelope.event;
  if (webhook.envelope.time) kept["time"] = to_iso8601(*webhook.envelope.time);
  kept["merchant"]["alias"] = webhook.envelope.merchant_alias;
  if (const auto* reading = std::get_if<OrderReading>(&webhook.content)) {
    kept["resource"] = order_json(reading->order);
  } else if (webhook.envelope.resource_id != 0) {
    kept["resource"]["id"] = webhook.envelope.resource_id;
  }
  return kept.dump(-1, ' ', false, Out::error_handler_t::replace);
}

}  // namespace smmhost
