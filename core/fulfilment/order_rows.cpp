#include "core/fulfilment/order_rows.h"

#include <utility>

namespace smmhost {

std::map<std::int64_t, OrderRows> read_orders(Store& store, std::span<const std::int64_t> order_ids) {
  std::map<std::int64_t, OrderRows> orders;
  for (PaymentDetail& line : store.payments_of_orders(order_ids))
    orders[line.payment.order_id].lines.push_back(std::move(line));
  for (ShopUpdate& update : store.shop_updates_of_orders(order_ids))
    orders[update.order_id].updates.push_back(std::move(update));
  return orders;
}

}  // namespace smmhost
