// Step: from a line and its links to intents. Product -> route -> quantity, split over posts, within the service's
// bounds, all decided before any money moves.
#pragma once

#include "core/domain/product.h"
#include "core/fulfilment/check_profile.h"
#include "core/fulfilment/save_payment.h"

namespace smmhost {

// Prepares the intents "{payment}.1", ..., which are stored with the first `sent` or with what keeps it waiting; or
// holds the payment with the first route's obstacle. Intents of an earlier plan are planned anew in place, so that a
// purchase keeps its id.
void plan_placements(LeasedPayment& leased, const Product& product, const PurchaseTargets& targets);

}  // namespace smmhost
