#include "core/fulfilment/work_payment.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/fulfilment/check_profile.h"
#include "core/fulfilment/check_providers.h"
#include "core/fulfilment/hold_payment.h"
#include "core/fulfilment/plan_placements.h"
#include "core/fulfilment/reconcile_unknown.h"
#include "core/fulfilment/record_answer.h"
#include "core/fulfilment/send_placement.h"
#include "core/fulfilment/settle_payment.h"
#include "core/fulfilment/take_up_again.h"

namespace smmhost {
namespace {

// More steps than any payment needs; what goes round in circles rests until its lease ends.
constexpr int kMostSteps = 1'000;
constexpr Duration kWhileServicesAreListed = std::chrono::seconds{1};

bool is_before_purchase(PaymentState state) {
  return state == PaymentState::kReceived || state == PaymentState::kWaitingProfile || state == PaymentState::kReady ||
         state == PaymentState::kHeld;
}

// A fresh payment; one that a person set back to `received`; or one whose quantity did not fit, because the product may
// have been changed since.
bool wants_plan(const Payment& payment, const std::vector<Placement>& placements) {
  if (!is_before_purchase(payment.state) || !nothing_was_bought(placements)) return false;
  const bool has_plan = std::any_of(placements.begin(), placements.end(), is_unbought);
  return !has_plan || payment.state == PaymentState::kReceived || payment.reason == Reason::kQuantityOutOfBounds;
}

// Moves on to the next thing that is to be done now. Each step either changes the rows or ends the work.
class Work {
 public:
  explicit Work(LeasedPayment& leased) : leased_(leased), context_(leased.context()) {}

  void run() {
    for (int steps = 0; steps < kMostSteps && leased_.is_held(); ++steps) step();
  }

 private:
  const Payment& payment() const { return leased_.payment(); }

  void step() {
    if (is_paid_after_its_end(payment())) return take_up_again(leased_);
    if (is_end(payment().state)) return rest(std::nullopt);
    if (const Placement* sent = first(PlacementState::kSent)) return take_care_of_sent(*sent);
    if (payment().cancel_requested && !cancellation_applied_) return apply_cancellation();
    if (payment().finished && first_of(is_unbought)) return settle();
    if (!payment().cancel_requested && wants_plan(payment(), leased_.placements())) return prepare();
    // Ids are copied: the steps replace the rows.
    if (const Placement* due = first_due(is_unbought)) return send_placement(leased_, std::string(due->id));
    if (const Placement* due = first_due([](const Placement& p) { return p.state == PlacementState::kUnknown; }))
      return reconcile_unknown(leased_, std::string(due->id));
    settle();
  }

  const Placement* first(PlacementState state) const {
    return first_of([&](const Placement& p) { return p.state == state; });
  }

  template <class Predicate>
  const Placement* first_due(const Predicate& predicate) const {
    return first_of([&](const Placement& p) { return predicate(p) && p.due_at && *p.due_at <= leased_.now(); });
  }

  template <class Predicate>
  const Placement* first_of(const Predicate& predicate) const {
    const auto found = std::find_if(leased_.placements().begin(), leased_.placements().end(), predicate);
    return found == leased_.placements().end() ? nullptr : &*found;
  }

  void take_care_of_sent(const Placement& sent) {
    // Copied: recording replaces the rows.
    const std::string id = sent.id;
    if (auto answer = context_.answers.take(id)) return record_answer(context_, &leased_, std::move(*answer));
    if (context_.answers.is_awaited(id)) return rest(leased_.now() + context_.settings.lease);
    give_unknown(leased_, id);
  }

  // Buying stops; what is unknown is reconciled all the same.
  void apply_cancellation() {
    cancellation_applied_ = true;
    settle();
  }

  void settle() {
    leased_.save([&](PaymentDraft& draft) {
      draft.rest_until(std::nullopt);
      draft.settle(context_.settings);
      return true;
    });
  }

  void rest(std::optional<Time> due) {
    leased_.save([&](PaymentDraft& draft) {
      draft.rest_until(due);
      return true;
    });
  }

  void prepare() {
    if (payment().finished) return finish_by_hand();
    const std::optional<Product> product = context_.store.product(payment().item_sku);
    if (!product)
      return hold_payment(leased_, {Reason::kUnknownSku, "no product \"" + payment().item_sku + "\" is configured"});
    const std::optional<Target> target = target_of_type(product->type);
    if (!target)
      return hold_payment(leased_, {Reason::kUnknownServiceType,
                                    "services of type \"" + product->type + "\" are not fulfilled by this program"});
    if (payment().state == PaymentState::kHeld)  // looked at again: the profile is asked about only if it helps
      if (const auto obstacle = obstacle_everywhere(context_, product->all_routes()))
        return hold_payment(leased_, *obstacle);
    Time now = leased_.now();
    if (!have_listed(context_, product->all_routes(), now)) return rest(now + kWhileServicesAreListed);
    leased_.saw(now);
    const std::optional<PurchaseTargets> targets = check_profile(leased_, *target);
    if (targets) plan_placements(leased_, *product, *targets);
  }

  // A person marked the line finished before anything was bought: nothing is.
  void finish_by_hand() {
    leased_.save([&](PaymentDraft& draft) {
      if (!draft.payment().finished || !nothing_was_bought(draft.placements())) return false;
      draft.drop_unbought("marked finished by a person before it was bought");
      draft.move(PaymentState::kCompleted, Reason::kNone, "marked finished by a person; nothing was bought");
      draft.rest_until(std::nullopt);
      return true;
    });
  }

  LeasedPayment& leased_;
  StepContext& context_;
  bool cancellation_applied_ = false;
};

void put_back(Store& store, std::vector<Payment> claimed, Time due) {
  for (Payment& payment : claimed) {
    payment.due_at = due;
    payment.lease_owner.clear();
  }
  Changes changes;
  changes.payments = std::move(claimed);
  store.commit(changes);
}

// Those that may have placements, by their ids.
std::map<std::string, PaymentDetail> read_touched(Store& store, const std::vector<Payment>& claimed) {
  std::vector<std::string> touched;
  for (const Payment& payment : claimed)
    if (!is_untouched(payment)) touched.push_back(payment.id);
  std::map<std::string, PaymentDetail> read;
  if (!touched.empty())
    for (PaymentDetail& detail : store.payments(touched)) read.emplace(detail.payment.id, std::move(detail));
  return read;
}

}  // namespace

std::vector<PaymentDetail> rows_of(Store& store, std::vector<Payment> claimed, Time now) {
  std::map<std::string, PaymentDetail> read;
  try {
    read = read_touched(store, claimed);
  } catch (const StoreUnavailable&) {
    put_back(store, std::move(claimed), now);
    throw;
  }

  std::vector<PaymentDetail> rows;
  for (Payment& payment : claimed) {
    if (is_untouched(payment)) {
      rows.push_back({std::move(payment), {}});
      continue;
    }
    const auto found = read.find(payment.id);
    const bool still_ours = found != read.end() && found->second.payment.fence == payment.fence;
    if (still_ours) rows.push_back(std::move(found->second));
  }
  return rows;
}

void work_payment(StepContext& context, PaymentDetail claimed, Time now) {
  LeasedPayment leased(context, std::move(claimed), now);
  Work(leased).run();
}

}  // namespace smmhost
