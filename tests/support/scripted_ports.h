// Fakes of the outside world for tests: a panel, a look-up and a shop that do what the test wrote down.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/ports/profile_checker.h"
#include "core/ports/shop.h"
#include "core/ports/smm_provider.h"

namespace smmhost::testing {

// Replies as the host's HTTP adapter would build them, with the exchange that agrees with them.
template <class T>
Reply<T> answered(T value) {
  Exchange exchange;
  exchange.method = "POST";
  exchange.outcome = TransportOutcome::kAnswered;
  exchange.status = 200;
  return {std::move(value), {exchange}};
}

template <class T>
Reply<T> failed(FailureCode code, TransportOutcome outcome, int status = 0, std::optional<Duration> retry_after = {}) {
  Exchange exchange;
  exchange.method = "POST";
  exchange.outcome = outcome;
  exchange.status = status;
  return {Failure{.code = code, .retry_after = retry_after, .message = "scripted"}, {exchange}};
}

inline Reply<PlacedOrder> accepted(std::string order_id) {
  return answered(PlacedOrder{.order_id = std::move(order_id)});
}
inline Reply<PlacedOrder> refused(FailureCode code) {
  return failed<PlacedOrder>(code, TransportOutcome::kAnswered, 200);
}
inline Reply<PlacedOrder> not_sent() {
  return failed<PlacedOrder>(FailureCode::kUpstreamDown, TransportOutcome::kNotSent);
}
inline Reply<PlacedOrder> lost_answer() {
  return failed<PlacedOrder>(FailureCode::kOutcomeUnknown, TransportOutcome::kMaybeSent);
}

// Accepts every order with ids "1001", "1002", ... and reports every order as in progress, unless told otherwise.
class ScriptedProvider final : public SmmProvider {
 public:
  using Place = std::function<Reply<PlacedOrder>(const PlaceOrder&)>;

  explicit ScriptedProvider(std::string name) : name_(std::move(name)) {}

  // The next calls of place(), one each; afterwards it accepts.
  std::deque<Place> next_places;
  void will(Reply<PlacedOrder> reply) {
    next_places.push_back([reply = std::move(reply)](const PlaceOrder&) { return reply; });
  }

  ProviderCapabilities able{.status = true, .balance = true, .services = true};
  std::string out_of_service;  // why nothing can be asked of it; then it is able to do nothing, as without its plugin
  std::map<std::string, OrderStatus> statuses;  // by order id; an id that is not here is in progress
  void report(const std::string& order_id, OrderProgress progress, std::optional<std::int64_t> remains = {}) {
    statuses[order_id] = {.order_id = order_id, .progress = progress, .upstream = "scripted", .remains = remains};
  }
  std::optional<Failure> status_failure;
  Reply<Money> balance_reply = answered(Money{100'000'000, "USD"});
  Reply<std::vector<ProviderService>> services_reply = answered(std::vector<ProviderService>{});
  int service_calls = 0;
  std::function<void()> while_listing;  // runs within services()
  std::vector<FoundOrder> found_orders;

  std::vector<PlaceOrder> placed;  // every call of place()
  int status_calls = 0;
  std::size_t largest_batch = 0;

  const std::string& name() const override { return name_; }
  ProviderCapabilities capabilities() const override { return out_of_service.empty() ? able : ProviderCapabilities{}; }
  std::string unavailable() const override { return out_of_service; }

  Reply<PlacedOrder> place(const PlaceOrder& order, Time) override {
    Place step;
    {
      const std::lock_guard lock(mutex_);
      placed.push_back(order);
      if (next_places.empty()) return accepted(std::to_string(++last_order_id_));
      step = std::move(next_places.front());
      next_places.pop_front();
    }
    return step(order);
  }

