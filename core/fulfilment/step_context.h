// What every step stands on: the ports, the settings, and what one engine remembers between steps.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/fulfilment/engine.h"
#include "core/fulfilment/first_listings.h"
#include "core/fulfilment/pending_answers.h"
#include "core/fulfilment/profile_cache.h"
#include "core/fulfilment/provider_gate.h"

namespace smmhost {

// Thread safe; one an engine.
class StepContext {
 public:
  StepContext(EnginePorts ports, FulfilmentSettings settings_, const std::vector<GateConfig>& gates);

  Store& store;
  Shop& shop;
  const std::vector<SmmProvider*> providers;
  const std::vector<ProfileChecker*> checkers;
  const std::function<std::uint64_t()> entropy;
  const std::string owner;
  const std::function<bool()> is_stopping;  // never empty
  const FulfilmentSettings settings;
  PendingAnswers answers;
  ProfileCache profiles;
  FirstListings first_listings;

  // Null where no provider of that name is configured.
  SmmProvider* provider(const std::string& name) const;
  // Of a configured provider or checker.
  ProviderGate& gate(const std::string& name) { return *gates_.at(name); }
  std::vector<GateView> gate_views(Time now) const;

  // False where another thread of this engine works on the payment already.
  bool begin_work(const std::string& payment_id);
  void end_work(const std::string& payment_id);

  // 32 hex digits.
  std::string draw_key() const;
  Duration backoff(int failures) const;

  // Completes what a port leaves to its caller: ids, peer, and whom the exchange concerns.
  std::vector<Exchange> complete(std::vector<Exchange> exchanges, const std::string& peer, const std::string& operation,
                                 const std::string& payment_id = {}, const std::string& placement_id = {},
                                 std::int32_t attempt = 0) const;

 private:
  std::map<std::string, std::unique_ptr<ProviderGate>> gates_;
  std::mutex mutex_;
  std::set<std::string> in_work_;
};

// The latest end of the exchanges, not before `now`: the time after a call.
Time after(const std::vector<Exchange>& exchanges, Time now);

// For events: the exchange that decided, or empty.
std::string last_id(const std::vector<Exchange>& exchanges);

// "code: message", what a failure says to a person.
std::string words_of(const Failure& failure);

}  // namespace smmhost
