// A simulated Yampi shop: its orders and its REST API. Webhooks are in webhook.cpp, the control API in
// shop_control.cpp.
#include "examples/world/shop.h"

#include <algorithm>
#include <charconv>

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

Answer json_answer(int status, const Json& body) {
  return Answer{status, body.dump()};
}

Answer plain_error(int status, const std::string& text) {
  return json_answer(status, Json{{"message", text}, {"status_code", status}});
}

Answer unprocessable(const std::string& field, const std::string& text) {
  return json_answer(422, Json{{"message", "422 Unprocessable Entity"}, {"errors", {{field, Json::array({text})}}}});
}

std::int64_t to_id(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && end == text.data() + text.size() ? value : 0;
}

int to_int(const std::string& text, int otherwise) {
  const std::int64_t value = to_id(text);
  return value > 0 ? static_cast<int>(value) : otherwise;
}

// `created_at:2026-01-13|2026-01-15`, whole days of the shop's zone; any other form is ignored, as Yampi does.
bool in_date_window(const Order& order, const std::string& window) {
  const std::size_t colon = window.find(':');
  const std::size_t bar = window.find('|');
  if (colon == std::string::npos || bar == std::string::npos || bar < colon) return true;
  const std::string day =
      shop_time(window.starts_with("updated_at") ? order.updated_at : order.created_at).substr(0, 10);
  return day >= window.substr(colon + 1, bar - colon - 1) && day <= window.substr(bar + 1);
}

}  // namespace

Shop::Shop(ShopOptions options)
    : options_(std::move(options)),
      next_order_id_(options_.first_order_id),
      http_([this](const Request& request) { return serve(request); }) {}

std::int64_t Shop::place_order(OrderSpec spec) {
  const std::lock_guard lock(mutex_);
  Order order;
  order.id = next_order_id_++;
  order.number = 739'383'970'000'000 + order.id % 1'000'000;
  order.status = spec.status;
  if (spec.status != "waiting_payment" && spec.payment == "pix") order.history.emplace_back("waiting_payment");
  order.history.push_back(spec.status);
  order.payment = spec.payment;
  order.lines = std::move(spec.lines);
  for (OrderLine& line : order.lines) line.item_id = next_item_id_++;
  order.updated_at = std::chrono::system_clock::now();
  order.created_at = order.updated_at - std::chrono::seconds{17};
  const std::int64_t id = order.id;
  orders_.emplace(id, std::move(order));
  return id;
}

Order Shop::order(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  return orders_.at(id);
}

void Shop::set_status(std::int64_t id, const std::string& alias) {
  const std::lock_guard lock(mutex_);
  Order& order = orders_.at(id);
  order.status = alias;
  order.history.push_back(alias);
  order.updated_at = std::max(std::chrono::system_clock::now(), order.updated_at + std::chrono::seconds{1});
}

std::vector<ToldStatus> Shop::told() const {
  const std::lock_guard lock(mutex_);
  return told_;
}

std::size_t Shop::told_count() const {
  const std::lock_guard lock(mutex_);
  return told_.size();
}

std::vector<std::string> Shop::told_to(std::int64_t order_id) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> aliases;
  for (const ToldStatus& told : told_) {
    if (told.order_id == order_id && told.http_status == 200) aliases.push_back(told.alias);
  }
  return aliases;
}

void Shop::fail_writes(int count, int http_status) {
  const std::lock_guard lock(mutex_);
  failing_writes_ = count;
  failing_status_ = http_status;
}

void Shop::switch_webhook_off() {
  const std::lock_guard lock(mutex_);
  webhook_on_ = false;
}

bool Shop::webhook_is_on() const {
  const std::lock_guard lock(mutex_);
  return webhook_on_;
}

bool Shop::over_limit(Window& window, int limit) const {
  const auto now = std::chrono::steady_clock::now();
  if (now - window.started >= std::chrono::minutes{1}) window = {now, 0};
  return ++window.used > limit;
}

Answer Shop::serve(const Request& request) {
  if (request.path.starts_with("/_control/")) return control(request);
  const std::string prefix = "/v2/" + options_.alias;
  if (!request.path.starts_with(prefix + "/")) return plain_error(404, "Not Found");
  if (request.header("user-token") != options_.api_key || request.header("user-secret-key") != options_.secret_key) {
    return plain_error(401, "Unauthorized");
  }
  const std::lock_guard lock(mutex_);
  const bool writes = request.method != "GET";
  Window& window = writes ? writes_ : reads_;
  const int limit = writes ? options_.writes_per_minute : options_.reads_per_minute;
  const bool refused = over_limit(window, limit);
  Answer answer = refused ? plain_error(429, "Too Many Requests") : route(request, request.path.substr(prefix.size()));
  answer.headers = {{"X-RateLimit-Limit", std::to_string(limit)},
                    {"X-RateLimit-Remaining", std::to_string(std::max(0, limit - window.used))}};
  return answer;
}

