// Rows to domain types and back. The order of columns and parameters is that of the column lists in statements.h.
#include "host/store/sqlite/rows.h"

#include <nlohmann/json.hpp>

namespace smmhost::sqlite {
namespace {

template <class T>
T known(const std::optional<T>& value) {
  if (!value) throw SqlError(SQLITE_CORRUPT, "a row holds a word that this version does not know");
  return *value;
}

DeliveryOutcome parse_delivery_outcome(std::string_view text) {
  using enum DeliveryOutcome;
  for (const DeliveryOutcome outcome : {kAccepted, kNoChange, kIgnored, kNotUnderstood})
    if (to_string(outcome) == text) return outcome;
  return known(std::optional<DeliveryOutcome>());
}

std::optional<Money> read_money(Query& query) {
  const auto micros = query.maybe_integer();
  std::string currency = query.text();
  if (!micros) return std::nullopt;
  return Money{*micros, std::move(currency)};
}

std::optional<std::int64_t> micros_of(const std::optional<Money>& money) {
  if (!money) return std::nullopt;
  return money->micros;
}

std::string_view currency_of(const std::optional<Money>& money) {
  if (!money) return "";
  return money->currency;
}

std::vector<Route> parse_routes(std::string_view text) {
  std::vector<Route> routes;
  for (const auto& route : nlohmann::json::parse(text))
    routes.push_back({route.at(0).get<std::string>(), route.at(1).get<std::string>()});
  return routes;
}

}  // namespace

Delivery read_delivery(Query& query) {
  Delivery d;
  d.id = query.integer();
  d.received_at = query.time();
  d.source = query.text();
  d.digest = query.text();
  d.signature = query.text();
  d.event = query.text();
  d.order_id = query.integer();
  d.outcome = parse_delivery_outcome(query.text_view());
  d.note = query.text();
  d.payload = query.text();
  d.body_bytes = query.integer();
  d.copies = query.integer();
  return d;
}

Payment read_payment(Query& query) {
  Payment p;
  p.id = query.text();
  p.order_id = query.integer();
  p.status_alias = query.text();
  p.customer_name = query.text();
  p.email = query.text();
  p.phone_full_number = query.text();
  p.item_sku = query.text();
  p.item_quantity = query.integer();
  p.customization = query.text();
  p.customization_borrowed = query.boolean();
  p.finished = query.boolean();
  p.profile_status = known(parse_profile_status(query.text_view()));
  p.state = known(parse_payment_state(query.text_view()));
  p.reason = known(parse_reason(query.text_view()));
  p.reason_detail = query.text();
  p.username = query.text();
  p.profile_waiting_since = query.maybe_time();
  p.profile_checks = query.small_integer();
  p.cancel_requested = query.boolean();
  p.archived = query.boolean();
  p.due_at = query.maybe_time();
  p.lease_owner = query.text();
  p.fence = query.integer();
  p.version = query.integer();
  p.created_at = query.time();
  p.updated_at = query.time();
  return p;
}

Placement read_placement(Query& query) {
  Placement p;
  p.id = query.text();
  p.payment_id = query.text();
  p.provider = query.text();
  p.service_id = query.text();
  p.link = query.text();
  p.quantity = query.integer();
  p.state = known(parse_placement_state(query.text_view()));
  p.reason = known(parse_reason(query.text_view()));
  p.reason_detail = query.text();
  p.provider_order_id = query.text();
  p.charge = read_money(query);
  p.start_count = query.maybe_integer();
  p.remains = query.maybe_integer();
  p.attempt = query.small_integer();
  p.failures = query.small_integer();
  p.route = query.small_integer();
  p.given_up = query.boolean();
  p.request_key = query.text();
  p.idempotent_at = query.text();
  p.sent_at = query.maybe_time();
  p.answered_at = query.maybe_time();
  p.due_at = query.maybe_time();
  p.version = query.integer();
  p.created_at = query.time();
  p.updated_at = query.time();
  return p;
}

ShopUpdate read_shop_update(Query& query) {
  ShopUpdate u;
  u.id = query.text();
  u.order_id = query.integer();
  u.status_alias = query.text();
  u.state = known(parse_shop_update_state(query.text_view()));
  u.attempts = query.small_integer();
  u.last_error = query.text();
  u.due_at = query.maybe_time();
  u.version = query.integer();
  u.created_at = query.time();
  u.told_at = query.maybe_time();
  return u;
}

ProviderStatus read_provider(Query& query) {
  ProviderStatus p;
  p.name = query.text();
  p.paused = known(parse_reason(query.text_view()));
  p.pause_detail = query.text();
  p.paused_at = query.maybe_time();
  p.balance = read_money(query);
  p.balance_at = query.maybe_time();
  p.balance_when_paused = read_money(query);
  p.services_at = query.maybe_time();
  p.version = query.integer();
  return p;
}

Exchange read_exchange(Query& query) {
  Exchange e;
  e.id = query.text();
  e.peer = query.text();
  e.operation = query.text();
  e.payment_id = query.text();
  e.placement_id = query.text();
  e.attempt = query.small_integer();
  e.method = query.text();
  e.url = query.text();
  e.request_body = query.text();
  e.outcome = known(parse_transport_outcome(query.text_view()));
  e.status = query.small_integer();
  e.response_body = query.text();
  e.error = query.text();
  e.started_at = query.time();
  e.ended_at = query.time();
  return e;
}

Event read_event(Query& query) {
  Event e;
  e.id = query.integer();
  e.payment_id = query.text();
  e.placement_id = query.text();
  e.at = query.time();
  e.kind = query.text();
  e.from = query.text();
  e.to = query.text();
  e.why = query.text();
  e.actor = query.text();
  e.exchange_id = query.text();
  return e;
}

Product read_product(Query& query) {
  Product p;
  p.sku = query.text();
  p.service_id = query.text();
  p.api = query.text();
  p.base_quantity = query.integer();
  p.type = query.text();
  p.routes = parse_routes(query.text_view());
  p.version = query.integer();
  p.created_at = query.time();
  p.updated_at = query.time();
  return p;
}

ProviderService read_service(Query& query) {
  ProviderService s;
  s.provider = query.text();
  s.service_id = query.text();
  s.name = query.text();
  s.type = query.text();
  s.category = query.text();
  s.rate_micros = query.integer();
  s.min = query.maybe_integer();
  s.max = query.maybe_integer();
  s.refill = query.boolean();
  s.cancel = query.boolean();
  return s;
}

JobRun read_job(Query& query) {
  JobRun j;
  j.name = query.text();
  j.last_run = query.maybe_time();
  j.last_result = query.text();
  j.next_run = query.maybe_time();
  j.running_since = query.maybe_time();
  j.version = query.integer();
  return j;
}

void bind_payment(Query& query, const Payment& p) {
  query.bind(p.id, p.order_id, p.status_alias, p.customer_name, p.email, p.phone_full_number, p.item_sku,
             p.item_quantity, p.customization, p.customization_borrowed, p.finished, to_string(p.profile_status),
             to_string(p.state), to_string(p.reason), p.reason_detail, p.username, p.profile_waiting_since,
             p.profile_checks, p.cancel_requested, p.archived, p.due_at, p.lease_owner, p.fence, p.version,
             p.created_at, p.updated_at);
}

void bind_placement(Query& query, const Placement& p) {
  query.bind(p.id, p.payment_id, p.provider, p.service_id, p.link, p.quantity, to_string(p.state), to_string(p.reason),
             p.reason_detail, p.provider_order_id, micros_of(p.charge), currency_of(p.charge), p.start_count, p.remains,
             p.attempt, p.failures, p.route, p.given_up, p.request_key, p.idempotent_at, p.sent_at, p.answered_at,
             p.due_at, p.version, p.created_at, p.updated_at);
}

void bind_shop_update(Query& query, const ShopUpdate& u) {
  query.bind(u.id, u.order_id, u.status_alias, to_string(u.state), u.attempts, u.last_error, u.due_at, u.version,
             u.created_at, u.told_at);
}

void bind_provider(Query& query, const ProviderStatus& p) {
  query.bind(p.name, to_string(p.paused), p.pause_detail, p.paused_at, micros_of(p.balance), currency_of(p.balance),
             p.balance_at, micros_of(p.balance_when_paused), currency_of(p.balance_when_paused), p.services_at,
             p.version);
}

void bind_exchange(Query& query, const Exchange& e) {
  query.bind(e.id, e.peer, e.operation, e.payment_id, e.placement_id, e.attempt, e.method, e.url, e.request_body,
             to_string(e.outcome), e.status, e.response_body, e.error, e.started_at, e.ended_at);
}

void bind_event(Query& query, const Event& e) {
  query.bind(e.payment_id, e.placement_id, e.at, e.kind, e.from, e.to, e.why, e.actor, e.exchange_id);
}

void bind_product(Query& query, const Product& p, const std::string& routes) {
  query.bind(p.sku, p.service_id, p.api, p.base_quantity, p.type, routes, p.version, p.created_at, p.updated_at);
}

void bind_service(Query& query, const std::string& provider, const ProviderService& s) {
  query.bind(provider, s.service_id, s.name, s.type, s.category, s.rate_micros, s.min, s.max, s.refill, s.cancel);
}

void bind_job(Query& query, const JobRun& j) {
  query.bind(j.name, j.last_run, j.last_result, j.next_run, j.running_since, j.version);
}

std::string routes_text(const Product& product) {
  nlohmann::json routes = nlohmann::json::array();
  for (const Route& route : product.routes) routes.push_back({route.provider, route.service_id});
  return routes.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace smmhost::sqlite
