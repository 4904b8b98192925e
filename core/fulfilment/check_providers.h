// Step: balances and service lists of the providers; ends pauses whose cause is gone, and wakes what was held for them.
#pragma once

#include "core/fulfilment/step_context.h"

namespace smmhost {

JobReport check_all_providers(StepContext& context, Time now);

// Pure: whether what a provider said before (no funds, wrong key, wrong request) is over, given its balance now;
// nothing where the provider cannot tell its balance: then a pause ends by being tried again after `recheck`. A
// person's pause never ends so.
bool pause_is_over(const ProviderStatus& status, const std::optional<Money>& balance, Duration recheck, Time now);

}  // namespace smmhost
