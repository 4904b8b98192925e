// What an operator should look at now: derived from the store at each asking, and gone when its cause is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/provider_status.h"
#include "core/fulfilment/engine.h"
#include "core/ports/store.h"
#include "host/server/job_runner.h"

namespace smmhost {

struct Alert {
  // store_refuses_writes, shop_refused, webhook_off, stalled, low_balance, provider_paused, service_gone, key_refused,
  // job_failed; the words are part of the API.
  std::string kind;
  std::string subject;  // "yampi", or the provider's, the checker's or the job's name
  std::string message;  // for a person; nothing personal and no secret
  std::optional<Time> since;
};

// By the provider's name, in micro units of its own currency; no entry: no bound.
using MinBalances = std::map<std::string, std::int64_t>;

// False while the balance is not known.
bool balance_is_low(const ProviderStatus& status, const MinBalances& min_balances);

struct AlertSources {
  Store& store;
  std::vector<std::string> providers;  // the configured ones
  MinBalances min_balances;
  std::vector<GateView> gates;  // of providers and checkers
  std::vector<JobView> jobs;
};

// Of stalled purchases at any provider; else only of what is configured. Throws StoreUnavailable.
std::vector<Alert> current_alerts(const AlertSources& sources);

}  // namespace smmhost
