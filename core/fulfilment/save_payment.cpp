#include "core/fulfilment/save_payment.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

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

// What `decide` makes of the payment as it was read; nullopt, and `refusal` is set, where nothing is to be written.
std::optional<PaymentDraft> draft_edit(std::optional<PaymentDetail> stored, Time now, const std::string& actor,
                                       const Decide& decide, Saved& refusal) {
  if (!stored) {
    refusal = Saved::kLost;
    return std::nullopt;
  }
  const bool leased = !stored->payment.lease_owner.empty();
  const std::optional<Time> due_before = stored->payment.due_at;
  PaymentDraft draft(std::move(*stored), now, actor);
  if (!decide(draft)) {
    refusal = Saved::kDeclined;
    return std::nullopt;
  }
  // What the payment was due for (a dead worker's `sent` placement, say) is still to be done.
  if (!leased) draft.edit().due_at = earlier_of(due_before, draft.next());
  return draft;
}

bool has_landed(Store& store, const PaymentDraft& draft) {
  const std::optional<PaymentDetail> stored = store.payment(draft.payment().id);
  return stored && draft.landed_in(*stored);
}

std::map<std::string, PaymentDetail> read_all(Store& store, const std::vector<Edit>& edits) {
  std::vector<std::string> ids;
  ids.reserve(edits.size());
  for (const Edit& edit : edits) ids.push_back(edit.payment_id);
  std::map<std::string, PaymentDetail> rows;
  for (PaymentDetail& detail : store.payments(ids)) rows.emplace(detail.payment.id, std::move(detail));
  return rows;
}

// Drafts of different payments that are committed as one.
class EditsTogether {
 public:
  bool has(const std::string& payment_id) const { return payments_.contains(payment_id); }

  void add(Edit& edit, PaymentDraft draft) {
    payments_.insert(edit.payment_id);
    append(draft.changes());
    entries_.emplace_back(&edit, std::move(draft));
  }

  // What could not be committed in this company goes to `alone`.
  void commit_to(Store& store, std::vector<Edit*>& alone) {
    if (entries_.empty()) return;
    const CommitOutcome outcome = commit(store, changes_);
    for (auto& [edit, draft] : entries_) {
      if (outcome == CommitOutcome::kUnavailable) continue;
      if (outcome == CommitOutcome::kCommitted || (outcome == CommitOutcome::kInDoubt && has_landed(store, draft))) {
        edit->saved = Saved::kSaved;
        edit->rows = draft.committed();
      } else {
        alone.push_back(edit);
      }
    }
  }

 private:
  template <class T>
  static void append(std::vector<T>& all, std::vector<T> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }

  void append(Changes more) {
    append(changes_.payments, std::move(more.payments));
    append(changes_.placements, std::move(more.placements));
    append(changes_.shop_updates, std::move(more.shop_updates));
    append(changes_.events, std::move(more.events));
    for (Exchange& exchange : more.exchanges)  // one answer speaks of many
      if (exchanges_.insert(exchange.id).second) changes_.exchanges.push_back(std::move(exchange));
  }

  std::vector<std::pair<Edit*, PaymentDraft>> entries_;
  std::set<std::string> payments_;
  std::set<std::string> exchanges_;
  Changes changes_{.durability = Durability::kWithNext};
};

}  // namespace

LeasedPayment::LeasedPayment(StepContext& context, PaymentDetail rows, Time now)
    : context_(context), rows_(std::move(rows)), now_(now), fence_(rows_.payment.fence) {}

bool LeasedPayment::is_lost(const Payment& stored) const {
  return stored.fence != fence_ || stored.lease_owner != context_.owner;
}

void LeasedPayment::take(PaymentDetail stored) {
  rows_ = std::move(stored);
  prepared_ = nullptr;
  draft_.reset();
}

void LeasedPayment::prepare(Decide decide) {
  PaymentDraft draft(rows_, now_, "engine");
  if (!decide(draft)) return;
  draft_.emplace(std::move(draft));
  prepared_ = std::move(decide);
}

std::optional<PaymentDraft> LeasedPayment::begin_draft() {
  if (draft_ && draft_->now() == now_) return draft_;
  PaymentDraft draft(rows_, now_, "engine");
  if (prepared_ && !prepared_(draft)) return std::nullopt;
  return draft;
}

Saved LeasedPayment::save(const Decide& decide) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    std::optional<PaymentDraft> begun = begin_draft();
    if (!begun) {
      prepared_ = nullptr;
      draft_.reset();
      return Saved::kDeclined;
    }
    PaymentDraft& draft = *begun;
    if (!decide(draft)) return Saved::kDeclined;

    const bool goes_on = draft.has_more_to_do();
    draft.edit().due_at = goes_on ? now_ + context_.settings.lease : draft.next();
    draft.edit().lease_owner = goes_on ? context_.owner : std::string{};
    const CommitOutcome outcome = commit(context_.store, draft.changes());
    if (!needs_another_look(outcome)) {
      if (outcome == CommitOutcome::kCommitted) take(draft.committed());
      held_ = outcome == CommitOutcome::kLinkBusy || (outcome == CommitOutcome::kCommitted && goes_on);
      return saved_as(outcome);
    }
    std::optional<PaymentDetail> stored = context_.store.payment(rows_.payment.id);
    if (stored && outcome == CommitOutcome::kInDoubt && draft.landed_in(*stored)) {
      take(std::move(*stored));
      held_ = goes_on;
      return Saved::kSaved;
    }
    if (!stored || is_lost(stored->payment)) break;
    rows_ = std::move(*stored);
    draft_.reset();
  }
  held_ = false;
  return Saved::kLost;
}

Saved edit_payment(StepContext& context, const std::string& payment_id, Time now, const std::string& actor,
                   const Decide& decide, PaymentDetail* rows, Durability durability) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    Saved refusal = Saved::kLost;
    const std::optional<PaymentDraft> draft =
        draft_edit(context.store.payment(payment_id), now, actor, decide, refusal);
    if (!draft) return refusal;
    Changes changes = draft->changes();
    changes.durability = durability;
    const CommitOutcome outcome = commit(context.store, changes);
    if (outcome == CommitOutcome::kInDoubt) {
      if (!has_landed(context.store, *draft)) continue;
    } else if (outcome != CommitOutcome::kCommitted) {
      if (outcome == CommitOutcome::kConflict) continue;
      return saved_as(outcome);
    }
    if (rows) *rows = draft->committed();
    return Saved::kSaved;
  }
  return Saved::kUnavailable;
}

void edit_payments(StepContext& context, std::vector<Edit>& edits, Time now, const std::string& actor) {
  if (edits.empty()) return;
  std::map<std::string, PaymentDetail> rows = read_all(context.store, edits);
  EditsTogether together;
  std::vector<Edit*> alone;
  for (Edit& edit : edits) {
    if (together.has(edit.payment_id)) {
      alone.push_back(&edit);
      continue;
    }
    const auto found = rows.find(edit.payment_id);
    auto stored = found == rows.end() ? std::nullopt : std::optional(found->second);
    auto draft = draft_edit(std::move(stored), now, actor, edit.decide, edit.saved);
    if (draft) together.add(edit, std::move(*draft));
  }
  together.commit_to(context.store, alone);
  for (Edit* edit : alone)
    edit->saved = edit_payment(context, edit->payment_id, now, actor, edit->decide, &edit->rows, Durability::kWithNext);
}

}  // namespace smmhost
