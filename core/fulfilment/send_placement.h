// Step: one purchase, from its intent to its recorded answer.
#pragma once

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// For a placement that is an intent or rejected, and due. Does one of: sends it and records the answer; gives it
// another route; lets it wait, with the reason; or nothing, where the rows had changed. The id may be a part of
// `leased`.
void send_placement(LeasedPayment& leased, const std::string& placement_id);

}  // namespace smmhost
