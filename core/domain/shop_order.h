// An order as the shop tells it, by webhook or by a poll: only what fulfilment needs; sensitive fields are never read
// into it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/time.h"

namespace smmhost {

struct ShopOrderLine {
  std::string item_id;  // the shop's own stable id of the line, never its position; empty where it names none
  std::string sku;
  std::int64_t quantity = 0;  // 0 where the line names none that can be used
  std::string customization;  // the customer's answer, as typed; empty where there is none
};

// The shop's words that end an order without its being fulfilled. (`refunded` is unverified; it costs nothing to know.)
constexpr bool is_cancellation(std::string_view status_alias) {
  return status_alias == "cancelled" || status_alias == "refused" || status_alias == "refunded";
}

// Why an order is to be fulfilled that stands at a later status than "paid" by now.
enum class MovedOn {
  kNo,           // it has not, or is not to be fulfilled
  kPaidEvent,    // the shop tells that it was paid, just now
  kPaidHistory,  // its history says that it was paid, and the operator counts its present status as paid still
};

struct ShopOrder {
  std::string merchant_alias;
  std::int64_t order_id = 0;
  std::string number;        // for people
  std::string status_alias;  // waiting_payment, paid, cancelled, ...
  std::string customer_name;
  std::string email;
  std::string phone_full_number;
  std::vector<ShopOrderLine> lines;
  MovedOn moved_on = MovedOn::kNo;
  bool was_paid = false;           // its history says so
  std::optional<Time> paid_at;     // when, by its history; the shop's clock
  std::optional<Time> created_at;  // the shop's clock
  std::optional<Time> updated_at;  // the shop's clock; tells an older event from a newer one
};

}  // namespace smmhost
