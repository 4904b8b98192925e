#include "core/fulfilment/guard_ingest.h"

#include <algorithm>
#include <map>
#include <set>

namespace smmhost {
namespace {

// How far the shop's clock may be ahead of ours.
constexpr Duration kClockSlack = std::chrono::minutes{2};

struct Doubt {
  Reason reason = Reason::kNone;
  std::string detail;
};

// What the line itself is in review for is said as well: whether it was bought is to be decided first.
void leave_to_a_person(Payment& payment, const Doubt& doubt) {
  const std::string of_the_line =
      payment.reason == Reason::kLineNotUnderstood ? "; " + payment.reason_detail : std::string{};
  payment.state = PaymentState::kReview;
  payment.reason = doubt.reason;
  payment.reason_detail = doubt.detail + of_the_line;
  payment.due_at.reset();
}

bool made_before(const std::optional<Time>& created_at, Time moment) {
  return !created_at || *created_at <= moment + kClockSlack;
}

std::string made_at(const std::optional<Time>& created_at) {
  return created_at ? "the order was made at " + to_iso8601(*created_at) : "the order says not when it was made";
}

std::optional<Doubt> doubt_about(const Past& past, const std::optional<Time>& created_at) {
  if (past.restoration && made_before(created_at, past.restoration->restored_at))
    return Doubt{Reason::kRestoredFromBackup, made_at(created_at) + "; the database was restored at " +
                                                  to_iso8601(past.restoration->restored_at) + " from a backup of " +
                                                  to_iso8601(past.restoration->backup_taken_at) +
                                                  ", so it may have been bought already"};
  if (past.imported_at && made_before(created_at, *past.imported_at))
    return Doubt{Reason::kImported, made_at(created_at) + ", before the import of " + to_iso8601(*past.imported_at) +
                                        "; the earlier program may have bought it"};
  return std::nullopt;
}

bool was_paid_in_our_time(const Past& past, const Ingest& ingest) {
  return past.begun_at && ingest.order_paid_at && *ingest.order_paid_at >= *past.begun_at;
}

void leave_to_others(Ingest& ingest) {
  ingest.new_payments.clear();
  ingest.delivery.outcome = DeliveryOutcome::kIgnored;
  ingest.delivery.note = "the order was paid before this database began, or at an unknown time, and has moved on since";
}

// The import has lines by position and the shop tells them by id, so they are matched by what was sold.
void match_imported_lines(Store& store, Ingest& ingest) {
  std::set<std::string> arriving;
  for (const Payment& payment : ingest.new_payments) arriving.insert(payment.id);
  std::set<std::string> stored;  // arriving lines that an earlier delivery brought: matched then, or left to a person
  std::map<std::string, int> known;  // the imported lines by SKU
  for (const PaymentDetail& line : store.payments_of_order(ingest.order_id)) {
    if (arriving.contains(line.payment.id))
      stored.insert(line.payment.id);
    else
      ++known[line.payment.item_sku];
  }
  std::erase_if(ingest.new_payments, [&](const Payment& payment) {
    if (stored.contains(payment.id)) return true;
    int& left = known[payment.item_sku];
    if (left == 0) return false;
    --left;
    return true;
  });
  for (Payment& payment : ingest.new_payments)
    leave_to_a_person(payment, {Reason::kImported,
                                "the order was imported from the earlier program, which kept no line for this SKU"});
}

}  // namespace

void guard_ingest(Store& store, const Past& past, Ingest& ingest) {
  if (ingest.moved_on && !was_paid_in_our_time(past, ingest)) leave_to_others(ingest);
  if (ingest.new_payments.empty()) return;
  if (past.imported_at && store.mark(imported_order_mark(ingest.order_id))) match_imported_lines(store, ingest);
  const std::optional<Doubt> doubt = doubt_about(past, ingest.order_created_at);
  if (!doubt) return;
  for (Payment& payment : ingest.new_payments)
    if (payment.state != PaymentState::kReview || payment.reason == Reason::kLineNotUnderstood)
      leave_to_a_person(payment, *doubt);
}

}  // namespace smmhost
