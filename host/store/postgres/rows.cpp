// Rows to domain types and back. The order of columns and arrays is that of the lists in statements.
#include "host/store/postgres/rows.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "host/store/postgres/stored_text.h"

namespace smmhost::postgres {
namespace {

template <class T>
T known(const std::optional<T>& value) {
  if (!value) throw std::runtime_error("a row holds a word that this version does not know");
  return *value;
}

DeliveryOutcome parse_delivery_outcome(std::string_view text) {
  using enum DeliveryOutcome;
  for (const DeliveryOutcome outcome : {kAccepted, kNoChange, kIgnored, kNotUnderstood})
    if (to_string(outcome) == text) return outcome;
  return known(std::optional<DeliveryOutcome>());
}

std::optional<Money> read_money(RowReader& row) {
  const auto micros = row.maybe_integer();
  std::string currency = row.text();
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

std::vector<Route> parse_routes(const std::string& text) {
  std::vector<Route> routes;
  for (const auto& route : nlohmann::json::parse(text))
    routes.push_back(
        {from_stored_text(route.at(0).get<std::string>()), from_stored_text(route.at(1).get<std::string>())});
  return routes;
}

bool by_number(const Placement& a, const Placement& b) {
  return std::pair(a.id.size(), std::string_view(a.id)) < std::pair(b.id.size(), std::string_view(b.id));
}

}  // namespace

std::int64_t RowReader::integer() {
  const pqxx::field field = next();
  std::int64_t value = 0;
  std::from_chars(field.c_str(), field.c_str() + field.size(), value);
  return value;
}

bool RowReader::boolean() {
  return *next().c_str() == 't';
}

std::string RowReader::text() {
  const pqxx::field field = next();
  return from_stored_text({field.c_str(), field.size()});
}

std::optional<std::int64_t> RowReader::maybe_integer() {
  if (!at_null()) return integer();
  ++column_;
  return std::nullopt;
}

std::optional<Time> RowReader::maybe_time() {
  const auto ms = maybe_integer();
  if (!ms) return std::nullopt;
  return from_unix_ms(*ms);
}

Delivery read_delivery(RowReader& row) {
  Delivery d;
  d.id = row.integer();
  d.received_at = row.time();
  d.source = row.text();
  d.digest = row.text();
  d.signature = row.text();
  d.event = row.text();
  d.order_id = row.integer();
  d.outcome = parse_delivery_outcome(row.text());
  d.note = row.text();
  d.payload = row.text();
  d.body_bytes = row.integer();
  d.copies = row.integer();
  return d;
}

Payment read_payment(RowReader& row) {
  Payment p;
  p.id = row.text();
  p.order_id = row.integer();
  p.status_alias = row.text();
  p.customer_name = row.text();
  p.email = row.text();
  p.phone_full_number = row.text();
  p.item_sku = row.text();
  p.item_quantity = row.integer();
  p.customization = row.text();
  p.customization_borrowed = row.boolean();
  p.finished = row.boolean();
  p.profile_status = known(parse_profile_status(row.text()));
  p.state = known(parse_payment_state(row.text()));
  p.reason = known(parse_reason(row.text()));
  p.reason_detail = row.text();
  p.username = row.text();
  p.profile_waiting_since = row.maybe_time();
  p.profile_checks = row.small_integer();
  p.cancel_requested = row.boolean();
  p.archived = row.boolean();
  p.due_at = row.maybe_time();
  p.lease_owner = row.text();
  p.fence = row.integer();
  p.version = row.integer();
  p.created_at = row.time();
  p.updated_at = row.time();
  return p;
}

Placement read_placement(RowReader& row) {
  Placement p;
  p.id = row.text();
  p.payment_id = row.text();
  p.provider = row.text();
  p.service_id = row.text();
  p.link = row.text();
  p.quantity = row.integer();
  p.state = known(parse_placement_state(row.text()));
  p.reason = known(parse_reason(row.text()));
  p.reason_detail = row.text();
  p.provider_order_id = row.text();
  p.charge = read_money(row);
  p.start_count = row.maybe_integer();
  p.remains = row.maybe_integer();
  p.attempt = row.small_integer();
  p.failures = row.small_integer();
  p.route = row.small_integer();
  p.given_up = row.boolean();
  p.request_key = row.text();
  p.idempotent_at = row.text();
  p.sent_at = row.maybe_time();
  p.answered_at = row.maybe_time();
  p.due_at = row.maybe_time();
  p.version = row.integer();
  p.created_at = row.time();
  p.updated_at = row.time();
  return p;
}

ShopUpdate read_shop_update(RowReader& row) {
  ShopUpdate u;
  u.id = row.text();
  u.order_id = row.integer();
  u.status_alias = row.text();
  u.state = known(parse_shop_update_state(row.text()));
  u.attempts = row.small_integer();
  u.last_error = row.text();
  u.due_at = row.maybe_time();
  u.version = row.integer();
  u.created_at = row.time();
  u.told_at = row.maybe_time();
  return u;
}

ProviderStatus read_provider(RowReader& row) {
  ProviderStatus p;
  p.name = row.text();
  p.paused = known(parse_reason(row.text()));
  p.pause_detail = row.text();
  p.paused_at = row.maybe_time();
  p.balance = read_money(row);
  p.balance_at = row.maybe_time();
  p.balance_when_paused = read_money(row);
  p.services_at = row.maybe_time();
  p.version = row.integer();
  return p;
}

Exchange read_exchange(RowReader& row) {
  Exchange e;
  e.id = row.text();
  e.peer = row.text();
  e.operation = row.text();
  e.payment_id = row.text();
  e.placement_id = row.text();
  e.attempt = row.small_integer();
  e.method = row.text();
  e.url = row.text();
  e.request_body = row.text();
  e.outcome = known(parse_transport_outcome(row.text()));
  e.status = row.small_integer();
  e.response_body = row.text();
  e.error = row.text();
  e.started_at = row.time();
  e.ended_at = row.time();
  return e;
}

Event read_event(RowReader& row) {
  Event e;
  e.id = row.integer();
  e.payment_id = row.text();
  e.placement_id = row.text();
  e.at = row.time();
  e.kind = row.text();
  e.from = row.text();
  e.to = row.text();
  e.why = row.text();
  e.actor = row.text();
  e.exchange_id = row.text();
  return e;
}

Product read_product(RowReader& row) {
  Product p;
  p.sku = row.text();
  p.service_id = row.text();
  p.api = row.text();
  p.base_quantity = row.integer();
  p.type = row.text();
  p.routes = parse_routes(row.text());
  p.version = row.integer();
  p.created_at = row.time();
  p.updated_at = row.time();
  return p;
}

ProviderService read_service(RowReader& row) {
  ProviderService s;
  s.provider = row.text();
  s.service_id = row.text();
  s.name = row.text();
  s.type = row.text();
  s.category = row.text();
  s.rate_micros = row.integer();
  s.min = row.maybe_integer();
  s.max = row.maybe_integer();
  s.refill = row.boolean();
  s.cancel = row.boolean();
  return s;
}

JobRun read_job(RowReader& row) {
  JobRun j;
  j.name = row.text();
  j.last_run = row.maybe_time();
  j.last_result = row.text();
  j.next_run = row.maybe_time();
  j.running_since = row.maybe_time();
  j.version = row.integer();
  j.runner = row.text();
  return j;
}

std::vector<PaymentDetail> read_details(const pqxx::result& result) {
  std::vector<PaymentDetail> details;
  for (const pqxx::row& each : result) {
    RowReader row(each);
    Payment payment = read_payment(row);
    if (details.empty() || details.back().payment.id != payment.id) details.push_back({std::move(payment), {}});
    if (!row.at_null()) details.back().placements.push_back(read_placement(row));
  }
  for (PaymentDetail& detail : details) std::sort(detail.placements.begin(), detail.placements.end(), by_number);
  return details;
}

void add_payment(Rows& rows, std::int32_t request, const Payment& p) {
  rows.add(request, p.id, p.order_id, p.status_alias, p.customer_name, p.email, p.phone_full_number, p.item_sku,
           p.item_quantity, p.customization, p.customization_borrowed, p.finished, to_string(p.profile_status),
           to_string(p.state), to_string(p.reason), p.reason_detail, p.username, p.profile_waiting_since,
           p.profile_checks, p.cancel_requested, p.archived, p.due_at, p.lease_owner, p.fence, p.version, p.created_at,
           p.updated_at);
}

void add_placement(Rows& rows, std::int32_t request, const Placement& p) {
  rows.add(request, p.id, p.payment_id, p.provider, p.service_id, p.link, p.quantity, to_string(p.state),
           to_string(p.reason), p.reason_detail, p.provider_order_id, micros_of(p.charge), currency_of(p.charge),
           p.start_count, p.remains, p.attempt, p.failures, p.route, p.given_up, p.request_key, p.idempotent_at,
           p.sent_at, p.answered_at, p.due_at, p.version, p.created_at, p.updated_at);
}

void add_shop_update(Rows& rows, std::int32_t request, const ShopUpdate& u) {
  rows.add(request, u.id, u.order_id, u.status_alias, to_string(u.state), u.attempts, u.last_error, u.due_at, u.version,
           u.created_at, u.told_at);
}

void add_provider(Rows& rows, std::int32_t request, const ProviderStatus& p) {
  rows.add(request, p.name, to_string(p.paused), p.pause_detail, p.paused_at, micros_of(p.balance),
           currency_of(p.balance), p.balance_at, micros_of(p.balance_when_paused), currency_of(p.balance_when_paused),
           p.services_at, p.version);
}

void add_exchange(Rows& rows, std::int32_t request, const Exchange& e) {
  rows.add(request, e.id, e.peer, e.operation, e.payment_id, e.placement_id, e.attempt, e.method, e.url, e.request_body,
           to_string(e.outcome), e.status, e.response_body, e.error, e.started_at, e.ended_at);
}

void add_event(Rows& rows, std::int32_t request, const Event& e) {
  rows.add(request, e.payment_id, e.placement_id, e.at, e.kind, e.from, e.to, e.why, e.actor, e.exchange_id);
}

void add_mark(Rows& rows, std::int32_t request, const Mark& mark) {
  rows.add(request, mark.name, mark.value);
}

void add_service(Rows& rows, const std::string& provider, const ProviderService& s) {
  rows.add(1, provider, s.service_id, s.name, s.type, s.category, s.rate_micros, s.min, s.max, s.refill, s.cancel);
}

std::string routes_text(const Product& product) {
  nlohmann::json routes = nlohmann::json::array();
  for (const Route& route : product.routes)
    routes.push_back({to_stored_text(route.provider), to_stored_text(route.service_id)});
  return routes.dump();
}

}  // namespace smmhost::postgres
