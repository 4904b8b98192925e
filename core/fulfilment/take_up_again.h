// Step: a line that ended because the shop cancelled its order, and whose order the shop says is paid after all.
//
// What has ended never changes. The line goes on as another payment, "{id}~2", then "{id}~3", which waits for a person
// (reason kPaidAfterCancellation): the shop has said both.
#pragma once

#include <vector>

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// True for a payment that the shop's cancellation ended, while the shop's newest word is that it is paid. The store
// makes it due when that word comes.
bool is_paid_after_its_end(const Payment& payment);

// True where another of the order's lines goes on with this one.
bool is_taken_up_again(const Payment& payment, const std::vector<PaymentDetail>& lines);

// Stores the payment that goes on with an ended one, once. Where the store does not take it now, the lease brings it
// back.
void take_up_again(LeasedPayment& leased);

}  // namespace smmhost
