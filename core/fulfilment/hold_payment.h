// Holding a payment that cannot go on without a change.
#pragma once

#include "core/fulfilment/choose_route.h"
#include "core/fulfilment/save_payment.h"

namespace smmhost {

// When to look again at what is held for `reason`: by itself where the cause can go away, else never. A cause that only
// a change of the configuration ends, which then wakes the payment, is looked at more and more rarely.
std::optional<Time> recheck_of(const StepContext& context, const Payment& payment, Reason reason, Time now);

// True for a cause that lies in how the payment's product is configured.
bool lies_in_product(Reason reason);

// Whether what is being decided on is still what was asked for; a person may have edited the payment meanwhile.
bool is_same_request(const Payment& asked, const Payment& present);

// Holds a payment of which nothing was bought. `change` may set further fields.
void hold_payment(LeasedPayment& leased, const Obstacle& obstacle,
                  const std::function<void(PaymentDraft&)>& change = {});

}  // namespace smmhost
