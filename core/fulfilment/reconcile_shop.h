// Step: paid orders that the shop lists and that never arrived by webhook are stored as if posted.
#pragma once

#include "core/fulfilment/step_context.h"

namespace smmhost {

JobReport reconcile_shop_orders(StepContext& context, Time now);

}  // namespace smmhost
