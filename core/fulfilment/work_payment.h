// Taking one leased payment as far as it goes now: check -> plan -> send -> record, and reconciling what is unknown.
#pragma once

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// `claimed` as the store's claim returned it. Afterwards the payment is released, with the time of its next look; or,
// where the store failed, it comes back when its lease has run out.
void work_payment(StepContext& context, const Payment& claimed, Time now);

}  // namespace smmhost
