#include "core/fulfilment/save_payment.h"

#include <algorithm>

#include "core/fulfilment/mutants.h"

namespace smmhost {
namespace {

// Enough for the few writers that can meet at one payment; more is a fault.
constexpr int kMostTries = 50;

CommitOutcome commit(Store& store, const Changes& changes) {
  const CommitOutcome outcome = store.commit(changes);
  if (outcome == CommitOutcome::kInDoubt && mutant("ignore_in_doubt")) return CommitOutcome::kCommitted;
  return outcome;
}

// Whether the commit must be tried again on rows that were read again.
bool needs_another_look(CommitOutcome outcome) {
  return outcome == CommitOutcome::kConflict || outcome == CommitOutcome::kInDoubt;
}

std::optional<Time> earlier_of(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

Saved saved_as(CommitOutcome outcome) {
  switch (outcome) {
    case CommitOutcome::kCommitted:
      return Saved::kSaved;
    case CommitOutcome::kLinkBusy:
      return Saved::kLinkBusy;
    default:
      return Saved::kUnavailable;
  }
}

}  // namespace

LeasedPayment::LeasedPayment(StepContext& context, PaymentDetail rows, Time now)
    : context_(context), rows_(std::move(rows)), now_(now), fence_(rows_.payment.fence) {}

bool LeasedPayment::is_lost(const Payment& stored) const {
  return stored.fence != fence_ || stored.lease_owner != context_.owner;
}

Saved LeasedPayment::save(const Decide& decide, Durability durability) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    PaymentDraft draft(rows_, now_, "engine");
    if (!decide(draft)) return Saved::kDeclined;

    const bool goes_on = draft.has_more_to_do();
    draft.edit().due_at = goes_on ? now_ + context_.settings.lease : draft.next();
    draft.edit().lease_owner = goes_on ? context_.owner : std::string{};
    Changes changes = draft.changes();
    changes.durability = durability;
    const CommitOutcome outcome = commit(context_.store, changes);
    if (!needs_another_look(outcome)) {
      if (outcome == CommitOutcome::kCommitted) rows_ = draft.committed();
      held_ = outcome == CommitOutcome::kLinkBusy || (outcome == CommitOutcome::kCommitted && goes_on);
      return saved_as(outcome);
    }
    std::optional<PaymentDetail> stored = context_.store.payment(rows_.payment.id);
    if (stored && outcome == CommitOutcome::kInDoubt && draft.landed_in(*stored)) {
      rows_ = std::move(*stored);
      held_ = goes_on;
      return Saved::kSaved;
    }
    if (!stored || is_lost(stored->payment)) break;
    rows_ = std::move(*stored);
  }
  held_ = false;
  return Saved::kLost;
}

Saved edit_payment(StepContext& context, const std::string& payment_id, Time now, const std::string& actor,
                   const Decide& decide, PaymentDetail* rows, Durability durability) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    std::optional<PaymentDetail> stored = context.store.payment(payment_id);
    if (!stored) return Saved::kLost;
    const bool leased = !stored->payment.lease_owner.empty();
    const std::optional<Time> due_before = stored->payment.due_at;
    PaymentDraft draft(std::move(*stored), now, actor);
    if (!decide(draft)) return Saved::kDeclined;

    // What the payment was due for (a dead worker's `sent` placement, say) is still to be done.
    if (!leased) draft.edit().due_at = earlier_of(due_before, draft.next());
    Changes changes = draft.changes();
    changes.durability = durability;
    const CommitOutcome outcome = commit(context.store, changes);
    if (outcome == CommitOutcome::kInDoubt) {
      const std::optional<PaymentDetail> again = context.store.payment(payment_id);
      if (!again || !draft.landed_in(*again)) continue;
    } else if (outcome != CommitOutcome::kCommitted) {
      if (outcome == CommitOutcome::kConflict) continue;
      return saved_as(outcome);
    }
    if (rows) *rows = draft.committed();
    return Saved::kSaved;
  }
  return Saved::kUnavailable;
}

}  // namespace smmhost
