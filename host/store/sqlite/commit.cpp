// The store's write primitive and the other writes that compare versions.
#include "host/store/sqlite/commit.h"

#include "host/store/sqlite/rows.h"
#include "host/store/sqlite/statements.h"

namespace smmhost::sqlite {
namespace {

constexpr const char* kAnonymised = "anonymised";

CommitOutcome one_row(const Query& query) {
  return query.changed() == 1 ? CommitOutcome::kCommitted : CommitOutcome::kConflict;
}

CommitOutcome write_payment(Connection& db, const Payment& payment) {
  Query query = db.query(payment.version == 0 ? kInsertPayment : kUpdatePayment);
  bind_payment(query, payment);
  query.run();
  return one_row(query);
}

bool takes_anothers_order(Connection& db, const Placement& placement) {
  if (placement.version == 0 || placement.provider_order_id.empty()) return false;
  Query query = db.query(kIsAnothersOrder);
  return query.bind(placement.provider, placement.provider_order_id, placement.id).next_row();
}

CommitOutcome write_placement(Connection& db, const Placement& placement) {
  if (takes_anothers_order(db, placement)) return CommitOutcome::kConflict;
  Query query = db.query(placement.version == 0 ? kInsertPlacement : kUpdatePlacement);
  bind_placement(query, placement);
  const int violated = query.run_checked();
  if (violated == SQLITE_CONSTRAINT_UNIQUE) return CommitOutcome::kLinkBusy;
  if (violated != SQLITE_OK) throw SqlError(violated, "placement " + placement.id + " breaks a constraint");
  return one_row(query);
}

CommitOutcome write_shop_update(Connection& db, const ShopUpdate& update) {
  Query query = db.query(update.version == 0 ? kInsertShopUpdate : kUpdateShopUpdate);
  bind_shop_update(query, update);
  query.run();
  return update.version == 0 ? CommitOutcome::kCommitted : one_row(query);
}

CommitOutcome write_provider(Connection& db, const ProviderStatus& provider) {
  Query query = db.query(provider.version == 0 ? kInsertProvider : kUpdateProvider);
  bind_provider(query, provider);
  query.run();
  return one_row(query);
}

template <class Row>
CommitOutcome write_each(Connection& db, const std::vector<Row>& rows,
                         CommitOutcome (*write)(Connection&, const Row&)) {
  for (const Row& row : rows)
    if (const CommitOutcome outcome = write(db, row); outcome != CommitOutcome::kCommitted) return outcome;
  return CommitOutcome::kCommitted;
}

// A placement that leaves a link goes before one that takes it: the database compares row by row.
CommitOutcome write_placements(Connection& db, const std::vector<Placement>& placements) {
  for (const bool taking : {false, true}) {
    for (const Placement& placement : placements) {
      if (occupies_link(placement.state) != taking) continue;
      const CommitOutcome outcome = write_placement(db, placement);
      if (outcome != CommitOutcome::kCommitted) return outcome;
    }
  }
  return CommitOutcome::kCommitted;
}

struct OldPayment {
  std::string id;
  std::int64_t order_id = 0;
};

std::vector<OldPayment> old_ended(Connection& db, Time before, int limit) {
  std::vector<OldPayment> found;
  Query query = db.query(kOldEnded);
  query.bind(before, limit);
  while (query.next_row()) {
    std::string id = query.text();
    found.push_back({std::move(id), query.integer()});
  }
  return found;
}

}  // namespace

CommitOutcome commit(Connection& db, const Changes& changes) {
  using enum CommitOutcome;
  if (const auto outcome = write_each(db, changes.payments, write_payment); outcome != kCommitted) return outcome;
  if (const auto outcome = write_placements(db, changes.placements); outcome != kCommitted) return outcome;
  if (const auto outcome = write_each(db, changes.shop_updates, write_shop_update); outcome != kCommitted)
    return outcome;
  if (const auto outcome = write_each(db, changes.providers, write_provider); outcome != kCommitted) return outcome;
  for (const Exchange& exchange : changes.exchanges) {
    Query query = db.query(kInsertExchange);
    bind_exchange(query, exchange);
    query.run();
  }
  for (const Event& event : changes.events) {
    Query query = db.query(kInsertEvent);
    bind_event(query, event);
    query.run();
  }
  for (const Mark& mark : changes.marks) db.query(kSetMark).bind(mark.name, mark.value).run();
  return kCommitted;
}

CommitOutcome put_product(Connection& db, const Product& product) {
  const std::string routes = routes_text(product);
  Query query = db.query(product.version == 0 ? kInsertProduct : kUpdateProduct);
  bind_product(query, product, routes);
  query.run();
  return one_row(query);
}

CommitOutcome delete_product(Connection& db, const std::string& sku) {
  Query query = db.query(kDeleteProduct);
  query.bind(sku).run();
  return one_row(query);
}

CommitOutcome delete_payment(Connection& db, const std::string& id) {
  Query query = db.query(kDeletePayment);
  query.bind(id).run();
  if (query.changed() == 0) return CommitOutcome::kConflict;
  for (const std::string* sql : {&kDeletePlacements, &kDeleteEvents, &kDeleteExchanges, &kRememberDeleted})
    db.query(*sql).bind(id).run();
  return CommitOutcome::kCommitted;
}

CommitOutcome put_job(Connection& db, const JobRun& job) {
  Query query = db.query(job.version == 0 ? kInsertJob : kUpdateJob);
  bind_job(query, job);
  query.run();
  return one_row(query);
}

void replace_services(Connection& db, const std::string& provider, std::span<const ProviderService> services,
                      Time now) {
  db.query(kDeleteServices).bind(provider).run();
  for (const ProviderService& service : services) {
    Query query = db.query(kInsertService);
    bind_service(query, provider, service);
    query.run();
  }
  db.query(kMarkServiceList).bind(provider, now).run();
}

int anonymise(Connection& db, Time before, int limit) {
  const std::vector<OldPayment> payments = old_ended(db, before, limit);
  for (const OldPayment& payment : payments) {
    db.query(kAnonymisePayment).bind(payment.id, kAnonymised).run();
    db.query(kAnonymisePlacements).bind(payment.id, kAnonymised).run();
    db.query(kAnonymiseExchanges).bind(payment.id, kAnonymised).run();
    db.query(kAnonymiseDeliveries).bind(payment.order_id, before).run();
  }
  const int done = static_cast<int>(payments.size());
  if (done >= limit) return done;
  Query others = db.query(kAnonymiseOtherDeliveries);
  others.bind(before, limit - done).run();
  return done + static_cast<int>(others.changed());
}

}  // namespace smmhost::sqlite
