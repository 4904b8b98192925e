// A simulated SMM panel: the books and the honest answers. Its faults are in panel_faults.cpp, its control API in
// panel_control.cpp. Answers have the shapes that panels document: order ids as numbers, amounts and counts as text.
#include "examples/world/panel.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "examples/world/amounts.h"

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

Answer json_answer(const Json& body) {
  Answer answer;
  answer.body = body.dump();
  return answer;
}

Answer error_answer(const std::string& text) {
  return json_answer(Json{{"error", text}});
}

std::int64_t to_integer(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && end == text.data() + text.size() ? value : 0;
}

bool is_over(PanelOrderState state) {
  return state != PanelOrderState::kPending && state != PanelOrderState::kInProgress;
}

std::int64_t remains_now(const PanelOrder& order) {
  switch (order.state) {
    case PanelOrderState::kCompleted:
      return 0;
    case PanelOrderState::kPartial:
      return order.remains_at_end;
    case PanelOrderState::kInProgress:
      return order.quantity / 2;
    default:
      return order.quantity;
  }
}

std::vector<std::string> split_ids(const std::string& text) {
  std::vector<std::string> ids;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    ids.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return ids;
}

// Ids are numbers on the wire where they are numbers in the books.
Json id_json(const std::string& id) {
  const std::int64_t number = to_integer(id);
  return number != 0 ? Json(number) : Json(id);
}

}  // namespace

const char* to_string(PanelOrderState state) {
  switch (state) {
    case PanelOrderState::kPending:
      return "Pending";
    case PanelOrderState::kInProgress:
      return "In progress";
    case PanelOrderState::kCompleted:
      return "Completed";
    case PanelOrderState::kPartial:
      return "Partial";
    case PanelOrderState::kCanceled:
      return "Canceled";
    case PanelOrderState::kRefunded:
      return "Refunded";
  }
  return "";
}

Panel::Panel(PanelOptions options, WorldClock& clock)
    : options_(std::move(options)),
      clock_(clock),
      services_(options_.services),
      balance_micros_(options_.balance_micros),
      next_order_id_(options_.first_order_id),
      http_([this](const Request& request) { return serve(request); }) {}

Answer Panel::serve(const Request& request) {
  if (request.path.starts_with("/_control/")) return control(request);
  if (request.path != "/api/v2") return Answer{404, "<html><body>Not Found</body></html>", "text/html"};
  const Pairs form = parse_form(request.body);
  const std::string action = value_of(form, "action");
  if (request.method != "POST" || action.empty()) return error_answer("Incorrect request");
  if (value_of(form, "key") != options_.key) return error_answer("Invalid API key");

  const std::lock_guard lock(mutex_);
  settle_orders();
  const std::optional<PanelFault> fault = take_fault(action, value_of(form, "link"));
  if (!fault) return honest(action, form);
  if (action == "add" && !fault->accept) {
    add_requests_.push_back({value_of(form, "service"), value_of(form, "link"), value_of(form, "quantity"), "",
                             std::chrono::steady_clock::now()});
    return distort(json_answer(Json::object()), *fault);
  }
  return distort(honest(action, form), *fault);
}

Answer Panel::honest(const std::string& action, const Pairs& form) {
  if (action == "add") return add(form);
  if (action == "status") return status(form);
  if (action == "services") return services();
  if (action == "balance") return balance();
  if (action == "cancel") return list_rows(form, "cancel");
  if (action == "refill") return list_rows(form, "refill");
  return error_answer("Incorrect request");
}

Answer Panel::add(const Pairs& form) {
  const std::int64_t quantity = to_integer(value_of(form, "quantity"));
  const PanelService* service = find_service(value_of(form, "service"));
  const std::string refused = refusal(form, service, quantity);
  add_requests_.push_back({value_of(form, "service"), value_of(form, "link"), value_of(form, "quantity"), "",
                           std::chrono::steady_clock::now()});
  if (!refused.empty()) return error_answer(refused);
  const PanelOrder& order = accept(form, *service, quantity);
  add_requests_.back().accepted_as = order.id;
  return json_answer(Json{{"order", id_json(order.id)}});
}

