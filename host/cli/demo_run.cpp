#include "host/cli/demo_run.h"

#include <algorithm>

#include "core/domain/money.h"
#include "examples/world/http_call.h"
#include "host/cli/demo_text.h"
#include "host/cli/session.h"

namespace smmhost {
namespace {

using Json = nlohmann::ordered_json;
using world::BodyStyle;
using world::WebhookOptions;

std::string text_of(const Json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : std::string{};
}

std::string number_or_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string with_reason(const std::string& state, const std::string& reason) {
  return reason.empty() ? state : state + " (" + reason + ")";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string purchases_text(std::vector<DemoPurchase> purchases) {
  std::sort(purchases.begin(), purchases.end());
  std::vector<std::string> words;
  for (const DemoPurchase& p : purchases)
    words.push_back(p.provider + "/" + p.service + " " + std::to_string(p.quantity) + " " + p.link);
  return joined(words);
}

// What was bought by this payment: every placement with an order at the panel.
std::vector<DemoPurchase> bought(const Json& payment) {
  std::vector<DemoPurchase> purchases;
  for (const Json& placement : payment.at("placements")) {
    if (placement.at("provider_order_id").is_null()) continue;
    purchases.push_back({text_of(placement, "provider"), number_or_text(placement.at("service_id")),
                         text_of(placement, "link"), placement.at("quantity").get<std::int64_t>()});
  }
  std::sort(purchases.begin(), purchases.end());
  return purchases;
}

std::string payment_id(const DemoOrder& order, const world::OrderLine& line) {
  return std::to_string(order.id) + "_" + std::to_string(line.item_id);
}

}  // namespace

DemoRun::DemoRun(world::World& world, std::string address, std::string token, const Speaker& say, News news)
    : world_(world), address_(std::move(address)), token_(std::move(token)), say_(say), news_(std::move(news)) {}

Json DemoRun::ask(const std::string& method, const std::string& path, const Json& body) {
  const auto answer = world::call(method, address_ + path, body.is_null() ? "" : body.dump(),
                                  {{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}});
  if (answer.status < 200 || answer.status > 299) {
    throw CommandFailed(method + " " + path + ": " + std::to_string(answer.status) + " " + answer.body);
  }
  return Json::parse(answer.body);
}

int DemoRun::post(const world::Webhook& webhook) {
  return world::post_webhook(address_ + "/api/webhook", webhook).status;
}

void DemoRun::begin(std::vector<DemoOrder> orders) {
  began_ = std::chrono::steady_clock::now();
  orders_ = std::move(orders);
  standings_.resize(orders_.size());
  played_.assign(orders_.size(), false);
  for (const DemoProduct& product : demo_products()) {
    Json body{{"sku", product.sku},
              {"service_id", product.service},
              {"api", product.provider},
              {"base_quantity", product.base_quantity},
              {"type", product.type}};
    if (product.second_service != 0)
      body["routes"] = Json::array({Json{{"api", "worldsmm"}, {"service_id", product.second_service}}});
    ask("POST", "/api/products", body);
  }
  for (const DemoOrder& order : orders_) post_order(order);
  news_(say_(demo_text::kForgery, post({R"({"event":"order.paid"})", world::sign("not the secret", "x")})));
  news_(say_(demo_text::kNotJson, post(world_.shop().sign_body("this is no JSON"))));
}

void DemoRun::post_order(const DemoOrder& order) {
  std::vector<WebhookOptions> webhooks;
  switch (order.posting) {
    case DemoPosting::kNever:
    case DemoPosting::kWhenSceneSays:
      return;
    case DemoPosting::kOnce:
      webhooks = {{}};
      break;
    case DemoPosting::kSameBytesThrice:
      webhooks = {{}, {}, {}};
      break;
    case DemoPosting::kOtherBytes:
      webhooks = {{.event = "order.created"},
                  {.style = BodyStyle::kIndented},
                  {.event = "order.status.updated", .style = BodyStyle::kPlain, .reverse_items = true}};
      break;
    case DemoPosting::kUnpaidFirst:
      webhooks = {{.event = "order.created"}};
      break;
  }
  for (const WebhookOptions& options : webhooks) {
    const int status = post(world_.shop().webhook(order.id, options));
    if (status != 200) throw CommandFailed("POST /api/webhook: " + std::to_string(status));
  }
}

void DemoRun::read_payments() {
  payments_.clear();
  for (Json& payment : ask("GET", "/api/payments?limit=1000"))
    payments_.insert_or_assign(text_of(payment, "id"), std::move(payment));
}

void DemoRun::step() {
  read_payments();
  for (std::size_t n = 0; n < orders_.size(); ++n) standings_[n] = standing_of(orders_[n]);
  for (std::size_t n = 0; n < orders_.size(); ++n) {
    if (!played_[n]) play(n);
  }
}

int DemoRun::as_expected() const {
  return static_cast<int>(
      std::count_if(standings_.begin(), standings_.end(), [](const DemoStanding& s) { return s.as_expected; }));
}

DemoStanding DemoRun::standing_of(const DemoOrder& order) const {
  DemoStanding standing;
  if (order.id == 0) return standing;
  std::vector<std::string> states;
  std::vector<std::string> expected_states;
  std::vector<DemoPurchase> got_purchases;
  std::vector<DemoPurchase> expected_purchases;
  std::map<std::string, std::int64_t> cost;  // by currency
  const auto shop_order = world_.shop().order(order.id);
  for (std::size_t n = 0; n < order.lines.size(); ++n) {
    expected_states.push_back(with_reason(order.lines[n].state, order.lines[n].reason));
    expected_purchases.insert(expected_purchases.end(), order.lines[n].purchases.begin(),
                              order.lines[n].purchases.end());
    const auto found = payments_.find(payment_id(order, shop_order.lines[n]));
    if (found == payments_.end()) {
      states.emplace_back("-");
      continue;
    }
    const Json& payment = found->second;
    states.push_back(with_reason(text_of(payment, "state"), text_of(payment, "reason")));
    const auto purchases = bought(payment);
    got_purchases.insert(got_purchases.end(), purchases.begin(), purchases.end());
    for (const Json& placement : payment.at("placements")) {
      const auto charge = parse_decimal_micros(text_of(placement, "charge"));
      if (charge) cost[text_of(placement, "currency")] += *charge;
    }
  }
  const auto told = world_.shop().told_to(order.id);
  standing.state = joined(states);
  standing.told = joined(told);
  for (const auto& [currency, micros] : cost)
    standing.cost += (standing.cost.empty() ? "" : " + ") + decimal_text(micros) + " " + currency;
  const auto whole = [](const std::vector<std::string>& state, const std::vector<std::string>& words,
                        const std::vector<DemoPurchase>& buys) {
    return joined(state) + "; " + joined(words) + "; " + purchases_text(buys);
  };
  standing.expected = whole(expected_states, order.told, expected_purchases);
  standing.got = whole(states, told, got_purchases);
  standing.as_expected = standing.expected == standing.got;
  return standing;
}

std::vector<DemoBooks> DemoRun::books() {
  std::vector<DemoBooks> all;
  for (world::Panel* panel : {&world_.machinesmm(), &world_.worldsmm()}) {
    DemoBooks books;
    books.provider = panel->options().name;
    books.currency = panel->options().currency;
    books.spent_micros = panel->spent_micros();
    books.left_micros = panel->balance_micros();
    for (const auto& [id, payment] : payments_) {
      for (const Json& placement : payment.at("placements")) {
        if (text_of(placement, "provider") == books.provider)
          books.recorded_micros += parse_decimal_micros(text_of(placement, "charge")).value_or(0);
      }
    }
    for (const world::PanelOrder& order : panel->orders())
      books.purchases.push_back({books.provider, order.service, order.link, order.quantity});
    for (const DemoOrder& order : orders_) {
      for (const DemoLine& line : order.lines) {
        std::copy_if(line.purchases.begin(), line.purchases.end(), std::back_inserter(books.expected),
                     [&](const DemoPurchase& purchase) { return purchase.provider == books.provider; });
      }
    }
    std::sort(books.purchases.begin(), books.purchases.end());
    std::sort(books.expected.begin(), books.expected.end());
    all.push_back(std::move(books));
  }
  return all;
}

}  // namespace smmhost
