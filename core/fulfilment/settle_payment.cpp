#include "core/fulfilment/settle_payment.h"

#include <algorithm>

namespace smmhost {
namespace {

// From the most pressing to the least.
enum class Standing { kReview, kHeld, kPlacing, kPlaced, kCompleted, kDropped, kReplaced };

Standing standing_of(const Placement& p) {
  if (p.given_up) return Standing::kDropped;
  if (waits_for_decision(p)) return Standing::kReview;
  switch (p.state) {
    case PlacementState::kIntent:
      return p.reason == Reason::kNone ? Standing::kPlacing : Standing::kHeld;
    case PlacementState::kSent:
      return Standing::kPlacing;
    case PlacementState::kRejected:
      return Standing::kHeld;
    case PlacementState::kAccepted:
    case PlacementState::kInProgress:
      return Standing::kPlaced;
    case PlacementState::kCompleted:
    case PlacementState::kPartial:  // a person took what was delivered
      return Standing::kCompleted;
    case PlacementState::kCanceled:
    case PlacementState::kRefunded:  // without a reason: bought again by another placement, or not needed after all
      return p.reason == Reason::kNone ? Standing::kReplaced : Standing::kDropped;
    case PlacementState::kUnknown:
      return Standing::kReview;
  }
  return Standing::kReview;
}

PaymentState state_of(Standing standing) {
  switch (standing) {
    case Standing::kReview:
      return PaymentState::kReview;
    case Standing::kHeld:
      return PaymentState::kHeld;
    case Standing::kPlacing:
      return PaymentState::kPlacing;
    case Standing::kPlaced:
      return PaymentState::kPlaced;
    case Standing::kCompleted:
    case Standing::kReplaced:
      return PaymentState::kCompleted;
    case Standing::kDropped:
      return PaymentState::kCancelled;
  }
  return PaymentState::kReview;
}

std::optional<Time> earliest_due(std::span<const Placement> placements) {
  std::optional<Time> earliest;
  for (const Placement& p : placements) {
    const bool worked_on = is_unbought(p) || p.state == PlacementState::kSent || p.state == PlacementState::kUnknown;
    if (worked_on && p.due_at && (!earliest || *p.due_at < *earliest)) earliest = p.due_at;
  }
  return earliest;
}

bool is_running_or_done(const Placement& p) {
  const Standing standing = standing_of(p);
  return standing == Standing::kPlaced || standing == Standing::kCompleted || standing == Standing::kReplaced;
}

Settled cancelled_by(const Placement& dropped, std::span<const Placement> placements) {
  const auto completed = std::count_if(placements.begin(), placements.end(),
                                       [](const Placement& p) { return standing_of(p) == Standing::kCompleted; });
  Settled settled{.state = PaymentState::kCancelled,
                  .reason = dropped.given_up ? Reason::kGivenUp : Reason::kCancelledByShop};
  if (completed > 0)
    settled.detail =
        std::to_string(completed) + " of " + std::to_string(placements.size()) + " purchases were delivered";
  return settled;
}

}  // namespace

bool waits_for_decision(const Placement& p) {
  if (p.given_up) return false;
  if (p.state == PlacementState::kUnknown) return true;
  switch (p.reason) {
    case Reason::kOutcomeUnknown:
    case Reason::kPartiallyDelivered:
    case Reason::kCanceledByProvider:
    case Reason::kStalled:
    case Reason::kCancelledAfterPurchase:
    case Reason::kPaidAfterCancellation:
    case Reason::kRestoredFromBackup:
      return true;
    default:
      return false;
  }
}

bool waits_without_purchase(const Payment& payment, std::span<const Placement> placements) {
  return payment.state == PaymentState::kReview && nothing_was_bought(placements);
}

bool is_in_doubt(const Payment& payment) {
  return payment.state == PaymentState::kReview &&
         (payment.reason == Reason::kRestoredFromBackup || payment.reason == Reason::kImported);
}

bool is_unbought(const Placement& p) {
  return (p.state == PlacementState::kIntent || p.state == PlacementState::kRejected) &&
         p.reason != Reason::kRestoredFromBackup;
}

bool was_dropped(const Placement& p) {
  return p.state == PlacementState::kCanceled && p.reason == Reason::kNone && !p.given_up &&
         p.provider_order_id.empty();
}

bool nothing_was_bought(std::span<const Placement> placements) {
  return std::all_of(placements.begin(), placements.end(),
                     [](const Placement& p) { return is_unbought(p) || was_dropped(p); });
}

Settled settle_payment(const Payment& payment, std::span<const Placement> placements, DeliveredWhen delivered_when) {
  if (is_end(payment.state))
    return {payment.state, payment.reason, payment.reason_detail, payment.finished, std::nullopt};

  const Placement* deciding = nullptr;
  for (const Placement& p : placements)
    if (!deciding || standing_of(p) < standing_of(*deciding)) deciding = &p;
  const auto dropped = std::find_if(placements.begin(), placements.end(),
                                    [](const Placement& p) { return standing_of(p) == Standing::kDropped; });

  const bool all_ended = standing_of(*deciding) >= Standing::kCompleted;
  Settled settled;
  const bool completed_by_hand = payment.state == PaymentState::kCompleted && payment.finished;
  if (all_ended && dropped != placements.end() && !completed_by_hand) {
    settled = cancelled_by(*dropped, placements);
    settled.finished = payment.finished;
    return settled;
  }
  settled.state = all_ended ? PaymentState::kCompleted : state_of(standing_of(*deciding));
  if (settled.state == PaymentState::kReview || settled.state == PaymentState::kHeld) {
    settled.reason = deciding->reason;
    settled.detail = deciding->reason_detail;
  }
  const bool bought = delivered_when == DeliveredWhen::kAccepted &&
                      std::all_of(placements.begin(), placements.end(), is_running_or_done);
  settled.finished = bought || settled.state == PaymentState::kCompleted;
  settled.due_at = earliest_due(placements);
  return settled;
}

}  // namespace smmhost
