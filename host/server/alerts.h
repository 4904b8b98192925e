// What an operator should look at now: derived from the store at each asking, and gone when its cause is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/provider_status.h"
#include "core/ports/store.h"

namespace smmhost {

struct Alert {
  std::string kind;     // shop_refused, stalled, low_balance, provider_paused; the words are part of the API
  std::string subject;  // "yampi", or the provider's name
  std::string message;  // for a person; nothing personal and no secret
  std::optional<Time> since;
};

// By the provider's name, in micro units of its own currency; no entry: no bound.
using MinBalances = std::map<std::string, std::int64_t>;

// False while the balance is not known.
bool balance_is_low(const ProviderStatus& status, const MinBalances& min_balances);

// Of the providers in `names` and the shop; of stalled purchases at any provider. Throws StoreUnavailable.
std::vector<Alert> current_alerts(Store& store, const std::vector<std::string>& names, const MinBalances& min_balances);

}  // namespace smmhost