std::string Panel::refusal(const Pairs& form, const PanelService* service, std::int64_t quantity) const {
  if (service == nullptr) return "Incorrect service ID";
  const std::string link = value_of(form, "link");
  if (link.empty()) return "Bad link";
  if (quantity < service->min) return "Quantity less than minimal " + std::to_string(service->min);
  if (quantity > service->max) return "Quantity more than maximum " + std::to_string(service->max);
  const auto busy = [&](const PanelOrder& order) {
    return order.service == service->id && order.link == link && !is_over(order.state);
  };
  if (options_.one_active_order_per_link && std::any_of(orders_.begin(), orders_.end(), busy)) {
    return "You have active order with this link. Please wait until order being completed.";
  }
  if (service->rate_micros * quantity / 1000 > balance_micros_) return "Not enough funds on balance";
  return {};
}

const PanelOrder& Panel::accept(const Pairs& form, const PanelService& service, std::int64_t quantity) {
  PanelOrder order;
  order.id = std::to_string(next_order_id_++);
  order.service = service.id;
  order.link = value_of(form, "link");
  order.quantity = quantity;
  order.charge_micros = service.rate_micros * quantity / 1000;
  order.start_count = 100 + static_cast<std::int64_t>(orders_.size());
  order.accepted_at = clock_.now();
  for (const FateRule& rule : fates_) {
    if (order.link.find(rule.link_part) == std::string::npos) continue;
    order.fate = rule.fate;
    order.remains_at_end = std::min(rule.remains, quantity);
  }
  balance_micros_ -= order.charge_micros;
  PanelOrder& accepted = orders_.emplace_back(std::move(order));
  orders_by_id_[accepted.id] = &accepted;
  running_.push_back(&accepted);
  return accepted;
}

Answer Panel::status(const Pairs& form) {
  const std::string one = value_of(form, "order");
  const std::string many = value_of(form, "orders");
  const auto row_of = [this](const std::string& id) {
    const PanelOrder* order = find_order(id);
    if (order == nullptr) return Json{{"error", "Incorrect order ID"}};
    return Json{{"charge", decimal(order->charge_micros)},
                {"start_count", std::to_string(order->start_count)},
                {"status", to_string(order->state)},
                {"remains", std::to_string(remains_now(*order))},
                {"currency", options_.currency}};
  };
  if (!one.empty()) return json_answer(row_of(one));
  if (many.empty()) return error_answer("Incorrect request");
  const std::vector<std::string> ids = split_ids(many);
  if (ids.size() > 100) return error_answer("Incorrect request");
  Json rows = Json::object();
  for (const std::string& id : ids) rows[id] = row_of(id);
  return json_answer(rows);
}

Answer Panel::services() const {
  Json rows = Json::array();
  for (const PanelService& service : services_) {
    rows.push_back(Json{{"service", id_json(service.id)},
                        {"name", service.name},
                        {"type", "Default"},
                        {"category", "Instagram"},
                        {"rate", decimal(service.rate_micros)},
                        {"min", std::to_string(service.min)},
                        {"max", std::to_string(service.max)},
                        {"refill", true},
                        {"cancel", true}});
  }
  return json_answer(rows);
}

Answer Panel::balance() const {
  return json_answer(Json{{"balance", decimal(balance_micros_)}, {"currency", options_.currency}});
}

