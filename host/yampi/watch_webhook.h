// The job watch_webhook: is the webhook still active at Yampi? After 30 failures it switches a webhook off without a
// word (docs.yampi.com.br, webhooks), and orders stop arriving.
#pragma once

#include <string>
#include <vector>

#include "core/fulfilment/engine.h"
#include "host/config/config.h"
#include "host/yampi/yampi_client.h"

namespace smmhost {

// The mark that the job leaves in the store: "{since, ISO 8601} {what is wrong, for a person}"; empty while nothing is.
inline constexpr const char* kWebhookTrouble = "webhook_trouble";

// The webhooks of the list that are this host's: whose secret is the configured one where the shop shows it; else those
// with the configured address; else, where none is configured, those whose address ends in /api/webhook.
std::vector<ShopWebhook> own_webhooks(const std::vector<ShopWebhook>& all, const YampiConfig& config);

// Asks the shop, switches the webhook on again if the operator allows it, and sets the mark. A question without an
// answer leaves the mark as it is. Throws StoreUnavailable.
JobReport watch_webhook(YampiClient& yampi, Store& store, const YampiConfig& config, Time now);

}  // namespace smmhost
