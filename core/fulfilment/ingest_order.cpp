// From an order of the shop to what the store must do: payments for its lines, a cancellation, or a new status word.
#include <set>

#include "core/fulfilment/engine.h"
#include "core/text/customer_text.h"
#include "core/text/instagram_target.h"

namespace smmhost {
namespace {

constexpr std::string_view kPaid = "paid";

bool is_cancellation(std::string_view status_alias) {
  return status_alias == "cancelled" || status_alias == "refused" || status_alias == "refunded";
}

bool is_blank(std::string_view text) {
  return clean_customer_text(text).blank;
}

// The one thing that the answers of the order point at; lent to the lines without one, because customers fill the field
// in once. Where they point at different things nobody can know for which the other lines are.
std::string customization_to_lend(const ShopOrder& order) {
  std::string lent;
  for (const ShopOrderLine& line : order.lines) {
    if (is_blank(line.customization)) continue;
    if (lent.empty()) lent = line.customization;
    if (!points_at_the_same(lent, line.customization)) return {};
  }
  return lent;
}

Payment payment_of(const ShopOrder& order, const ShopOrderLine& line, const std::string& lent, Time now) {
  Payment payment;
  payment.id = std::to_string(order.order_id) + '_' + line.item_id;
  payment.order_id = order.order_id;
  payment.status_alias = order.status_alias;
  payment.customer_name = order.customer_name;
  payment.email = order.email;
  payment.phone_full_number = order.phone_full_number;
  payment.item_sku = line.sku;
  payment.item_quantity = line.quantity;
  payment.customization = line.customization;
  if (is_blank(line.customization) && !lent.empty()) {
    payment.customization = lent;
    payment.customization_borrowed = true;
  }
  payment.due_at = now;
  payment.created_at = now;
  payment.updated_at = now;
  return payment;
}

void add_payments(const ShopOrder& order, Time now, Ingest& ingest) {
  const std::string lent = customization_to_lend(order);
  std::set<std::string> seen;
  for (const ShopOrderLine& line : order.lines) {
    if (line.item_id.empty()) {
      ingest.delivery.outcome = DeliveryOutcome::kNotUnderstood;
      ingest.delivery.note = "a line of the order has no item id and was not stored";
      continue;
    }
    if (seen.insert(line.item_id).second) ingest.new_payments.push_back(payment_of(order, line, lent, now));
  }
  if (order.lines.empty()) {
    ingest.delivery.outcome = DeliveryOutcome::kNotUnderstood;
    ingest.delivery.note = "a paid order without lines";
  }
}

}  // namespace

Ingest ingest_order(const ShopOrder& order, Delivery delivery, Time now) {
  Ingest ingest;
  ingest.delivery = std::move(delivery);
  ingest.delivery.order_id = order.order_id;
  ingest.delivery.outcome = DeliveryOutcome::kIgnored;
  ingest.order_id = order.order_id;
  ingest.status_alias = order.status_alias;
  ingest.status_at = order.updated_at;
  ingest.order_created_at = order.created_at;

  if (order.status_alias == kPaid) {
    ingest.delivery.outcome = DeliveryOutcome::kAccepted;
    add_payments(order, now, ingest);
  } else if (is_cancellation(order.status_alias)) {
    ingest.delivery.outcome = DeliveryOutcome::kAccepted;
    ingest.cancel = true;
  }
  return ingest;
}

}  // namespace smmhost
