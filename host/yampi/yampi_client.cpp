#include "host/yampi/yampi_client.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <variant>

#include "host/yampi/order_reading.h"
#include "host/yampi/shop_time.h"

namespace smmhost {
namespace {

using Out = nlohmann::ordered_json;

constexpr std::size_t kPageSize = 100;  // the most that the API gives

// Where an order stands and may go, of GET or PUT /orders/{id}. The documentation shows a list of one, shops answer an
// object.
struct OrderStanding {
  std::int64_t id = 0;
  std::optional<std::int64_t> status_id;
  std::string alias;
  std::vector<std::int64_t> next_ids;  // empty where the answer does not say
};

std::optional<Json> order_in(const std::optional<Json>& root) {
  if (auto order = relation(root, "data")) return order;
  const std::vector<Json> orders = relation_list(root, "data");
  if (orders.empty()) return std::nullopt;
  return orders.front();
}

std::optional<OrderStanding> standing_in(const std::optional<Json>& root) {
  const std::optional<Json> order = order_in(root);
  const auto id = whole_number(member(order, "id"));
  if (!id) return std::nullopt;
  OrderStanding standing{.id = *id};
  const std::optional<Json> status = relation(order, "status");
  standing.alias = text_of(member(status, "alias"));
  standing.status_id = whole_number(member(status, "id"));
  if (!standing.status_id) standing.status_id = whole_number(member(order, "status_id"));
  simdjson::dom::array next;
  if (const auto ids = member(order, "desire_status_id"); ids && ids->get(next) == simdjson::SUCCESS) {
    for (const Json next_id : next) {
      if (const auto number = whole_number(next_id)) standing.next_ids.push_back(*number);
    }
  }
  return standing;
}

std::string summary(const OrderStanding& standing) {
  Out out{{"id", standing.id}, {"status", standing.alias}};
  if (standing.status_id) out["status_id"] = *standing.status_id;
  if (!standing.next_ids.empty()) out["desire_status_id"] = standing.next_ids;
  return out.dump(-1, ' ', false, Out::error_handler_t::replace);
}

bool has_status(const OrderStanding& standing, std::int64_t status_id, const std::string& alias) {
  return standing.status_id ? *standing.status_id == status_id : standing.alias == alias;
}

void keep(ApiAnswer& answer, std::vector<Exchange>& exchanges) {
  if (answer.exchange) exchanges.push_back(std::move(*answer.exchange));
}

// The order as it stands now. The API caches its answers for 30 minutes unless told otherwise (documented).
std::variant<OrderStanding, Failure> ask_standing(YampiApi& api, std::int64_t order_id, Time now,
                                                  std::vector<Exchange>& exchanges) {
  ApiAnswer answer = api.call({.operation = "order",
                               .path = "/orders/" + std::to_string(order_id) + "?include=status&skipCache=true",
                               .at = now});
  const auto standing = answer.failure ? std::nullopt : standing_in(answer.root());
  if (standing && answer.exchange) answer.exchange->response_body = summary(*standing);
  keep(answer, exchanges);
  if (answer.failure) return *answer.failure;
  if (!standing || standing->id != order_id || (!standing->status_id && standing->alias.empty()))
    return Failure{.code = FailureCode::kBadResponse, .message = "Yampi's answer is not the order that was asked for."};
  return *standing;
}

Reply<Told> write_status(YampiApi& api, std::int64_t order_id, std::int64_t status_id, const std::string& alias,
                         Time now, std::vector<Exchange> exchanges) {
  const Time at = exchanges.empty() ? now : std::max(now, exchanges.back().ended_at);
  ApiAnswer answer = api.call({.operation = "tell_status",
                               .method = "PUT",
                               .path = "/orders/" + std::to_string(order_id),
                               .body = Out{{"status_id", status_id}}.dump(),
                               .at = at});
  const auto standing = answer.failure ? std::nullopt : standing_in(answer.root());
  if (standing && answer.exchange) answer.exchange->response_body = summary(*standing);
  keep(answer, exchanges);
  if (answer.failure) return {*answer.failure, std::move(exchanges)};
  const bool says_otherwise =
      standing && (standing->status_id || !standing->alias.empty()) && !has_status(*standing, status_id, alias);
  if (says_otherwise)
    return {
        Failure{.code = FailureCode::kBadResponse, .message = "Yampi accepted the change, yet shows another status."},
        std::move(exchanges)};
  return {Told::kTold, std::move(exchanges)};
}

std::string paid_orders_path(const std::vector<std::int64_t>& status_ids, Time since, int page, Time now) {
  // `status_id` needs its brackets; without them it is silently ignored (observed). Dates are whole days of the shop's
  // zone.
  std::string statuses;
  for (const std::int64_t id : status_ids) statuses += "&status_id%5B%5D=" + std::to_string(id);
  return "/orders?include=items%2Ccustomer%2Cstatus%2Cstatuses%2Ctransactions" + statuses + "&date=created_at%3A" +
         shop_day(std::min(since, now)) + "%7C" + shop_day(now) +
         "&orderBy=id&sortedBy=desc&limit=" + std::to_string(kPageSize) + "&page=" + std::to_string(page) +
         "&skipCache=true";
}

// What a list says of its orders, for the log: ids, SKUs and reasons, nothing personal.
struct UnreadOrders {
  int count = 0;
  std::string first_why;
};

// An order of the list that can be read and is paid, or was and has moved on.
std::optional<ShopOrder> paid_order(const Json& resource, const std::string& merchant_alias,
                                    const std::vector<std::string>& paid_statuses, UnreadOrders& unread) {
  auto read = read_order(resource, merchant_alias);
  if (const auto* unreadable = std::get_if<UnreadableOrder>(&read)) {
    if (unread.count++ == 0) unread.first_why = unreadable->why;
    return std::nullopt;
  }
  ShopOrder& order = std::get<OrderReading>(read).order;
  order.moved_on = moved_on_of(order, "", paid_statuses);
  if (order.status_alias != "paid" && order.moved_on == MovedOn::kNo) return std::nullopt;
  return std::move(order);
}

ShopWebhook webhook_in(const Json& row) {
  ShopWebhook webhook{.id = whole_number(member(row, "id")).value_or(0),
                      .name = text_of(member(row, "name")),
                      .url = text_of(member(row, "url")),
                      .secret = Secret(text_of(member(row, "secret_key")))};
  for (const Json& event : relation_list(row, "events"))
    if (std::string name = text_of(event); !name.empty()) webhook.events.push_back(std::move(name));
  if (const auto active = member(row, "active")) {
    bool value = false;
    webhook.active = active->get(value) == simdjson::SUCCESS ? value : whole_number(active) == 1;
  }
  return webhook;
}

// Ids and whether they are on: neither secrets nor addresses.
std::string summary(const std::vector<ShopWebhook>& webhooks) {
  Out out = Out::array();
  for (const ShopWebhook& webhook : webhooks) out.push_back({{"id", webhook.id}, {"active", webhook.active}});
  return out.dump();
}

bool is_last_page(const std::optional<Json>& root, int page, std::size_t listed) {
  const auto pages = whole_number(member(member(member(root, "meta"), "pagination"), "total_pages"));
  return pages ? page >= *pages : listed < kPageSize;
}

}  // namespace

YampiClient::YampiClient(const YampiConfig& config, HttpTransport& transport, std::function<std::uint64_t()> entropy,
                         SharedBudgets shared)
    : merchant_alias_(config.merchant_alias),
      paid_statuses_(config.paid_statuses),
      api_(config, transport, std::move(entropy), std::move(shared)),
      statuses_(api_) {}

Reply<Told> YampiClient::tell_status(std::int64_t order_id, const std::string& status_alias, Time now) {
  std::vector<Exchange> exchanges;
  const auto resolved = statuses_.id_of(status_alias, now, exchanges);
  if (const auto* failure = std::get_if<Failure>(&resolved)) return {*failure, std::move(exchanges)};
  const std::int64_t status_id = std::get<std::int64_t>(resolved);

  if (const auto wait = api_.writes().take(now)) return {rate_limited(*wait), std::move(exchanges)};
  const auto asked = ask_standing(api_, order_id, now, exchanges);
  const auto* standing = std::get_if<OrderStanding>(&asked);
  const bool already = standing && has_status(*standing, status_id, status_alias);
  const bool allowed =
      standing && (standing->next_ids.empty() || std::find(standing->next_ids.begin(), standing->next_ids.end(),
                                                           status_id) != standing->next_ids.end());
  if (already || !allowed) api_.writes().give_back(now);

  if (!standing) return {std::get<Failure>(asked), std::move(exchanges)};
  if (already) return {Told::kAlreadySo, std::move(exchanges)};
  if (!allowed) return {Told::kNotAllowed, std::move(exchanges)};
  return write_status(api_, order_id, status_id, status_alias, now, std::move(exchanges));
}

// "paid", and of the others those that the shop has: statuses are configurable there.
std::variant<std::vector<std::int64_t>, Failure> YampiClient::paid_status_ids(Time now,
                                                                              std::vector<Exchange>& exchanges) {
  const auto paid = statuses_.id_of("paid", now, exchanges);
  if (const auto* failure = std::get_if<Failure>(&paid)) return *failure;
  std::vector<std::int64_t> ids{std::get<std::int64_t>(paid)};
  for (const std::string& alias : paid_statuses_) {
    const auto id = statuses_.id_of(alias, now, exchanges);
    const auto* known = std::get_if<std::int64_t>(&id);
    if (known && std::find(ids.begin(), ids.end(), *known) == ids.end()) ids.push_back(*known);
  }
  return ids;
}

Reply<ShopOrderPage> YampiClient::paid_orders(Time since, int page, Time now) {
  std::vector<Exchange> exchanges;
  const auto ids = paid_status_ids(now, exchanges);
  if (const auto* failure = std::get_if<Failure>(&ids)) return {*failure, std::move(exchanges)};

  ApiAnswer answer = api_.call({.operation = "paid_orders",
                                .path = paid_orders_path(std::get<std::vector<std::int64_t>>(ids), since, page, now),
                                .at = now});
  if (answer.failure) {
    keep(answer, exchanges);
    return {*answer.failure, std::move(exchanges)};
  }
  simdjson::dom::array list;
  const auto data = member(answer.root(), "data");
  if (!data || data->get(list) != simdjson::SUCCESS) {
    keep(answer, exchanges);
    return {Failure{.code = FailureCode::kBadResponse, .message = "Yampi's answer is no list of orders."},
            std::move(exchanges)};
  }

  ShopOrderPage orders;
  Out listed = Out::array();
  UnreadOrders unread;
  for (const Json resource : list) {
    listed.push_back(whole_number(member(resource, "id")).value_or(0));
    if (auto order = paid_order(resource, merchant_alias_, paid_statuses_, unread))
      orders.orders.push_back(std::move(*order));
  }
  if (unread.count > 0)
    spdlog::warn("yampi: {} of {} orders in the list of paid orders cannot be read: {}", unread.count, listed.size(),
                 unread.first_why);
  orders.last = is_last_page(answer.root(), page, listed.size());
  if (answer.exchange)
    answer.exchange->response_body =
        Out{{"listed", listed}, {"paid", orders.orders.size()}, {"last", orders.last}}.dump();
  keep(answer, exchanges);
  return {std::move(orders), std::move(exchanges)};
}

Reply<std::vector<ShopWebhook>> YampiClient::webhooks(Time now) {
  std::vector<Exchange> exchanges;
  ApiAnswer answer = api_.call({.operation = "webhooks", .path = "/webhooks?limit=100&skipCache=true", .at = now});
  const auto data = member(answer.root(), "data");
  const bool is_list = data && data->is_array();
  std::vector<ShopWebhook> webhooks;
  if (!answer.failure && is_list)
    for (const Json& row : relation_list(answer.root(), "data")) webhooks.push_back(webhook_in(row));
  if (!answer.failure && answer.exchange) answer.exchange->response_body = summary(webhooks);
  keep(answer, exchanges);
  if (answer.failure) return {*answer.failure, std::move(exchanges)};
  if (!is_list)
    return {Failure{.code = FailureCode::kBadResponse, .message = "Yampi's answer is no list of webhooks."},
            std::move(exchanges)};
  return {std::move(webhooks), std::move(exchanges)};
}

Reply<bool> YampiClient::enable_webhook(const ShopWebhook& webhook, Time now) {
  std::vector<Exchange> exchanges;
  if (webhook.id <= 0 || webhook.name.empty() || webhook.url.empty() || webhook.events.empty())
    return {Failure{.code = FailureCode::kUnsupported, .message = "Yampi does not say what the webhook is made of."},
            std::move(exchanges)};
  if (const auto wait = api_.writes().take(now)) return {rate_limited(*wait), std::move(exchanges)};
  const Out body{{"name", webhook.name}, {"url", webhook.url}, {"events", webhook.events}, {"active", true}};
  ApiAnswer answer = api_.call({.operation = "enable_webhook",
                                .method = "PUT",
                                .path = "/webhooks/" + std::to_string(webhook.id),
                                .body = body.dump(-1, ' ', false, Out::error_handler_t::replace),
                                .at = now});
  keep(answer, exchanges);
  if (answer.failure) return {*answer.failure, std::move(exchanges)};
  return {true, std::move(exchanges)};
}

}  // namespace smmhost
