// The domain as the API shows it.
#include "host/server/json_views.h"

namespace smmhost {
namespace {

OrderedJson time_view(const std::optional<Time>& time) {
  return time ? OrderedJson(to_iso8601(*time)) : OrderedJson(nullptr);
}

template <class T>
OrderedJson or_null(const std::optional<T>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

void add_money(OrderedJson& view, const char* name, const std::optional<Money>& money) {
  view[name] = money ? OrderedJson(decimal_text(money->micros)) : OrderedJson(nullptr);
  view["currency"] = money ? OrderedJson(money->currency) : OrderedJson(nullptr);
}

std::string why_in_review(const Placement& placement) {
  if (!placement.reason_detail.empty()) return placement.reason_detail;
  if (placement.reason != Reason::kNone) return std::string(to_string(placement.reason));
  return std::string(to_string(placement.state));
}

bool is_out_of_use(const PluginView& plugin) {
  return plugin.state == "not_loaded" || plugin.state == "quarantined";
}

std::string health_of(const ProviderStatus* status, const GateView* gate, const PluginView* plugin) {
  if (status && status->paused != Reason::kNone) return "paused";
  if (plugin && is_out_of_use(*plugin)) return "unreachable";
  if (gate && gate->open) return "unreachable";
  if (gate && gate->consecutive_failures > 0) return "failing";
  return "ok";
}

}  // namespace

OrderedJson placement_view(const Placement& p) {
  OrderedJson view{
      {"id", p.id},
      {"provider", p.provider},
      {"service_id", integer_or_text(p.service_id)},
      {"link", p.link},
      {"quantity", p.quantity},
      {"state", to_string(p.state)},
      {"reason", to_string(p.reason)},
      {"reason_detail", p.reason_detail},
      {"provider_order_id", p.provider_order_id.empty() ? OrderedJson(nullptr) : OrderedJson(p.provider_order_id)}};
  add_money(view, "charge", p.charge);
  view["start_count"] = or_null(p.start_count);
  view["remains"] = or_null(p.remains);
  view["attempt"] = p.attempt;
  view["sent_at"] = time_view(p.sent_at);
  view["answered_at"] = time_view(p.answered_at);
  return view;
}

OrderedJson payment_view(const PaymentDetail& detail) {
  const Payment& p = detail.payment;
  OrderedJson placements = OrderedJson::array();
  for (const Placement& placement : detail.placements) placements.push_back(placement_view(placement));
  return {{"id", p.id},
          {"order_id", p.order_id},
          {"status_alias", p.status_alias},
          {"customer_name", p.customer_name},
          {"email", p.email},
          {"phone_full_number", p.phone_full_number},
          {"item_sku", p.item_sku},
          {"item_quantity", p.item_quantity},
          {"customization", p.customization},
          {"finished", p.finished ? 1 : 0},
          {"profile_status", to_string(p.profile_status)},
          {"state", to_string(p.state)},
          {"reason", to_string(p.reason)},
          {"reason_detail", p.reason_detail},
          {"created_at", to_iso8601(p.created_at)},
          {"updated_at", to_iso8601(p.updated_at)},
          {"placements", std::move(placements)}};
}

OrderedJson product_view(const Product& product) {
  OrderedJson routes = OrderedJson::array();
  for (const Route& route : product.routes)
    routes.push_back({{"api", route.provider}, {"service_id", integer_or_text(route.service_id)}});
  return {{"sku", product.sku},   {"service_id", integer_or_text(product.service_id)},
          {"api", product.api},   {"base_quantity", product.base_quantity},
          {"type", product.type}, {"routes", std::move(routes)}};
}

OrderedJson exchange_view(const Exchange& e) {
  return {{"id", e.id},
          {"peer", e.peer},
          {"operation", e.operation},
          {"attempt", e.attempt},
          {"method", e.method},
          {"url", e.url},
          {"request_body", e.request_body},
          {"outcome", to_string(e.outcome)},
          {"status", e.status},
          {"response_body", e.response_body},
          {"error", e.error},
          {"started_at", to_iso8601(e.started_at)},
          {"ended_at", to_iso8601(e.ended_at)}};
}

OrderedJson event_view(const Event& e, const std::optional<Exchange>& exchange) {
  return {{"id", e.id},
          {"at", to_iso8601(e.at)},
          {"kind", e.kind},
          {"placement_id", e.placement_id.empty() ? OrderedJson(nullptr) : OrderedJson(e.placement_id)},
          {"from", e.from},
          {"to", e.to},
          {"why", e.why},
          {"actor", e.actor},
          {"exchange", exchange ? exchange_view(*exchange) : OrderedJson(nullptr)}};
}

OrderedJson review_view(const Placement& p, const std::vector<Exchange>& exchanges,
                        const std::vector<Event>& timeline) {
  OrderedJson evidence = OrderedJson::array();
  for (const Exchange& exchange : exchanges) {
    OrderedJson entry{{"kind", "exchange"}};
    entry.update(exchange_view(exchange));
    evidence.push_back(std::move(entry));
  }
  for (const Event& event : timeline)
    if (event.kind == "evidence" && (event.placement_id.empty() || event.placement_id == p.id))
      evidence.push_back({{"kind", "event"}, {"at", to_iso8601(event.at)}, {"why", event.why}, {"actor", event.actor}});
  return {{"id", p.id},
          {"payment_id", p.payment_id},
          {"provider", p.provider},
          {"service_id", integer_or_text(p.service_id)},
          {"link", p.link},
          {"quantity", p.quantity},
          {"sent_at", time_view(p.sent_at)},
          {"state", to_string(p.state)},
          {"reason", to_string(p.reason)},
          {"why", why_in_review(p)},
          {"provider_order_id", p.provider_order_id.empty() ? OrderedJson(nullptr) : OrderedJson(p.provider_order_id)},
          {"evidence", std::move(evidence)}};
}

OrderedJson review_view(const Payment& payment) {
  return {{"id", payment.id},
          {"payment_id", payment.id},
          {"provider", nullptr},
          {"service_id", nullptr},
          {"link", nullptr},
          {"quantity", payment.item_quantity},
          {"sent_at", nullptr},
          {"state", nullptr},
          {"reason", to_string(payment.reason)},
          {"why", payment.reason_detail.empty() ? std::string(to_string(payment.reason)) : payment.reason_detail},
          {"provider_order_id", nullptr},
          {"evidence", OrderedJson::array()}};
}

OrderedJson plugin_view(const PluginView& p) {
  return {{"section", p.section},
          {"plugin", p.plugin},
          {"version", p.version},
          {"sha256", p.sha256},
          {"isolation", p.isolation},
          {"state", p.state},
          {"why", p.why},
          {"rests_until", time_view(p.rests_until)},
          {"restarts", p.restarts},
          {"faults", p.faults},
          {"last_fault", p.last_fault},
          {"last_fault_at", time_view(p.last_fault_at)},
          {"posture", p.posture},
          {"loaded", p.loaded},
          {"draining", p.draining}};
}

OrderedJson provider_view(const std::string& name, const ProviderStatus* status, const GateView* gate,
                          const PluginView* plugin, const MinBalances& min_balances) {
  OrderedJson view{{"name", name}, {"health", health_of(status, gate, plugin)}};
  view["paused"] = status && status->paused != Reason::kNone;
  view["pause_reason"] = status ? to_string(status->paused) : "";
  view["pause_detail"] = status ? status->pause_detail : "";
  view["paused_at"] = status ? time_view(status->paused_at) : OrderedJson(nullptr);
  add_money(view, "balance", status ? status->balance : std::nullopt);
  view["balance_at"] = status ? time_view(status->balance_at) : OrderedJson(nullptr);
  const auto bound = min_balances.find(name);
  view["min_balance"] = bound == min_balances.end() ? OrderedJson(nullptr) : OrderedJson(decimal_text(bound->second));
  view["low_balance"] = status && balance_is_low(*status, min_balances);
  view["services_at"] = status ? time_view(status->services_at) : OrderedJson(nullptr);
  view["rate"] = gate ? OrderedJson(gate->calls_per_minute) : OrderedJson(nullptr);
  view["breaker"] = {{"open", gate && gate->open},
                     {"why", gate ? gate->why : ""},
                     {"retry_at", gate ? time_view(gate->retry_at) : OrderedJson(nullptr)},
                     {"consecutive_failures", gate ? gate->consecutive_failures : 0}};
  view["plugin"] = plugin ? plugin_view(*plugin) : OrderedJson(nullptr);
  return view;
}

OrderedJson alert_view(const Alert& alert) {
  return {
      {"kind", alert.kind}, {"subject", alert.subject}, {"message", alert.message}, {"since", time_view(alert.since)}};
}

OrderedJson job_view(const JobView& job) {
  return {{"name", job.name},
          {"schedule", job.schedule},
          {"last_run", time_view(job.last_run)},
          {"last_result", job.last_result},
          {"next_run", time_view(job.next_run)},
          {"running", job.running}};
}

OrderedJson delivery_view(const Delivery& d) {
  return {{"id", d.id},
          {"received_at", to_iso8601(d.received_at)},
          {"source", d.source},
          {"event", d.event},
          {"order_id", d.order_id == 0 ? OrderedJson(nullptr) : OrderedJson(d.order_id)},
          {"outcome", to_string(d.outcome)},
          {"note", d.note},
          {"digest", d.digest},
          {"body_bytes", d.body_bytes},
          {"copies", d.copies}};
}

OrderedJson shop_update_view(const ShopUpdate& u) {
  return {{"id", u.id},
          {"order_id", u.order_id},
          {"status_alias", u.status_alias},
          {"state", to_string(u.state)},
          {"attempts", u.attempts},
          {"last_error", u.last_error},
          {"created_at", to_iso8601(u.created_at)},
          {"told_at", time_view(u.told_at)}};
}

}  // namespace smmhost
