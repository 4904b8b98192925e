#include "core/fulfilment/cancel_payment.h"

#include <algorithm>

#include "core/domain/shop_order.h"
#include "core/fulfilment/settle_payment.h"

namespace smmhost {
namespace {

constexpr const char* kWhy = "the shop cancelled the order";

void stop_unbought(PaymentDraft& draft, std::size_t index) {
  draft.move(index, PlacementState::kCanceled, kWhy);
  Placement& placement = draft.edit(index);
  placement.reason = Reason::kCancelledByShop;
  placement.reason_detail.clear();
  placement.due_at.reset();
}

void mark_for_decision(PaymentDraft& draft, std::size_t index) {
  Placement& placement = draft.edit(index);
  placement.reason = Reason::kCancelledAfterPurchase;
  placement.reason_detail = "the shop cancelled the order after this was bought";
  draft.note("shop", placement.reason_detail, placement.id);
}

void cancel_placement(PaymentDraft& draft, std::size_t index) {
  const Placement& placement = draft.placements()[index];
  if (placement.given_up) return;
  if (is_unbought(placement)) return stop_unbought(draft, index);
  if (was_bought(placement.state) && placement.reason == Reason::kNone) return mark_for_decision(draft, index);
  // Canceled there and cancelled here: the money is back, and nobody waits for the delivery any more.
  if (placement.reason == Reason::kCanceledByProvider && !was_bought(placement.state))
    draft.edit(index).reason = Reason::kCancelledByShop;
}

bool was_never_bought(const Placement& p) {
  return p.state == PlacementState::kCanceled && p.provider_order_id.empty() && !p.given_up;
}

}  // namespace

void cancel_payment(PaymentDraft& draft) {
  // It may have been bought, and the person who looks into that finds the cancellation in the timeline.
  if (is_in_doubt(draft.payment()) && nothing_was_bought(draft.placements())) return;
  const std::string& word = draft.payment().status_alias;
  if (!is_cancellation(word) && nothing_was_bought(draft.placements())) {
    draft.drop_unbought(kWhy);
    draft.move(PaymentState::kReview, Reason::kPaidAfterCancellation,
               "the shop cancelled the order and says now that it is " + word);
    return draft.rest_until(std::nullopt);
  }
  for (std::size_t i = 0; i < draft.placements().size(); ++i) cancel_placement(draft, i);
  if (!std::all_of(draft.placements().begin(), draft.placements().end(), was_never_bought)) return;
  draft.move(PaymentState::kCancelled, Reason::kCancelledByShop, kWhy);
  draft.rest_until(std::nullopt);
}

}  // namespace smmhost
