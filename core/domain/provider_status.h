// What is remembered about a provider between calls: paused or not and why, its balance, its services.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/money.h"
#include "core/domain/reason.h"
#include "core/domain/time.h"

namespace smmhost {

struct ProviderStatus {
  std::string name;
  // kNone: buying goes on. kProviderPaused: a person paused it. kNoFunds, kProviderAuth,
  // kProviderConfig: the provider said so.
  Reason paused = Reason::kNone;
  std::string pause_detail;
  std::optional<Time> paused_at;
  std::optional<Money> balance;
  std::optional<Time> balance_at;
  std::optional<Money> balance_when_paused;  // what a later balance is compared with to end a kNoFunds pause
  std::optional<Time> services_at;
  std::int64_t version = 0;
};

struct ProviderService {
  std::string provider;
  std::string service_id;
  std::string name;
  std::string type;
  std::string category;
  std::int64_t rate_micros = 0;  // price per 1000 in the provider's currency
  std::optional<std::int64_t> min;
  std::optional<std::int64_t> max;
  bool refill = false;
  bool cancel = false;
};

}  // namespace smmhost
