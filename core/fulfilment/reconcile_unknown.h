// Step: evidence for purchases whose outcome is unknown. Resolves only what is certain; a person decides the rest.
//
//   - the provider's own list of orders: exactly one order of the same service, link and quantity, not older than the
//     attempt, that belongs to no placement of ours, is the proof
//   - a provider that buys once per request key is asked again with the same key: an acceptance is the proof
//   - the balance before and after: evidence for the person, never a proof
//
// That nothing is found proves nothing, and nothing here ever says that a purchase did not happen.
#pragma once

#include "core/fulfilment/save_payment.h"

namespace smmhost {

// For a placement that is unknown and due. The id may be a part of `leased`.
void reconcile_unknown(LeasedPayment& leased, const std::string& placement_id);

// A placement found as `sent` without anyone waiting for its answer: its worker died. It becomes unknown.
void give_unknown(LeasedPayment& leased, std::string placement_id);

}  // namespace smmhost
