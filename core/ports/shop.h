// The port to the shop (Yampi): telling it a status, and asking it for paid orders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/domain/shop_order.h"
#include "core/ports/reply.h"

namespace smmhost {

enum class Told {
  kTold,        // written
  kAlreadySo,   // the order had the status already; nothing was written
  kNotAllowed,  // the shop does not allow this change from the order's present status; nothing was written
};

struct ShopOrderPage {
  std::vector<ShopOrder> orders;
  bool last = true;
};

// Calls block until the answer or the deadline. All functions are thread safe. Failures: kRateLimited (wait
// retry_after), kUpstreamDown, kBadResponse and kOutcomeUnknown can be tried again; kAuth, kRejected, kNotFound and
// kConfig cannot until somebody has changed something.
class Shop {
 public:
  virtual ~Shop() = default;

  virtual Reply<Told> tell_status(std::int64_t order_id, const std::string& status_alias, Time now) = 0;

  // Paid orders created since `since` (whole days), page by page from 1, those among them that have moved on since (see
  // MovedOn). Each is checked again to be so.
  virtual Reply<ShopOrderPage> paid_orders(Time since, int page, Time now) = 0;
};

}  // namespace smmhost
