// Step: a person's decision on what a program must not decide.
//
//   outcome unknown        placed: it was bought; the provider's order id is needed, and the order is followed
//                          not placed: it was not; the purchase is made again, as a new attempt
//   partially delivered    placed: what was delivered is taken as complete
//                          not placed: likewise, and what remains is bought by a placement of its own
//   canceled by provider   placed: another order of the provider does it; its id is needed, and it is followed
//                          not placed: bought again by a placement of its own
//   unknown to the provider   as canceled by provider, but for placed: it is followed on
//   stalled                likewise; what is followed on has all of its time again
//   cancelled after purchase   placed: the purchase goes on as if the shop had not cancelled
//                          not placed: not a choice here, it is not in doubt
//   any                    give up: this purchase ends here
//
// An ended purchase stays what it was; what is bought again keeps its own books. Every decision is an event of the
// actor "operator" with the person's note.
#pragma once

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// `id` is a placement's or, for a payment in review without placements (paid after cancellation), the payment's:
// there `placed` and `not placed` both mean that it shall be fulfilled.
DecisionOutcome decide_review(StepContext& context, const std::string& id, const Decision& decision, Time now);

}  // namespace smmhost
