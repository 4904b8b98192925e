// See sim_edges.h.
#include "tests/simulation/sim_edges.h"

#include <algorithm>

namespace smmhost::sim {
namespace {

Exchange edge_exchange(World& world, const std::string& peer, const std::string& operation, TransportOutcome outcome) {
  Exchange e;
  e.id = world.exchange_id();
  e.peer = peer;
  e.operation = operation;
  e.outcome = outcome;
  e.status = outcome == TransportOutcome::kAnswered ? 200 : 0;
  e.started_at = e.ended_at = world.now;
  return e;
}

template <class T>
Reply<T> edge_failure(FailureCode code, Exchange exchange) {
  return {Failure{code, std::nullopt, "simulated", ""}, {std::move(exchange)}};
}

}  // namespace

Reply<Profile> SimChecker::check(const std::string& username, Time now) {
  if (world_.faults && world_.random.percent(12)) {
    world_.sometimes_met("look-up fails");
    return edge_failure<Profile>(FailureCode::kUpstreamDown,
                                 edge_exchange(world_, name_, "check", TransportOutcome::kMaybeSent));
  }
  Exchange answered = edge_exchange(world_, name_, "check", TransportOutcome::kAnswered);
  const auto it = world_.profiles.find(username);
  if (it == world_.profiles.end() || !it->second.exists)
    return edge_failure<Profile>(FailureCode::kNotFound, std::move(answered));
  const bool is_public = it->second.public_from && *it->second.public_from <= now;
  if (!is_public) world_.sometimes_met("profile private");
  return {Profile{username, "1", !is_public, 100}, {std::move(answered)}};
}

Reply<std::vector<Post>> SimChecker::latest_posts(const std::string& username, int limit, PostKind, Time now) {
  if (world_.faults && world_.random.percent(10))
    return edge_failure<std::vector<Post>>(FailureCode::kUpstreamDown,
                                           edge_exchange(world_, name_, "media", TransportOutcome::kNotSent));
  std::vector<Post> posts;
  const int count = std::min(limit, world_.profiles[username].posts);
  for (int i = 0; i < count; ++i)
    posts.push_back({"C" + username + std::to_string(i), true, now - std::chrono::hours{i}});
  return {posts, {edge_exchange(world_, name_, "media", TransportOutcome::kAnswered)}};
}

Reply<Told> SimShop::tell_status(std::int64_t order_id, const std::string& status_alias, Time) {
  if (world_.faults && world_.random.percent(10)) {
    world_.sometimes_met("shop unreachable");
    return edge_failure<Told>(FailureCode::kUpstreamDown,
                              edge_exchange(world_, "yampi", "tell", TransportOutcome::kNotSent));
  }
  SimShopOrder& order = world_.shop_orders.at(order_id);
  Exchange answered = edge_exchange(world_, "yampi", "tell", TransportOutcome::kAnswered);
  if (order.status == status_alias) return {Told::kAlreadySo, {std::move(answered)}};
  if (order.cancelled) return {Told::kNotAllowed, {std::move(answered)}};

  order.status = status_alias;
  if (status_alias == "delivered") {
    ++order.delivered_writes;
    world_.sometimes_met("delivered told");
  }
  if (status_alias == "shipment_exception") ++order.private_writes;
  if (world_.faults && world_.random.percent(6)) {
    world_.sometimes_met("crash after the shop was told");
    throw SimulatedCrash{};
  }
  if (world_.faults && world_.random.percent(6)) {
    world_.sometimes_met("the shop's answer is lost");
    return edge_failure<Told>(FailureCode::kOutcomeUnknown,
                              edge_exchange(world_, "yampi", "tell", TransportOutcome::kMaybeSent));
  }
  return {Told::kTold, {std::move(answered)}};
}

Reply<ShopOrderPage> SimShop::paid_orders(Time, int page, Time) {
  ShopOrderPage result;
  if (page > 1) return {result, {}};
  for (auto& [id, order] : world_.shop_orders) {
    if (!order.paid || order.status != "paid") continue;
    ShopOrder polled = order.order;
    polled.status_alias = "paid";
    result.orders.push_back(polled);
  }
  return {result, {edge_exchange(world_, "yampi", "paid_orders", TransportOutcome::kAnswered)}};
}

}  // namespace smmhost::sim
