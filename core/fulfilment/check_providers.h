// Step: balances and service lists of the providers; ends pauses whose cause is gone, and wakes what was held for them.
#pragma once

#include <vector>

#include "core/domain/product.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

JobReport check_all_providers(StepContext& context, Time now);

// Whether something may be bought at the providers of these routes as far as their lists of services are concerned.
// A provider that has never listed its services is asked first, once, so that a quantity is checked against the bounds
// before money moves; `now` moves on by the call. False while another thread is asking: for as long as a call takes.
bool have_listed(StepContext& context, const std::vector<Route>& routes, Time& now);

// Pure: whether what a provider said before (no funds, wrong key, wrong request) is over, given its balance now;
// nothing where the provider cannot tell its balance: then a pause ends by being tried again after `recheck`. A
// person's pause never ends so.
bool pause_is_over(const ProviderStatus& status, const std::optional<Money>& balance, Duration recheck, Time now);

}  // namespace smmhost