Answer Shop::route(const Request& request, const std::string& rest) {
  if (request.method == "PUT" && rest.starts_with("/orders/")) return write_status(to_id(rest.substr(8)), request.body);
  if (request.method == "PUT" && rest == "/webhooks/1") return write_webhook(request.body);
  if (request.method != "GET") return plain_error(404, "Not Found");
  const bool fresh = value_of(request.query, "skipCache") == "true";
  const auto cached = cache_.find(request.target);
  if (!fresh && cached != cache_.end()) return Answer{200, cached->second};
  Answer answer = plain_error(404, "Not Found");
  if (rest == "/checkout/statuses") {
    Json rows = Json::array();
    for (const Status& status : all_statuses()) {
      rows.push_back(Json{{"id", status.id},
                          {"order", status.id - 2},
                          {"alias", status.alias},
                          {"name", status.name},
                          {"description", nullptr}});
    }
    answer = json_answer(200, Json{{"data", rows}});
  } else if (rest == "/webhooks") {
    answer = list_webhooks();
  } else if (rest == "/orders") {
    answer = list_orders(request);
  } else if (rest.starts_with("/orders/")) {
    answer = one_order(to_id(rest.substr(8)));
  }
  if (answer.status == 200) cache_[request.target] = answer.body;
  return answer;
}

// Newest first. The filter is `status_id[]=4`; without the brackets it is ignored, as Yampi does.
Answer Shop::list_orders(const Request& request) const {
  std::vector<int> wanted;
  for (const auto& [name, value] : request.query) {
    if (name == "status_id[]") wanted.push_back(to_int(value, 0));
  }
  const std::string window = value_of(request.query, "date");
  std::vector<const Order*> found;
  for (const auto& [id, order] : orders_) {
    const int status_id = find_status(order.status)->id;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), status_id) == wanted.end()) continue;
    if (in_date_window(order, window)) found.push_back(&order);
  }
  std::reverse(found.begin(), found.end());
  const auto limit = static_cast<std::size_t>(std::min(to_int(value_of(request.query, "limit"), 10), 100));
  const auto page = static_cast<std::size_t>(to_int(value_of(request.query, "page"), 1));
  const std::size_t from = std::min((page - 1) * limit, found.size());
  const std::size_t to = std::min(from + limit, found.size());
  Json rows = Json::array();
  for (std::size_t n = from; n < to; ++n) rows.push_back(order_json(*found[n], options_.merchant_id));
  const std::size_t pages = std::max<std::size_t>(1, (found.size() + limit - 1) / limit);
  Json links = Json::object();
  if (page < pages) links["next"] = base_url() + "/orders?page=" + std::to_string(page + 1);
  return json_answer(200, Json{{"data", rows},
                               {"meta",
                                {{"pagination",
                                  {{"total", found.size()},
                                   {"count", to - from},
                                   {"per_page", limit},
                                   {"current_page", page},
                                   {"total_pages", pages},
                                   {"links", links}}}}}});
}

Answer Shop::one_order(std::int64_t id) const {
  const auto at = orders_.find(id);
  if (at == orders_.end()) return plain_error(404, "Not Found");
  return json_answer(200, Json{{"data", order_json(at->second, options_.merchant_id)}});
}

Answer Shop::write_status(std::int64_t id, const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  const bool has_id = json.is_object() && json.contains("status_id") && json["status_id"].is_number_integer();
  const Status* status = has_id ? find_status(json["status_id"].get<int>()) : nullptr;
  ToldStatus& told = told_.emplace_back(ToldStatus{id, status != nullptr ? status->alias : "", 200});
  const auto at = orders_.find(id);
  Answer answer;
  if (failing_writes_ > 0) {
    --failing_writes_;
    answer = plain_error(failing_status_, "Server Error");
  } else if (at == orders_.end()) {
    answer = plain_error(404, "Not Found");
  } else if (status == nullptr) {
    answer = unprocessable("status_id", "Campo obrigatório.");
  } else {
    Order& order = at->second;
    const std::vector<std::string> next = allowed_next(order.status);
    if (std::find(next.begin(), next.end(), status->alias) == next.end()) {
      answer = unprocessable("status_id", "Status não permitido.");
    } else {
      order.status = status->alias;
      order.history.emplace_back(status->alias);
      order.updated_at = std::chrono::system_clock::now();
      answer = json_answer(200, Json{{"data", Json::array({order_json(order, options_.merchant_id)})}});
    }
  }
  told.http_status = answer.status;
  return answer;
}

Answer Shop::list_webhooks() const {
  const Json webhook{{"id", 1},
                     {"name", "smmhost"},
                     {"url", "https://host.example.com/api/webhook"},
                     {"events", Json::array({"order.paid", "order.status.updated"})},
                     {"active", webhook_on_}};
  return json_answer(200, Json{{"data", Json::array({webhook})}});
}

// The whole object is wanted; `active` alone is refused, as Yampi does.
Answer Shop::write_webhook(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  for (const char* field : {"name", "url", "events"})
    if (!json.is_object() || !json.contains(field)) return unprocessable(field, "Campo obrigatório.");
  webhook_on_ = json.value("active", webhook_on_);
  return json_answer(200, Json{{"data", {{"id", 1}, {"active", webhook_on_}}}});
}

}  // namespace smmhost::world
