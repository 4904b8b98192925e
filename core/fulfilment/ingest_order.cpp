// From an order of the shop to what the store must do: payments for its lines, a cancellation, or a new status word.
#include <set>

#include "core/fulfilment/engine.h"
#include "core/fulfilment/line_ids.h"
#include "core/text/customer_text.h"
#include "core/text/instagram_target.h"

namespace smmhost {
namespace {

constexpr std::string_view kPaid = "paid";
constexpr std::int64_t kLargestQuantity = 1'000'000;

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

// What keeps the line from being fulfilled as it stands; empty where nothing does.
std::string fault_of(const ShopOrderLine& line) {
  std::string fault;
  if (line.item_id.empty())
    fault = "the shop names no id of this line; the same line may have come, or may come, under one as another payment";
  if (line.quantity >= 1 && line.quantity <= kLargestQuantity) return fault;
  if (!fault.empty()) fault += "; ";
  return fault + (line.quantity < 1 ? "the line names no usable quantity"
                                    : "the line's quantity is " + std::to_string(line.quantity) + ", more than the " +
                                          std::to_string(kLargestQuantity) + " that are taken without asking");
}

// Such a line is stored all the same: its order is not delivered before a person has looked at it.
void leave_to_a_person(Payment& payment, std::string fault) {
  payment.state = PaymentState::kReview;
  payment.reason = Reason::kLineNotUnderstood;
  payment.reason_detail = std::move(fault);
  payment.due_at.reset();
}

void add_payments(const ShopOrder& order, Time now, Ingest& ingest) {
  const std::string lent = customization_to_lend(order);
  const std::vector<std::string> ids = payment_ids_of(order);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!seen.insert(ids[i]).second) continue;
    Payment payment = payment_of(order, order.lines[i], lent, now);
    payment.id = ids[i];
    if (std::string fault = fault_of(order.lines[i]); !fault.empty()) leave_to_a_person(payment, std::move(fault));
    ingest.new_payments.push_back(std::move(payment));
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
  ingest.moved_on = order.moved_on == MovedOn::kPaidHistory;
  ingest.order_paid_at = order.paid_at;

  if (order.status_alias == kPaid || order.moved_on != MovedOn::kNo) {
    ingest.delivery.outcome = DeliveryOutcome::kAccepted;
    add_payments(order, now, ingest);
  } else if (is_cancellation(order.status_alias)) {
    ingest.delivery.outcome = DeliveryOutcome::kAccepted;
    ingest.cancel = true;
  }
  return ingest;
}

}  // namespace smmhost