// `cancel` and `refill`: a running order can be canceled, a completed one refilled; each answers a list of rows.
Answer Panel::list_rows(const Pairs& form, const char* key) {
  const bool cancels = std::string_view(key) == "cancel";
  const std::string one = value_of(form, "order");
  Json rows = Json::array();
  for (const std::string& id : split_ids(one.empty() ? value_of(form, "orders") : one)) {
    PanelOrder* order = find_order(id);
    Json outcome;
    if (order == nullptr) {
      outcome = Json{{"error", "Incorrect order ID"}};
    } else if (cancels && !is_over(order->state)) {
      order->fate = Fate::kCanceled;
      order->accepted_at = clock_.now() - options_.pending_for - options_.working_for;
      outcome = 1;
    } else if (!cancels && order->state == PanelOrderState::kCompleted) {
      outcome = 1;
    } else {
      outcome = Json{{"error", cancels ? "Order can not be canceled" : "Order not eligible for refill."}};
    }
    rows.push_back(Json{{"order", id_json(id)}, {key, outcome}});
  }
  if (!one.empty() && !cancels && rows[0][key].is_number()) return json_answer(Json{{"refill", "1"}});
  return json_answer(rows);
}

// Moves every running order to where the clock says it is; money of what was not delivered goes back to the balance.
void Panel::settle_orders() {
  const Millis now = clock_.now();
  for (PanelOrder* running : running_) {
    PanelOrder& order = *running;
    const Millis age = now - order.accepted_at;
    if (age < options_.pending_for) continue;
    order.state = PanelOrderState::kInProgress;
    if (age < options_.pending_for + options_.working_for || order.fate == Fate::kNeverEnds) continue;
    std::int64_t kept = order.charge_micros;
    if (order.fate == Fate::kCompletes) order.state = PanelOrderState::kCompleted;
    if (order.fate == Fate::kPartial) {
      order.state = PanelOrderState::kPartial;
      kept = order.charge_micros * (order.quantity - order.remains_at_end) / order.quantity;
    }
    if (order.fate == Fate::kCanceled || order.fate == Fate::kRefunded) {
      order.state = order.fate == Fate::kCanceled ? PanelOrderState::kCanceled : PanelOrderState::kRefunded;
      kept = 0;
    }
    balance_micros_ += order.charge_micros - kept;
    order.charge_micros = kept;
  }
  std::erase_if(running_, [](const PanelOrder* order) { return is_over(order->state); });
}

const PanelService* Panel::find_service(const std::string& id) const {
  const auto at = std::find_if(services_.begin(), services_.end(), [&](const PanelService& s) { return s.id == id; });
  return at == services_.end() ? nullptr : &*at;
}

PanelOrder* Panel::find_order(const std::string& id) {
  const auto at = orders_by_id_.find(id);
  return at == orders_by_id_.end() ? nullptr : at->second;
}

std::vector<PanelOrder> Panel::orders() {
  return orders_for("");
}

std::vector<PanelOrder> Panel::orders_for(const std::string& link_part) {
  const std::lock_guard lock(mutex_);
  settle_orders();
  std::vector<PanelOrder> found;
  std::copy_if(orders_.begin(), orders_.end(), std::back_inserter(found),
               [&](const PanelOrder& order) { return order.link.find(link_part) != std::string::npos; });
  return found;
}

std::size_t Panel::order_count() const {
  const std::lock_guard lock(mutex_);
  return orders_.size();
}

std::vector<AddRequest> Panel::add_requests() const {
  const std::lock_guard lock(mutex_);
  return add_requests_;
}

std::int64_t Panel::balance_micros() {
  const std::lock_guard lock(mutex_);
  settle_orders();
  return balance_micros_;
}

std::int64_t Panel::spent_micros() {
  std::int64_t sum = 0;
  for (const PanelOrder& order : orders()) sum += order.charge_micros;
  return sum;
}

void Panel::set_balance(std::int64_t micros) {
  const std::lock_guard lock(mutex_);
  balance_micros_ = micros;
}

void Panel::set_fate(std::string link_part, Fate fate, std::int64_t remains) {
  const std::lock_guard lock(mutex_);
  fates_.push_back({std::move(link_part), fate, remains});
}

void Panel::put_service(PanelService service) {
  const std::lock_guard lock(mutex_);
  std::erase_if(services_, [&](const PanelService& s) { return s.id == service.id; });
  services_.push_back(std::move(service));
}

void Panel::remove_service(const std::string& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(services_, [&](const PanelService& s) { return s.id == id; });
}

}  // namespace smmhost::world
