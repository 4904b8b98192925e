// Taking one leased payment as far as it goes now: check -> plan -> send -> record, and reconciling what is unknown.
#pragma once

#include <vector>

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// What the store's claim returned, each with its placements and in the same order; without those that another worker
// has claimed meanwhile. Throws StoreUnavailable; they are put back then, due at `now`, or, where the store does not
// take that either, come back when their leases have run out.
std::vector<PaymentDetail> rows_of(Store& store, std::vector<Payment> claimed, Time now);

// `claimed` as rows_of() returned it. Afterwards the payment is released, with the time of its next look; or, where the
// store failed, it comes back when its lease has run out.
void work_payment(StepContext& context, PaymentDetail claimed, Time now);

}  // namespace smmhost
