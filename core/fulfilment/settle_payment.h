// Where a payment stands, derived from its placements. Pure.
//
// The most pressing placement decides: review > held > placing > placed > completed. A placement that a person or the
// shop ended counts for nothing while others run; when all have ended and one of them was ended so, the payment is
// cancelled, because what was paid for was not delivered whole. One that was replaced by another placement counts for
// nothing at all.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/domain/payment.h"
#include "core/domain/placement.h"
#include "core/fulfilment/settings.h"

namespace smmhost {

struct Settled {
  PaymentState state = PaymentState::kPlacing;
  Reason reason = Reason::kNone;
  std::string detail;
  bool finished = false;
  std::optional<Time> due_at;  // the earliest time at which a placement wants to be sent, reconciled or missed

  friend bool operator==(const Settled&, const Settled&) = default;
};

// `placements` is not empty. A payment that has ended stays as it is.
Settled settle_payment(const Payment& payment, std::span<const Placement> placements, DeliveredWhen delivered_when);

// True where a person must decide what becomes of the placement.
bool waits_for_decision(const Placement& placement);

// True for a payment that waits for a decision of its own: none of its purchases does.
bool waits_without_purchase(const Payment& payment, std::span<const Placement> placements);

// True for a payment that waits because it may have been bought before this database knew of it.
bool is_in_doubt(const Payment& payment);

// True while nothing was bought with it and nothing possibly was: it may still be sent.
bool is_unbought(const Placement& placement);

// True for a purchase that was planned, never made, and is not wanted any more. A new plan may use its row again.
bool was_dropped(const Placement& placement);

// True where nothing was bought for the payment, and nothing possibly was.
bool nothing_was_bought(std::span<const Placement> placements);

}  // namespace smmhost
