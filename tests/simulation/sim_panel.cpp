// See sim_panel.h.
#include "tests/simulation/sim_panel.h"

#include <algorithm>

namespace smmhost::sim {
namespace {

std::string_view name_of(SimPlugin plugin) {
  switch (plugin) {
    case SimPlugin::kWithoutKey:
      return {};
    case SimPlugin::kRequestId:
      return "request_id";
    case SimPlugin::kIdempotencyHeader:
      return "Idempotency-Key";
  }
  return {};
}

}  // namespace

ProviderCapabilities SimPanel::capabilities() const {
  return {.status = true,
          .balance = true,
          .services = true,
          .cancel = true,
          .reconcile = proofs_.lists_orders,
          .idempotent_at = proofs_.buys_once_a_key ? std::string(name_of(plugin_)) : std::string()};
}

std::string SimPanel::key_at_panel(const PlaceOrder& order) const {
  const std::string_view name = name_of(plugin_);
  return name.empty() ? std::string() : std::string(name) + ": " + order.request_key;
}

Exchange SimPanel::exchange(const std::string& operation, TransportOutcome outcome, int status) const {
  Exchange e;
  e.id = world_.exchange_id();
  e.peer = name_;
  e.operation = operation;
  e.method = "POST";
  e.url = "http://panel.invalid/api/v2";
  e.outcome = outcome;
  e.status = outcome == TransportOutcome::kAnswered ? status : 0;
  e.started_at = e.ended_at = world_.now;
  return e;
}

template <class T>
Reply<T> SimPanel::fail(FailureCode code, Exchange exchange) const {
  return {Failure{code, std::nullopt, "simulated", ""}, {std::move(exchange)}};
}

std::string SimPanel::announced_placement(const PlaceOrder& order) {
  for (const PaymentDetail& detail : world_.store->list_payments({.limit = 1000, .with_archived = true})) {
    for (const Placement& p : detail.placements) {
      const bool same = p.provider == name_ && p.service_id == order.service_id && p.link == order.link &&
                        p.quantity == order.quantity && p.request_key == order.request_key;
      const bool asked_again = proofs_.buys_once_a_key && p.state == PlacementState::kUnknown;
      if (same && (p.state == PlacementState::kSent || asked_again)) return p.id;
    }
  }
  world_.violated("I3: " + name_ + " saw a request for " + order.link + " without a committed `sent` placement");
  return {};
}

const PanelOrder* SimPanel::made_before(const PlaceOrder& order) const {
  const std::string key = key_at_panel(order);
  if (!proofs_.buys_once_a_key || key.empty()) return nullptr;
  const auto found = std::find_if(world_.panel_orders.begin(), world_.panel_orders.end(),
                                  [&](const PanelOrder& o) { return o.provider == name_ && o.request_key == key; });
  return found == world_.panel_orders.end() ? nullptr : &*found;
}

std::optional<FailureCode> SimPanel::refusal(const PlaceOrder& order) const {
  if (order.quantity < kServiceMin || order.quantity > kServiceMax) return FailureCode::kBadQuantity;
  const bool active = std::any_of(world_.panel_orders.begin(), world_.panel_orders.end(), [&](const PanelOrder& o) {
    return o.provider == name_ && o.service_id == order.service_id && o.link == order.link &&
           (o.progress == OrderProgress::kPending || o.progress == OrderProgress::kInProgress);
  });
  if (active) return FailureCode::kBusyLink;
  if (world_.panel_balance[name_] < order.quantity * kPriceMicros) return FailureCode::kNoFunds;
  return std::nullopt;
}

const PanelOrder& SimPanel::accept(const PlaceOrder& order, const std::string& placement_id) {
  PanelOrder accepted;
  accepted.id = std::to_string(70'000 + world_.panel_orders.size());
  accepted.provider = name_;
  accepted.service_id = order.service_id;
  accepted.link = order.link;
  accepted.quantity = accepted.remains = order.quantity;
  accepted.placement_id = placement_id;
  accepted.request_key = key_at_panel(order);
  accepted.charge = {order.quantity * kPriceMicros, "USD"};
  accepted.created_at = world_.now;
  world_.panel_balance[name_] -= accepted.charge.micros;
  world_.panel_orders.push_back(accepted);
  return world_.panel_orders.back();
}

PanelOrder* SimPanel::find(const std::string& id) const {
  for (PanelOrder& o : world_.panel_orders)
    if (o.provider == name_ && o.id == id) return &o;
  return nullptr;
}

Reply<PlacedOrder> SimPanel::place(const PlaceOrder& order, Time) {
  Random& random = world_.random;
  if (world_.faults && random.percent(4)) {
    world_.sometimes_met("crash before the request is sent");
    throw SimulatedCrash{};
  }
  if (world_.faults && random.percent(8)) {
    world_.sometimes_met("connection refused");
    return fail<PlacedOrder>(FailureCode::kUpstreamDown, exchange("place", TransportOutcome::kNotSent, 0));
  }
  if (world_.faults && random.percent(6)) {
    world_.sometimes_met("request lost");
    return fail<PlacedOrder>(FailureCode::kOutcomeUnknown, exchange("place", TransportOutcome::kMaybeSent, 0));
  }

  const std::string placement_id = announced_placement(order);
  if (world_.faults && random.percent(3)) {
    world_.sometimes_met("rate limited");
    return fail<PlacedOrder>(FailureCode::kRateLimited, exchange("place", TransportOutcome::kAnswered, 429));
  }
  if (const PanelOrder* before = made_before(order)) {
    world_.sometimes_met("asked again with the same key: the order it made before");
    return {PlacedOrder{before->id, before->charge}, {exchange("place", TransportOutcome::kAnswered, 200)}};
  }
  if (const auto refused = refusal(order)) {
    world_.sometimes_met("refused: " + std::string(to_string(*refused)));
    return fail<PlacedOrder>(*refused, exchange("place", TransportOutcome::kAnswered, 200));
  }
  if (world_.faults && random.percent(3)) {
    world_.sometimes_met("refused: rejected");
    return fail<PlacedOrder>(FailureCode::kRejected, exchange("place", TransportOutcome::kAnswered, 200));
  }
  if (world_.faults && random.percent(2)) {
    world_.sometimes_met("500 without buying");
    return fail<PlacedOrder>(FailureCode::kRejected, exchange("place", TransportOutcome::kAnswered, 500));
  }

  const PanelOrder accepted = accept(order, placement_id);
  if (world_.faults && random.percent(4)) {
    world_.sometimes_met("500 after buying");
    return fail<PlacedOrder>(FailureCode::kRejected, exchange("place", TransportOutcome::kAnswered, 500));
  }
  if (world_.faults && random.percent(5)) {
    world_.sometimes_met("crash after the panel bought");
    throw SimulatedCrash{};
  }
  if (world_.faults && random.percent(6)) {
    world_.sometimes_met("answer lost");
    return fail<PlacedOrder>(FailureCode::kOutcomeUnknown, exchange("place", TransportOutcome::kMaybeSent, 0));
  }
  if (world_.during_call && random.percent(20)) world_.during_call();
  return {PlacedOrder{accepted.id, accepted.charge}, {exchange("place", TransportOutcome::kAnswered, 200)}};
}

Reply<std::vector<OrderStatus>> SimPanel::status(std::span<const std::string> order_ids, Time) {
  if (world_.faults && world_.random.percent(10))
    return fail<std::vector<OrderStatus>>(FailureCode::kUpstreamDown,
                                          exchange("status", TransportOutcome::kMaybeSent, 0));
  std::vector<OrderStatus> rows;
  for (const std::string& id : order_ids) {
    if (world_.faults && world_.random.percent(5)) {
      world_.sometimes_met("status row missing");
      continue;
    }
    OrderStatus row;
    row.order_id = id;
    const PanelOrder* order = find(id);
    if (!order) {
      row.error = FailureCode::kNotFound;
      world_.violated("I4: the status of an order was asked that " + name_ + " never accepted: " + id);
    } else if (world_.faults && world_.random.percent(3)) {
      world_.sometimes_met("status word not recognised");
      row.upstream = "Awaiting moderation";
    } else {
      row.progress = order->progress;
      row.charge = order->charge;
      row.remains = order->remains;
    }
    rows.push_back(row);
  }
  return {rows, {exchange("status", TransportOutcome::kAnswered, 200)}};
}

Reply<Money> SimPanel::balance(Time) {
  if (world_.faults && world_.random.percent(10))
    return fail<Money>(FailureCode::kUpstreamDown, exchange("balance", TransportOutcome::kNotSent, 0));
  return {Money{world_.panel_balance[name_], "USD"}, {exchange("balance", TransportOutcome::kAnswered, 200)}};
}

Reply<std::vector<ProviderService>> SimPanel::services(Time) {
  std::vector<ProviderService> services;
  for (const char* id : {"1", "2", "3"})
    services.push_back(
        {name_, id, "Service", "Default", "", kPriceMicros * 1000, kServiceMin, kServiceMax, false, true});
  return {services, {exchange("services", TransportOutcome::kAnswered, 200)}};
}

Reply<std::vector<FoundOrder>> SimPanel::find_orders(const OrderSearch& search, Time) {
  std::vector<FoundOrder> found;
  for (const PanelOrder& o : world_.panel_orders)
    if (o.provider == name_ && o.created_at >= search.sent_at)
      found.push_back({o.id, o.service_id, o.link, o.quantity, o.created_at, o.charge});
  return {found, {exchange("find_orders", TransportOutcome::kAnswered, 200)}};
}

Reply<bool> SimPanel::cancel(const std::string& order_id, Time) {
  PanelOrder* order = find(order_id);
  const bool possible = order && order->progress == OrderProgress::kPending;
  if (possible) order->progress = OrderProgress::kCanceled;
  return {possible, {exchange("cancel", TransportOutcome::kAnswered, 200)}};
}

}  // namespace smmhost::sim
