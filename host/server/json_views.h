// The domain as the API shows it. Times are ISO 8601 in UTC, money is a decimal string with its currency beside it.
#pragma once

#include <optional>
#include <vector>

#include "core/fulfilment/engine.h"
#include "core/ports/store.h"
#include "host/plugin/plugin_view.h"
#include "host/server/alerts.h"
#include "host/server/job_runner.h"
#include "host/server/json_body.h"

namespace smmhost {

OrderedJson payment_view(const PaymentDetail& detail);
OrderedJson placement_view(const Placement& placement);
OrderedJson product_view(const Product& product);
// `exchange`: the one that caused the event, where there is one.
OrderedJson event_view(const Event& event, const std::optional<Exchange>& exchange);
OrderedJson exchange_view(const Exchange& exchange);
OrderedJson review_view(const Placement& placement, const std::vector<Exchange>& exchanges,
                        const std::vector<Event>& timeline);
// An entry for a payment in review that has no purchase: its id is the payment's.
OrderedJson review_view(const Payment& payment);
// `status` is what is remembered of it, `gate` how its calls stand; either may be missing before the first call.
// `plugin` likewise, before anything is loaded.
OrderedJson provider_view(const std::string& name, const ProviderStatus* status, const GateView* gate,
                          const PluginView* plugin, const MinBalances& min_balances);
OrderedJson plugin_view(const PluginView& plugin);
OrderedJson alert_view(const Alert& alert);
OrderedJson job_view(const JobView& job);
OrderedJson delivery_view(const Delivery& delivery);
OrderedJson shop_update_view(const ShopUpdate& update);

}  // namespace smmhost
