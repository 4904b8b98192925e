#include "core/fulfilment/take_up_again.h"

#include <algorithm>
#include <charconv>

namespace smmhost {
namespace {

constexpr char kMarker = '~';

struct Numbered {
  std::string line;  // the id of the line's first payment
  int n = 1;
};

Numbered numbered(const std::string& payment_id) {
  const std::size_t at = payment_id.rfind(kMarker);
  if (at == std::string::npos) return {payment_id, 1};
  Numbered id{payment_id.substr(0, at), 1};
  std::from_chars(payment_id.data() + at + 1, payment_id.data() + payment_id.size(), id.n);
  return id;
}

std::string id_of(const Numbered& id) {
  return id.line + kMarker + std::to_string(id.n);
}

// One that a person deleted is not written again.
std::string next_id(Store& store, const std::string& payment_id) {
  Numbered id = numbered(payment_id);
  do {
    ++id.n;
  } while (store.was_deleted(id_of(id)));
  return id_of(id);
}

Payment successor_of(const Payment& ended, std::string id, Time now) {
  Payment next;
  next.id = std::move(id);
  next.order_id = ended.order_id;
  next.status_alias = ended.status_alias;
  next.customer_name = ended.customer_name;
  next.email = ended.email;
  next.phone_full_number = ended.phone_full_number;
  next.item_sku = ended.item_sku;
  next.item_quantity = ended.item_quantity;
  next.customization = ended.customization;
  next.customization_borrowed = ended.customization_borrowed;
  next.state = PaymentState::kReview;
  next.reason = Reason::kPaidAfterCancellation;
  next.reason_detail =
      "the shop cancelled the order, which ended payment " + ended.id + ", and says now that it is paid";
  if (!ended.reason_detail.empty()) next.reason_detail += "; of that one, " + ended.reason_detail;
  next.created_at = now;
  next.updated_at = now;
  return next;
}

Event event_of(const std::string& payment_id, const char* kind, std::string why, Time now) {
  return {.payment_id = payment_id, .at = now, .kind = kind, .why = std::move(why), .actor = "engine"};
}

}  // namespace

bool is_paid_after_its_end(const Payment& payment) {
  return payment.state == PaymentState::kCancelled && payment.reason == Reason::kCancelledByShop && !payment.archived &&
         payment.status_alias == "paid";
}

bool is_taken_up_again(const Payment& payment, const std::vector<PaymentDetail>& lines) {
  const Numbered mine = numbered(payment.id);
  return std::any_of(lines.begin(), lines.end(), [&](const PaymentDetail& other) {
    const Numbered theirs = numbered(other.payment.id);
    return theirs.line == mine.line && theirs.n > mine.n;
  });
}

void take_up_again(LeasedPayment& leased) {
  Store& store = leased.context().store;
  Payment ended = leased.payment();
  Changes changes;
  if (!is_taken_up_again(ended, store.payments_of_order(ended.order_id))) {
    Payment next = successor_of(ended, next_id(store, ended.id), leased.now());
    changes.events.push_back(
        event_of(ended.id, "shop", "the shop says that the order is paid after all; it goes on as payment " + next.id,
                 leased.now()));
    Event arrived = event_of(next.id, "state", next.reason_detail, leased.now());
    arrived.to = to_string(next.state);
    changes.events.push_back(std::move(arrived));
    changes.payments.push_back(std::move(next));
  }
  ended.due_at.reset();
  ended.lease_owner.clear();
  ended.updated_at = std::max(ended.updated_at, leased.now());
  changes.payments.push_back(std::move(ended));
  store.commit(changes);
  leased.let_go();
}

}  // namespace smmhost
