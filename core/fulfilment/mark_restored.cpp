#include "core/fulfilment/mark_restored.h"

#include <algorithm>

#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/payment_draft.h"
#include "core/fulfilment/settle_payment.h"

namespace smmhost {
namespace {

constexpr int kPage = 1000;
constexpr int kMostTries = 50;
constexpr PaymentState kOpen[] = {PaymentState::kReceived, PaymentState::kWaitingProfile, PaymentState::kReady,
                                  PaymentState::kPlacing,  PaymentState::kHeld,           PaymentState::kReview,
                                  PaymentState::kPlaced};

class Marker {
 public:
  Marker(Store& store, const Restoration& restoration)
      : store_(store),
        now_(restoration.restored_at),
        why_("the database was restored from a backup of " + to_iso8601(restoration.backup_taken_at) +
             "; what was bought or decided since is not known") {}

  MarkedRestored run() {
    for (const PaymentState state : kOpen) mark_all(state);
    return report_;
  }

 private:
  void mark_all(PaymentState state) {
    PaymentFilter filter{.state = state, .limit = kPage, .with_archived = true};
    for (;;) {
      const std::vector<PaymentDetail> page = store_.list_payments(filter);
      for (const PaymentDetail& rows : page) mark_until_stored(rows.payment.id);
      if (page.size() < static_cast<std::size_t>(kPage)) return;
      filter.after = page.back().payment.id;
    }
  }

  void mark_until_stored(const std::string& id) {
    for (int tries = 0; tries < kMostTries; ++tries) {
      std::optional<PaymentDetail> rows = store_.payment(id);
      if (!rows) return;
      const bool was_in_review = rows->payment.state == PaymentState::kReview;
      PaymentDraft draft(std::move(*rows), now_, "operator");
      const int purchases = mark_purchases(draft);
      if (!mark_payment(draft, purchases)) return;
      Changes changes = draft.changes();
      changes.payments.front().due_at.reset();
      changes.payments.front().lease_owner.clear();
      add_superseded(changes.payments.front().order_id, changes);
      const CommitOutcome outcome = store_.commit(changes);
      if (outcome == CommitOutcome::kUnavailable) throw StoreUnavailable("the database did not take the marks");
      if (outcome != CommitOutcome::kCommitted) continue;
      report_.purchases += purchases;
      if (!was_in_review && draft.payment().state == PaymentState::kReview) ++report_.payments;
      return;
    }
    throw StoreUnavailable("the payment " + id + " is being changed by a running host; stop it first");
  }

  // Returns how many wait for a decision now.
  int mark_purchases(PaymentDraft& draft) const {
    int marked = 0;
    for (std::size_t i = 0; i < draft.placements().size(); ++i) {
      const Placement& placement = draft.placements()[i];
      const bool marked_before = placement.reason_detail.find(why_) != std::string::npos;
      if (placement.given_up || marked_before) continue;
      const bool sent = placement.state == PlacementState::kSent;
      if (!sent && !is_unbought(placement) && !waits_for_decision(placement)) continue;
      if (sent) draft.move(i, PlacementState::kUnknown, why_);
      add_doubt(draft.edit(i));
      ++marked;
    }
    return marked;
  }

  // An unknown outcome is not looked into by itself any more: another purchase, which the backup does not know, could
  // pass for its proof, and its request key may have been used again.
  void add_doubt(Placement& placement) const {
    const bool has_outcome = waits_for_decision(placement) && placement.state != PlacementState::kUnknown;
    if (!has_outcome) placement.reason = Reason::kRestoredFromBackup;
    placement.reason_detail =
        has_outcome && !placement.reason_detail.empty() ? placement.reason_detail + "; " + why_ : why_;
    placement.due_at.reset();
  }

  // False where nothing is left to be done.
  bool mark_payment(PaymentDraft& draft, int purchases) const {
    const Payment& payment = draft.payment();
    if (payment.reason == Reason::kRestoredFromBackup || payment.reason == Reason::kImported) return false;
    // What is bought is followed. Who decides about it later has to know what its timeline does not show.
    const bool stays = payment.state == PaymentState::kReview || payment.state == PaymentState::kPlaced;
    if (stays && purchases == 0 && is_noted(payment.id)) return false;
    if (stays)
      draft.note("note", why_);
    else
      draft.move(PaymentState::kReview, Reason::kRestoredFromBackup, why_);
    return true;
  }

  bool is_noted(const std::string& payment_id) const {
    const std::vector<Event> timeline = store_.timeline(payment_id);
    return std::any_of(timeline.begin(), timeline.end(), [&](const Event& event) { return event.why == why_; });
  }

  // A status that waits to be told may have been told since, and the order may have gone on. `delivered` is only told
  // after a look at what the shop has.
  void add_superseded(std::int64_t order_id, Changes& changes) const {
    for (ShopUpdate& update : store_.shop_updates_of(order_id)) {
      if (update.state != ShopUpdateState::kPending || update.status_alias == kDelivered) continue;
      update.state = ShopUpdateState::kSuperseded;
      update.last_error = why_;
      update.due_at.reset();
      changes.shop_updates.push_back(std::move(update));
    }
  }

  Store& store_;
  const Time now_;
  const std::string why_;
  MarkedRestored report_;
};

}  // namespace

MarkedRestored mark_restored(Store& store, const Restoration& restoration) {
  Changes changes;
  changes.marks = marks_of(restoration);
  if (store.commit(changes) != CommitOutcome::kCommitted) throw StoreUnavailable("the database did not take the marks");
  return Marker(store, restoration).run();
}

}  // namespace smmhost