  Reply<std::vector<OrderStatus>> status(std::span<const std::string> order_ids, Time) override {
    ++status_calls;
    largest_batch = std::max(largest_batch, order_ids.size());
    if (status_failure) return {*status_failure, {}};
    std::vector<OrderStatus> rows;
    for (const std::string& id : order_ids) {
      const auto found = statuses.find(id);
      rows.push_back(
          found != statuses.end()
              ? found->second
              : OrderStatus{.order_id = id, .progress = OrderProgress::kInProgress, .upstream = "In progress"});
    }
    return answered(std::move(rows));
  }

  Reply<Money> balance(Time) override { return balance_reply; }
  Reply<std::vector<ProviderService>> services(Time) override {
    ++service_calls;
    if (while_listing) while_listing();
    return services_reply;
  }
  Reply<std::vector<FoundOrder>> find_orders(const OrderSearch&, Time) override { return answered(found_orders); }
  Reply<bool> cancel(const std::string&, Time) override { return {Failure{.code = FailureCode::kUnsupported}, {}}; }

 private:
  const std::string name_;
  std::mutex mutex_;
  int last_order_id_ = 1000;
};

// Every profile is public and has as many posts as asked for, with shortcodes "{username}1", ..., unless told
// otherwise.
class ScriptedChecker final : public ProfileChecker {
 public:
  explicit ScriptedChecker(std::string name) : name_(std::move(name)) {}

  std::map<std::string, bool> is_private;       // by username
  std::map<std::string, FailureCode> failures;  // by username
  std::map<std::string, std::vector<Post>> posts;
  std::set<std::string> private_posts;  // usernames whose posts cannot be seen, whatever check() says
  bool lists_posts = true;
  int checks = 0;
  int post_lists = 0;

  const std::string& name() const override { return name_; }
  bool can_list_posts() const override { return lists_posts; }

  Reply<Profile> check(const std::string& username, Time) override {
    ++checks;
    if (const auto failure = failures.find(username); failure != failures.end())
      return failed<Profile>(failure->second, TransportOutcome::kAnswered, 200);
    Profile profile{.username = username};
    if (const auto known = is_private.find(username); known != is_private.end()) profile.is_private = known->second;
    return answered(std::move(profile));
  }

  Reply<std::vector<Post>> latest_posts(const std::string& username, int limit, PostKind kind, Time) override {
    ++post_lists;
    last_kind = kind;
    if (private_posts.contains(username))
      return failed<std::vector<Post>>(FailureCode::kPrivate, TransportOutcome::kAnswered, 200);
    if (const auto known = posts.find(username); known != posts.end()) return answered(known->second);
    std::vector<Post> newest;
    for (int i = 1; i <= limit; ++i) newest.push_back({.shortcode = username + std::to_string(i)});
    return answered(std::move(newest));
  }

  PostKind last_kind = PostKind::kAny;

 private:
  const std::string name_;
};

// Takes every status, unless told otherwise.
class ScriptedShop final : public Shop {
 public:
  struct Call {
    std::int64_t order_id = 0;
    std::string status_alias;
    friend bool operator==(const Call&, const Call&) = default;
  };
  std::deque<std::function<Reply<Told>(const Call&)>> next_tells;
  void will(Reply<Told> reply) {
    next_tells.push_back([reply = std::move(reply)](const Call&) { return reply; });
  }
  std::vector<Call> calls;
  std::vector<ShopOrder> paid;  // what paid_orders() lists, two a page
  std::optional<Failure> list_failure;

  Reply<Told> tell_status(std::int64_t order_id, const std::string& status_alias, Time) override {
    calls.push_back({order_id, status_alias});
    if (next_tells.empty()) return answered(Told::kTold);
    const auto step = std::move(next_tells.front());
    next_tells.pop_front();
    return step(calls.back());
  }

  Reply<ShopOrderPage> paid_orders(Time, int page, Time) override {
    if (list_failure) return {*list_failure, {}};
    ShopOrderPage result;
    const std::size_t first = static_cast<std::size_t>(page - 1) * 2;
    for (std::size_t i = first; i < paid.size() && i < first + 2; ++i) result.orders.push_back(paid[i]);
    result.last = first + 2 >= paid.size();
    return answered(std::move(result));
  }
};

}  // namespace smmhost::testing
