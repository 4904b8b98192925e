// Claiming rows whose time has come, and waking those whose cause has gone.
#include "host/store/sqlite/work.h"

#include "host/store/sqlite/rows.h"
#include "host/store/sqlite/statements.h"

namespace smmhost::sqlite {
namespace {

std::vector<std::int64_t> row_numbers(Query& query) {
  std::vector<std::int64_t> numbers;
  while (query.next_row()) numbers.push_back(query.integer());
  return numbers;
}

std::vector<std::string> texts(Query& query) {
  std::vector<std::string> texts;
  while (query.next_row()) texts.push_back(query.text());
  return texts;
}

// Runs an UPDATE ... RETURNING of one row.
template <class Row>
void take_row(Query& query, Row (*read)(Query&), std::vector<Row>& rows) {
  while (query.next_row()) rows.push_back(read(query));
}

int hurry_placements(Connection& db, const std::vector<std::string>& payment_ids, Time now) {
  for (const std::string& id : payment_ids) db.query(kHurryUnsentPlacements).bind(now, id).run();
  return static_cast<int>(payment_ids.size());
}

}  // namespace

std::vector<Payment> claim_due(Connection& db, const std::string& owner, Time now, Duration lease, int limit) {
  Query due = db.query(kDuePayments);
  due.bind(now, limit);
  std::vector<Payment> claimed;
  for (const std::int64_t row : row_numbers(due)) {
    Query update = db.query(kLeasePayment);
    update.bind(row, now + lease, owner);
    take_row(update, read_payment, claimed);
  }
  return claimed;
}

std::optional<Payment> claim(Connection& db, const std::string& payment_id, const std::string& owner, Time now,
                             Duration lease) {
  Query update = db.query(kLeasePaymentById);
  update.bind(payment_id, now + lease, owner, now);
  std::vector<Payment> claimed;
  take_row(update, read_payment, claimed);
  if (claimed.empty()) return std::nullopt;
  return std::move(claimed.front());
}

std::vector<Placement> claim_tracking(Connection& db, const std::string& provider, Time now, Duration lease,
                                      int limit) {
  Query due = db.query(kDuePlacements);
  due.bind(provider, now, limit);
  std::vector<Placement> claimed;
  for (const std::int64_t row : row_numbers(due)) {
    Query update = db.query(kLeasePlacement);
    update.bind(row, now + lease);
    take_row(update, read_placement, claimed);
  }
  return claimed;
}

std::vector<ShopUpdate> claim_shop_updates(Connection& db, Time now, Duration lease, int limit) {
  Query due = db.query(kDueShopUpdates);
  due.bind(now, limit);
  std::vector<ShopUpdate> claimed;
  for (const std::int64_t row : row_numbers(due)) {
    Query update = db.query(kLeaseShopUpdate);
    update.bind(row, now + lease);
    take_row(update, read_shop_update, claimed);
  }
  return claimed;
}

// The lock on the file says that no other process has it: every claim is of a dead one.
int break_leases(Connection& db, const std::string& owner, Time now, Duration lease) {
  Query payments = db.query(kBreakLeases);
  payments.bind(owner, now).run();
  auto broken = payments.changed();
  for (const std::string* sql : {&kBreakTrackingClaims, &kBreakShopUpdateClaims}) {
    Query claims = db.query(*sql);
    claims.bind(now, now + lease).run();
    broken += claims.changed();
  }
  return static_cast<int>(broken);
}

int wake_held(Connection& db, Reason reason, const std::string& provider, const std::string& sku, Time now) {
  Query held = db.query(kHeldFor);
  held.bind(to_string(reason), provider, sku);
  const std::vector<std::string> found = texts(held);
  for (const std::string& id : found) db.query(kWakePayment).bind(now, id).run();
  return hurry_placements(db, found, now);
}

int wake_links(Connection& db, std::span<const ServiceLink> links, Time now) {
  int woken = 0;
  for (const ServiceLink& link : links) {
    Query query = db.query(kWakeLink);
    query.bind(now, link.provider, link.service_id, link.link);
    woken += hurry_placements(db, texts(query), now);
  }
  return woken;
}

}  // namespace smmhost::sqlite
