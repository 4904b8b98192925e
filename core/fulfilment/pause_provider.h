// Pausing a provider: nothing is bought there until the cause has gone. The pause is stored, so every host honours it.
#pragma once

#include "core/fulfilment/step_context.h"

namespace smmhost {

// True for a pause by the provider's own word, which ends when its cause has gone; false for a person's.
bool ends_by_itself(Reason paused);

// A provider's own word (kNoFunds, kProviderAuth, kProviderConfig) does not replace a person's pause. For kNoFunds the
// balance is asked once, so that a top-up can be told from a balance that was never enough.
void pause_by_refusal(StepContext& context, const std::string& provider, Reason reason, const std::string& why,
                      Time now);

CommitOutcome pause_by_person(StepContext& context, const std::string& provider, const std::string& why, Time now);

// Ends any pause and wakes what was held for it.
CommitOutcome resume(StepContext& context, const std::string& provider, Time now);

// Changes the stored status, reading again on a conflict. `change` returns false where nothing is to be written.
CommitOutcome change_provider_status(StepContext& context, const std::string& provider,
                                     const std::function<bool(ProviderStatus&)>& change);

}  // namespace smmhost
