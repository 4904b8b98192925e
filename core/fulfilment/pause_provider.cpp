#include "core/fulfilment/pause_provider.h"

namespace smmhost {
namespace {

constexpr int kMostTries = 50;

void set_pause(ProviderStatus& status, Reason reason, const std::string& why, Time now) {
  status.paused = reason;
  status.pause_detail = why;
  status.paused_at = now;
  status.balance_when_paused.reset();
}

// Where the balance cannot be asked, a later balance above zero ends the pause.
void remember_balance(StepContext& context, const std::string& name, Time now) {
  SmmProvider* provider = context.provider(name);
  if (!provider || !provider->capabilities().balance || !context.gate(name).admit(now).admitted) return;
  const Reply<Money> reply = provider->balance(now);
  const Time then = after(reply.exchanges, now);
  if (!reply.ok()) return context.gate(name).failed(then, words_of(reply.failure()), reply.failure().retry_after);
  context.gate(name).succeeded(then);
  change_provider_status(context, name, [&](ProviderStatus& status) {
    status.balance = reply.value();
    status.balance_at = then;
    if (status.paused == Reason::kNoFunds) status.balance_when_paused = reply.value();
    return true;
  });
}

}  // namespace

bool ends_by_itself(Reason paused) {
  return paused == Reason::kNoFunds || paused == Reason::kProviderAuth || paused == Reason::kProviderConfig;
}

CommitOutcome change_provider_status(StepContext& context, const std::string& provider,
                                     const std::function<bool(ProviderStatus&)>& change) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    ProviderStatus status = context.store.provider(provider).value_or(ProviderStatus{.name = provider});
    if (!change(status)) return CommitOutcome::kCommitted;
    Changes changes;
    changes.providers = {status};
    const CommitOutcome outcome = context.store.commit(changes);
    if (outcome != CommitOutcome::kConflict && outcome != CommitOutcome::kInDoubt) return outcome;
  }
  return CommitOutcome::kUnavailable;
}

void pause_by_refusal(StepContext& context, const std::string& provider, Reason reason, const std::string& why,
                      Time now) {
  bool paused_here = false;
  change_provider_status(context, provider, [&](ProviderStatus& status) {
    paused_here = status.paused == Reason::kNone;
    if (paused_here) set_pause(status, reason, why, now);
    return paused_here;
  });
  if (paused_here && reason == Reason::kNoFunds) remember_balance(context, provider, now);
}

CommitOutcome pause_by_person(StepContext& context, const std::string& provider, const std::string& why, Time now) {
  return change_provider_status(context, provider, [&](ProviderStatus& status) {
    set_pause(status, Reason::kProviderPaused, why, now);
    return true;
  });
}

CommitOutcome resume(StepContext& context, const std::string& provider, Time now) {
  const CommitOutcome outcome = change_provider_status(context, provider, [](ProviderStatus& status) {
    status.paused = Reason::kNone;
    status.pause_detail.clear();
    status.paused_at.reset();
    status.balance_when_paused.reset();
    return true;
  });
  if (outcome != CommitOutcome::kCommitted) return outcome;
  for (const Reason reason :
       {Reason::kProviderPaused, Reason::kNoFunds, Reason::kProviderAuth, Reason::kProviderConfig})
    context.store.wake_held(reason, provider, "", now);
  return outcome;
}

}  // namespace smmhost
