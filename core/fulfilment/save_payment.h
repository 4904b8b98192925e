// Committing what a step decided about a payment; read, decide, commit, and on a conflict read and decide again.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>

#include "core/fulfilment/payment_draft.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

enum class Saved {
  kSaved,
  kDeclined,     // the rows had changed so that the step does not apply any more; nothing was written
  kLinkBusy,     // another placement occupies the link; nothing was written
  kLost,         // the payment is gone, or leased by another worker; nothing was written
  kUnavailable,  // the store does not take it now
};

// Decides on the rows as they stand; false: it does not apply. May run several times; may read the store.
using Decide = std::function<bool(PaymentDraft&)>;

// A payment that this worker has leased. Every save prolongs the lease, or gives it back once nothing is left to do
// now.
class LeasedPayment {
 public:
  // `payment` as the claim returned it.
  LeasedPayment(StepContext& context, PaymentDetail rows, Time now);

  StepContext& context() { return context_; }
  const Payment& payment() const { return rows().payment; }
  const std::vector<Placement>& placements() const { return rows().placements; }
  Time now() const { return now_; }
  bool is_held() const { return held_; }

  // After a call to the outside: the step's time moves on.
  void saw(const std::vector<Exchange>& exchanges) { now_ = after(exchanges, now_); }
  void saw(Time then) { now_ = std::max(now_, then); }

  Saved save(const Decide& decide);
  // Decided now, committed by the next save together with what that one decides, or not at all: for what is of no
  // consequence before. payment() and placements() show it already; a worker that dies before decides again. Once
  // between two saves. Nothing where `decide` does not apply.
  void prepare(Decide decide);
  // For a step that committed the rows itself, lease and all.
  void let_go() { held_ = false; }

 private:
  const PaymentDetail& rows() const { return draft_ ? draft_->rows() : rows_; }
  // What is to be committed, as far as it is prepared; nullopt where that does not apply to the rows any more.
  std::optional<PaymentDraft> begin_draft();
  bool is_lost(const Payment& stored) const;
  void take(PaymentDetail stored);

  StepContext& context_;
  PaymentDetail rows_;                 // as they are stored
  Decide prepared_;                    // empty: nothing is
  std::optional<PaymentDraft> draft_;  // what it made of the rows as they were then
  Time now_;
  const std::int64_t fence_;
  bool held_ = true;
};

// The same without a lease: for what a person or a provider's late word changes. A running lease of a worker is left to
// it. `rows` where given receives what was committed.
Saved edit_payment(StepContext& context, const std::string& payment_id, Time now, const std::string& actor,
                   const Decide& decide, PaymentDetail* rows = nullptr, Durability durability = Durability::kNow);

struct Edit {
  std::string payment_id;
  Decide decide;
  Saved saved = Saved::kUnavailable;  // set, and where it is kSaved `rows`
  PaymentDetail rows = {};
};

// Many edits in one commit; those that cannot share it are made one by one. Durability::kWithNext.
void edit_payments(StepContext& context, std::vector<Edit>& edits, Time now, const std::string& actor);

}  // namespace smmhost
