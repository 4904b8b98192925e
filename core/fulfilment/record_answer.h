// Recording what came of a purchase call. The answer belongs to one placement and one attempt.
//
//   accepted   -> followed; also where the placement had meanwhile become `unknown` for the same attempt: this is the
//   proof refused    -> by the refusal: wait, try the product's next route, or stop with the reason not sent   -> tried
//   again after a backoff; shown as held after some failures in a row unknown    -> `unknown`: reconciled, and decided
//   by a person where nothing can be proved
#pragma once

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// Records under the worker's lease or, where that was lost, without it. An answer that the store does not take is kept
// in context.answers. Also pauses the provider and wakes waiters, as the answer demands. `leased` may be null.
void record_answer(StepContext& context, LeasedPayment* leased, PlaceAnswer answer);

// Tries to store what is kept. Returns how many are still unsaved.
int flush_unsaved_answers(StepContext& context, Time now);

}  // namespace smmhost
