// The port to the shop over Yampi's REST API v2 (docs.yampi.com.br).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/ports/shop.h"
#include "host/config/config.h"
#include "host/net/http_transport.h"
#include "host/yampi/status_ids.h"
#include "host/yampi/yampi_api.h"

namespace smmhost {

// A webhook as the shop has it (GET /webhooks; documented).
struct ShopWebhook {
  std::int64_t id = 0;
  std::string name;
  std::string url;
  std::vector<std::string> events;
  bool active = false;
  Secret secret;  // empty where the shop does not show it: whether it does is unknown
};

// Statuses are per order, never per item. A change is read before it is written, so telling one twice writes it once,
// and kOutcomeUnknown can simply be tried again. At most `writes_per_minute` changes a minute; beyond, kRateLimited at
// once.
class YampiClient : public Shop {
 public:
  // `transport` and `entropy` (for exchange ids; thread safe) must outlive it.
  // `shared`: asked before each call where other hosts call the shop too.
  YampiClient(const YampiConfig& config, HttpTransport& transport, std::function<std::uint64_t()> entropy,
              SharedBudgets shared = {});

  Reply<Told> tell_status(std::int64_t order_id, const std::string& status_alias, Time now) override;
  Reply<ShopOrderPage> paid_orders(Time since, int page, Time now) override;

  Reply<std::vector<ShopWebhook>> webhooks(Time now);
  // Switches it on. The API wants the whole object again (observed): without its name, address and events nothing is
  // sent, and the failure is kUnsupported.
  Reply<bool> enable_webhook(const ShopWebhook& webhook, Time now);

 private:
  std::variant<std::vector<std::int64_t>, Failure> paid_status_ids(Time now, std::vector<Exchange>& exchanges);

  const std::string merchant_alias_;
  const std::vector<std::string> paid_statuses_;
  YampiApi api_;
  StatusIds statuses_;
};

}  // namespace smmhost
