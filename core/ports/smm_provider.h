// The port to an SMM panel. One object a configured provider.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/money.h"
#include "core/domain/provider_status.h"
#include "core/domain/time.h"
#include "core/ports/reply.h"

namespace smmhost {

struct ProviderCapabilities {
  bool status = false;
  bool balance = false;
  bool services = false;
  bool cancel = false;
  bool refill = false;
  bool reconcile = false;  // can list our recent orders, so that an unknown outcome can be proved
  // Not empty: placing again with the same request key buys once, as long as this says the same. It names whom the key
  // goes to, and how: the plugin, its settings, the panel. Opaque: to be stored and compared, and shown to a person.
  std::string idempotent_at = {};
};

struct PlaceOrder {
  std::string service_id;
  std::string link;
  std::int64_t quantity = 0;
  std::string request_key;  // Placement::request_key
  std::int32_t attempt = 1;
  std::string idempotent_at = {};  // Placement::idempotent_at
};

struct PlacedOrder {
  std::string order_id;  // never empty
  std::optional<Money> charge;
};

enum class OrderProgress {
  kUnrecognised,  // the provider's word is not known; never taken for an end
  kPending,
  kInProgress,
  kCompleted,
  kPartial,
  kCanceled,
  kRefunded,
  kProblem,  // the panel's staff must look; not an end
};

struct OrderStatus {
  std::string order_id;
  std::optional<FailureCode> error;  // set: the provider has an error for this id, the rest is empty
  OrderProgress progress = OrderProgress::kUnrecognised;
  std::string upstream;  // the provider's own word
  std::optional<Money> charge;
  std::optional<std::int64_t> start_count;
  std::optional<std::int64_t> remains;
};

struct OrderSearch {
  std::string service_id;
  std::string link;
  std::int64_t quantity = 0;
  Time sent_at{};
};

struct FoundOrder {
  std::string order_id;
  std::string service_id;
  std::string link;
  std::int64_t quantity = 0;
  std::optional<Time> created_at;
  std::optional<Money> charge;
};

// Calls block until the answer or the deadline. All functions are thread safe. `now` is handed to the plugin as its
// clock.
class SmmProvider {
 public:
  virtual ~SmmProvider() = default;

  virtual const std::string& name() const = 0;
  virtual ProviderCapabilities capabilities() const = 0;

  // Why nothing can be asked of it now, for a person; empty where it can. Nothing is bought there then.
  virtual std::string unavailable() const { return {}; }

  // Buys. Spends money; the caller has committed the intent and the `sent` mark before.
  // The exchanges say what is certain: the caller trusts a failure only where they agree with it.
  // An order that names another `idempotent_at` than the provider has now fails as kInternal and unsent.
  virtual Reply<PlacedOrder> place(const PlaceOrder& order, Time now) = 0;

  // At most 100 ids. Ids the provider left out of its answer are left out here.
  virtual Reply<std::vector<OrderStatus>> status(std::span<const std::string> order_ids, Time now) = 0;

  virtual Reply<Money> balance(Time now) = 0;
  virtual Reply<std::vector<ProviderService>> services(Time now) = 0;

  // The provider's own recent orders that could be the one searched; an empty list is an answer too.
  virtual Reply<std::vector<FoundOrder>> find_orders(const OrderSearch& search, Time now) = 0;

  // Asks the provider to stop an order. The value is true where it agreed.
  virtual Reply<bool> cancel(const std::string& order_id, Time now) = 0;
};

}  // namespace smmhost
