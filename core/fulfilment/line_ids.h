// The ids of an order's payments.
#pragma once

#include <string>
#include <vector>

#include "core/domain/shop_order.h"

namespace smmhost {

// One a line, in the order of the lines; the same again for a copy of the order that has its lines in another order.
//   "{order id}_{item id}"                  by the shop's own id of the line
//   "{order id}_sku-{16 hex digits}"        a line without an id, by its SKU; the second of the same SKU ends in "-2"
// Never by the position. A line without an id may come again under one, as another payment: it is for a person.
std::vector<std::string> payment_ids_of(const ShopOrder& order);

}  // namespace smmhost
