// Payments together with their placements, and the filtered list of them.
#include "host/store/sqlite/list_payments.h"

#include <algorithm>
#include <limits>

#include "host/store/order_number.h"
#include "host/store/sqlite/rows.h"
#include "host/store/sqlite/statements.h"

namespace smmhost::sqlite {
namespace {

// Ids of one payment's placements differ only in the digits after the last dot.
bool by_number(const Placement& a, const Placement& b) {
  return std::pair(a.id.size(), std::string_view(a.id)) < std::pair(b.id.size(), std::string_view(b.id));
}

// Where the page begins; nullopt where the row that it should follow is gone.
std::optional<std::int64_t> created_before(Connection& db, const std::string& after) {
  if (after.empty()) return std::numeric_limits<std::int64_t>::max();
  Query query = db.query(kCreatedAt);
  if (!query.bind(after).next_row()) return std::nullopt;
  return query.integer();
}

}  // namespace

std::vector<Placement> placements_of(Connection& db, const std::string& payment_id) {
  std::vector<Placement> placements;
  Query query = db.query(kPlacementsOfPayment);
  query.bind(payment_id);
  while (query.next_row()) placements.push_back(read_placement(query));
  std::sort(placements.begin(), placements.end(), by_number);
  return placements;
}

std::vector<PaymentDetail> with_placements(Connection& db, std::vector<Payment> payments) {
  std::vector<PaymentDetail> details;
  details.reserve(payments.size());
  for (Payment& payment : payments) {
    std::vector<Placement> placements = placements_of(db, payment.id);
    details.push_back({std::move(payment), std::move(placements)});
  }
  return details;
}

std::vector<PaymentDetail> list_payments(Connection& db, const PaymentFilter& filter) {
  const auto before = created_before(db, filter.after);
  if (!before) return {};
  const std::string_view state = filter.state ? to_string(*filter.state) : std::string_view();
  const bool open = filter.state && *filter.state != PaymentState::kDelivered;
  const auto list = [&](const std::string& statement, const auto&... more) {
    Query query = db.query(statement);
    query.bind(*before, filter.after, filter.with_archived, std::clamp(filter.limit, 1, 1000), state, more...);
    std::vector<Payment> page;
    while (query.next_row()) page.push_back(read_payment(query));
    return with_placements(db, std::move(page));
  };
  if (filter.order_id) return list(kListPaymentsOfOrder, filter.text, *filter.order_id);
  if (filter.text.empty()) return list(open ? kListOpenPaymentsByState : kListPayments);
  return list(open ? kSearchOpenPaymentsByState : kSearchPayments, filter.text, filter.searched,
              as_order_number(filter.text));
}

}  // namespace smmhost::sqlite
