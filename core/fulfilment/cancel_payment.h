// What a cancellation at the shop does to a payment: what was not bought is stopped, what was bought waits for a
// person.
#pragma once

#include "core/fulfilment/payment_draft.h"

namespace smmhost {

// Called for a payment with cancel_requested that has not ended. A placement whose answer is still awaited is left
// alone: its answer comes back here. Where the shop's newest word is another ("paid") although it cancelled before, and
// nothing was bought, a person decides (reason kPaidAfterCancellation).
void cancel_payment(PaymentDraft& draft);

}  // namespace smmhost
