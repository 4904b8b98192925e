// The fulfilment engine: takes a payment from stored to delivered, using only the ports.
//
// One file a step: ingest_order, check_profile, plan_placements, send_placement, settle_payment, track_placements,
// reconcile_unknown, decide_review, deliver_orders, tell_shop, reconcile_shop, check_providers.
//
// It starts no thread and never sleeps. Every step takes the time; calls to the outside block inside a step, and what
// is recorded after one carries the exchange's own times. Any number of threads may run steps on one engine; several
// hosts may run engines on one store. Two workers never work on one payment at a time: the store's lease and fence see
// to it.
//
// What makes buying safe, in the order it happens:
//   1. the intents are committed (their ids are derived, so a second planning collides);
//   2. the placement is committed as `sent`, which also takes the link, before the first byte; the first of a payment
//      together with all its intents;
//   3. the call is made;
//   4. the answer is committed. Nobody answers -> `unknown`, at once or when the lease of a dead worker has run out.
// An answer that cannot be stored is kept in memory and stored as soon as the store is back (`flush_unsaved`).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/shop_order.h"
#include "core/fulfilment/settings.h"
#include "core/ports/profile_checker.h"
#include "core/ports/shared_budget.h"
#include "core/ports/shop.h"
#include "core/ports/smm_provider.h"
#include "core/ports/store.h"

namespace smmhost {

// What the engine stands on. Everything is borrowed and must outlive it.
struct EnginePorts {
  Store& store;
  Shop& shop;
  std::vector<SmmProvider*> providers;     // names unique
  std::vector<ProfileChecker*> checkers;   // in order of trial
  std::function<std::uint64_t()> entropy;  // for jitter, exchange ids and request keys; thread safe
  std::string owner = "local";             // this host's name on leases
  // Where several hosts share the rates of providers and checkers: what they share of each, by the gate's name. Empty:
  // this host has the rates for itself.
  std::function<SharedBudget(const std::string& name, const GateSettings& settings)> shared_budget = {};
  // True once the program is to end: what was claimed together with others and not begun is put back. Thread safe;
  // empty: never.
  std::function<bool()> is_stopping = {};
};

struct GateConfig {
  std::string name;  // of the provider or checker
  GateSettings settings;
};

// What a periodic job did, for the operator.
struct JobReport {
  int handled = 0;
  int failed = 0;
  std::string summary;  // one line
};

enum class DecisionKind { kPlaced, kNotPlaced, kGiveUp };

struct Decision {
  DecisionKind kind = DecisionKind::kGiveUp;
  std::string provider_order_id;  // for kPlaced of an unknown outcome; required there
  std::string note;               // the person's own words, kept in the timeline; may be empty
};

enum class DecisionOutcome {
  kDone,
  kNotFound,
  kNotInReview,
  kOrderIdMissing,
  kOrderIdTaken,
  kNothingBought,  // kPlaced for a payment in review without a purchase
  kConflict,
  kUnavailable
};

// How a provider stands right now, for dashboards.
struct GateView {
  std::string name;
  bool open = false;  // the breaker is open: calls are not made
  std::string why;    // why it is open
  std::optional<Time> retry_at;
  double calls_per_minute = 0;
  int consecutive_failures = 0;
  std::optional<Time> key_refused_since;  // our key has been refused there since, by the last answer
  std::string key_refusal;                // in what words
};

class Engine {
 public:
  Engine(EnginePorts ports, FulfilmentSettings settings, const std::vector<GateConfig>& gates);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // At start: takes back what a crashed process of the same owner had leased, so that it need not wait for the leases;
  // and queues again what the shop refused for our credentials' sake, which may be new. Returns how many leases.
  int recover(Time now);

  // Claims up to `limit` payments that are due, oldest first. Each is for work_on_claimed(), soon and in any thread;
  // one that is not comes due again when its lease has run out.
  std::vector<PaymentDetail> claim_due(Time now, int limit);
  // Takes it as far as it goes now.
  void work_on_claimed(PaymentDetail claimed, Time now);
  // Both, one payment after the other. Returns how many were claimed.
  int work_due(Time now, int limit);
  // The same for one payment, if no other worker has it. False where it could not be claimed.
  bool work_on(const std::string& payment_id, Time now);

  // Asks providers for the status of placements that are due, in batches of up to 100. Returns how many were asked
  // about.
  int track_due(Time now);
  // Tells the shop what is due in the outbox, at most `limit`. Returns how many were tried.
  int tell_shop_due(Time now, int limit);
  // Stores answers that could not be stored when they came. Returns how many are still unsaved.
  int flush_unsaved(Time now);

  // The periodic jobs. Each also serves "run it now".
  JobReport check_profiles(Time now);    // due profile re-checks
  JobReport process_payments(Time now);  // everything due, and held payments looked at again
  JobReport track_placements(Time now);
  JobReport update_delivered(Time now);  // orders whose lines are all completed -> outbox -> told
  JobReport reconcile_shop(Time now);    // paid orders that never arrived are stored as if posted
  JobReport check_providers(Time now);   // balance, services, bounds; ends pauses whose cause is gone

  // A person's decision on a placement in review, or on a payment in review without any: kNotPlaced has it bought,
  // kGiveUp cancels it. Recorded with its note in the timeline.
  DecisionOutcome decide(const std::string& id, const Decision& decision, Time now);

  // A person stops or resumes buying at a provider.
  CommitOutcome pause_provider(const std::string& name, const std::string& why, Time now);
  CommitOutcome resume_provider(const std::string& name, Time now);

  // A person asks the shop to be told `status_alias`; queued in the outbox and tried at once.
  // The value is the row after the try; nullopt where the store is unavailable.
  std::optional<ShopUpdate> tell_shop_now(std::int64_t order_id, const std::string& status_alias, Time now);

  std::vector<GateView> gates(Time now) const;
  const FulfilmentSettings& settings() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Turns an order of the shop into what the store must do: payments for its lines (a line without customization borrows
// the others', where they point at the same), a cancellation, or a new status word. Pure. `delivery` is completed with
// event-independent fields only.
Ingest ingest_order(const ShopOrder& order, Delivery delivery, Time now);

}  // namespace smmhost
