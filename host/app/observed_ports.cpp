#include "host/app/observed_ports.h"

#include <spdlog/spdlog.h>

#include "core/fulfilment/classify_place.h"

namespace smmhost {
namespace {

template <class T>
Reply<T> counted(Metrics& metrics, std::string_view peer, std::string_view operation, Reply<T> reply) {
  metrics.provider_call(peer, operation, reply.ok() ? "ok" : to_string(reply.failure().code));
  return reply;
}

std::string_view word_of(PlaceVerdict verdict) {
  switch (verdict) {
    case PlaceVerdict::kAccepted:
      return "accepted";
    case PlaceVerdict::kRefused:
      return "rejected";
    case PlaceVerdict::kNotSent:
      return "not_sent";
    case PlaceVerdict::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace

Reply<PlacedOrder> ObservedProvider::place(const PlaceOrder& order, Time now) {
  if (stop_.raised()) {
    // Of the host's own making and without an exchange: the engine takes it for certainly not sent.
    return {Failure{.code = FailureCode::kInternal, .message = "the program is stopping; nothing was sent"}, {}};
  }
  Reply<PlacedOrder> reply = counted(metrics_, name(), "place", next_.place(order, now));
  metrics_.placement(name(), word_of(classify_place(reply)));
  return reply;
}

Reply<std::vector<OrderStatus>> ObservedProvider::status(std::span<const std::string> order_ids, Time now) {
  return counted(metrics_, name(), "status", next_.status(order_ids, now));
}

Reply<Money> ObservedProvider::balance(Time now) {
  return counted(metrics_, name(), "balance", next_.balance(now));
}

Reply<std::vector<ProviderService>> ObservedProvider::services(Time now) {
  return counted(metrics_, name(), "services", next_.services(now));
}

Reply<std::vector<FoundOrder>> ObservedProvider::find_orders(const OrderSearch& search, Time now) {
  return counted(metrics_, name(), "find_orders", next_.find_orders(search, now));
}

Reply<bool> ObservedProvider::cancel(const std::string& order_id, Time now) {
  return counted(metrics_, name(), "cancel", next_.cancel(order_id, now));
}

Reply<Profile> ObservedChecker::check(const std::string& username, Time now) {
  return counted(metrics_, name(), "check", next_.check(username, now));
}

Reply<std::vector<Post>> ObservedChecker::latest_posts(const std::string& username, int limit, PostKind kind,
                                                       Time now) {
  return counted(metrics_, name(), "media", next_.latest_posts(username, limit, kind, now));
}

Reply<Told> ObservedShop::tell_status(std::int64_t order_id, const std::string& status_alias, Time now) {
  Reply<Told> reply = counted(metrics_, "yampi", "tell_status", next_.tell_status(order_id, status_alias, now));
  if (reply.ok() && reply.value() == Told::kNotAllowed)
    spdlog::warn("yampi does not allow the status order_id={} status={}", order_id, status_alias);
  if (!reply.ok())
    spdlog::warn("yampi was not told order_id={} status={} failure={} message=\"{}\"", order_id, status_alias,
                 to_string(reply.failure().code), reply.failure().message);
  return reply;
}

Reply<ShopOrderPage> ObservedShop::paid_orders(Time since, int page, Time now) {
  return counted(metrics_, "yampi", "paid_orders", next_.paid_orders(since, page, now));
}

}  // namespace smmhost
