// The store on a PostgreSQL database: opening it, and everything that writes.
#include "host/store/postgres/postgres_store.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include "core/fulfilment/mutants.h"
#include "host/store/postgres/failure.h"
#include "host/store/postgres/rows.h"
#include "host/store/postgres/schema.h"
#include "host/store/postgres/statements.h"

namespace smmhost {
namespace {

using postgres::Call;
using postgres::Failure;
using postgres::parameters;
using postgres::Parameters;
using postgres::RowReader;
using postgres::Rows;

// What one statement writes at most: enough to share a flush, little enough that nobody waits long for the others.
constexpr std::size_t kMostTogether = 256;
constexpr int kAttempts = 4;
constexpr const char* kAnonymised = "anonymised";

// Runs `action` on a connection of its own; every failure is the operator's to read.
template <class Action>
auto opening(const PostgresOptions& options, Action action) {
  const std::string connection_string = postgres::connection_string(options);
  const std::string where = "[store] url (" + postgres::describe(options) + "): ";
  try {
    postgres::Connections once(connection_string, options.prepared_statements, 1);
    const postgres::Connections::Lease db = once.take();
    return action(*db);
  } catch (const CannotOpenStore& refused) {
    throw CannotOpenStore(where + refused.what());
  } catch (const StoreUnavailable& away) {
    throw CannotOpenStore(where + away.what());
  } catch (const pqxx::failure& failure) {
    throw CannotOpenStore(where + postgres::words_of(failure));
  }
}

void refuse_what_loses_commits(postgres::Connection& db) {
  pqxx::nontransaction transaction(db.raw());
  if (transaction.exec("SHOW synchronous_commit")[0][0].as<std::string>() == "off")
    throw CannotOpenStore(
        "synchronous_commit is off for this user and database: an acknowledged order could be lost. "
        "ALTER ROLE ... SET synchronous_commit = on");
}

// Of claimed rows, whose last column is when they were due.
template <class Row>
std::vector<Row> oldest_first(const pqxx::result& result, Row (*read)(RowReader&)) {
  std::vector<std::pair<Time, Row>> claimed;
  for (const pqxx::row& each : result) {
    RowReader row(each);
    Row value = read(row);
    claimed.emplace_back(row.time(), std::move(value));
  }
  std::stable_sort(claimed.begin(), claimed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Row> rows;
  for (auto& [due, value] : claimed) rows.push_back(std::move(value));
  return rows;
}

}  // namespace

PostgresStore::PostgresStore(const PostgresOptions& options)
    : for_ingest_(postgres::connection_string(options), options.prepared_statements, 1),
      for_commits_(postgres::connection_string(options), options.prepared_statements, 1),
      connections_(postgres::connection_string(options), options.prepared_statements, options.connections),
      ingests_(kMostTogether, [this](const auto& batch) { postgres::ingest_batch(for_ingest_, batch); }),
      commits_(kMostTogether, [this](const auto& batch) { postgres::commit_batch(for_commits_, batch); }),
      host_name_(options.host_name) {
  opening(options, [](postgres::Connection& db) {
    refuse_what_loses_commits(db);
    return postgres::apply_migrations(db);
  });
  if (mutant("skip_unique"))
    opening(options, [](postgres::Connection& db) {
      return pqxx::nontransaction(db.raw()).exec("DROP INDEX IF EXISTS smmhost.placements_link");
    });
}

PostgresStore::~PostgresStore() = default;

std::vector<Migration> PostgresStore::pending_migrations(const PostgresOptions& options) {
  return opening(options, [](postgres::Connection& db) { return postgres::pending_migrations(db); });
}

std::vector<Migration> PostgresStore::migrate(const PostgresOptions& options) {
  return opening(options, [](postgres::Connection& db) { return postgres::apply_migrations(db); });
}

IngestResult PostgresStore::ingest(const Ingest& ingest) {
  postgres::IngestRequest request{&ingest, {}};
  ingests_.run(request);
  return std::move(request.result);
}

CommitOutcome PostgresStore::commit(const Changes& changes) {
  postgres::CommitRequest request{&changes};
  commits_.run(request);
  return request.outcome;
}

CommitOutcome PostgresStore::write(const std::vector<Call>& script, pqxx::result& result) {
  for (int attempt = 1;; ++attempt) {
    postgres::Connections::Lease db = connections_.take();
    try {
      result = script.size() == 1 ? (*db).run(*script[0].statement, script[0].parameters) : (*db).run_script(script);
      return CommitOutcome::kCommitted;
    } catch (const std::exception& error) {
      const Failure failure = postgres::failure_of(error, *db);
      if (failure == Failure::kInDoubt || failure == Failure::kReadOnly) db.discard();
      if (failure == Failure::kRetry && attempt < kAttempts) continue;
      if (failure == Failure::kExists) return CommitOutcome::kConflict;
      return failure == Failure::kInDoubt ? CommitOutcome::kInDoubt : CommitOutcome::kUnavailable;
    }
  }
}

pqxx::result PostgresStore::work(const std::vector<Call>& script) {
  pqxx::result result;
  const CommitOutcome outcome = write(script, result);
  if (outcome == CommitOutcome::kCommitted) return result;
  if (outcome == CommitOutcome::kInDoubt) throw StoreUnavailable("the database's answer to a write was lost");
  throw StoreUnavailable("the database did not take the write");
}

CommitOutcome PostgresStore::write_one(const postgres::Statement& statement, const Parameters& values) {
  try {
    pqxx::result result;
    const CommitOutcome outcome = write({{&statement, values}}, result);
    if (outcome != CommitOutcome::kCommitted) return outcome;
    return result.affected_rows() == 1 ? CommitOutcome::kCommitted : CommitOutcome::kConflict;
  } catch (const StoreUnavailable&) {
    return CommitOutcome::kUnavailable;
  }
}

std::vector<Payment> PostgresStore::claim_due(const std::string& owner, Time now, Duration lease, int limit) {
  return oldest_first(work({{&postgres::kClaimDue, parameters(now, limit, now + lease, owner)}}),
                      postgres::read_payment);
}

std::optional<Payment> PostgresStore::claim(const std::string& payment_id, const std::string& owner, Time now,
                                            Duration lease) {
  return read_first(work({{&postgres::kClaimPayment, parameters(payment_id, now + lease, owner, now)}}),
                    postgres::read_payment);
}

std::vector<Placement> PostgresStore::claim_tracking(const std::string& provider, Time now, Duration lease, int limit) {
  return oldest_first(work({{&postgres::kClaimTracking, parameters(provider, now, limit, now + lease)}}),
                      postgres::read_placement);
}

std::vector<ShopUpdate> PostgresStore::claim_shop_updates(Time now, Duration lease, int limit) {
  return oldest_first(work({{&postgres::kClaimShopUpdates, parameters(now, limit, now + lease)}}),
                      postgres::read_shop_update);
}

// Claims of placements and shop updates bear no owner, and other hosts may have them: theirs end with their time.
int PostgresStore::break_leases(const std::string& owner, Time now, Duration) {
  return static_cast<int>(work({{&postgres::kBreakLeases, parameters(owner, now)}}).affected_rows());
}

int PostgresStore::wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) {
  return work({{&postgres::kWakeHeld, parameters(now, to_string(reason), provider, sku)}})[0][0].as<int>();
}

int PostgresStore::wake_link(const std::string& provider, const std::string& service_id, const std::string& link,
                             Time now) {
  return work({{&postgres::kWakeLink, parameters(now, provider, service_id, link)}})[0][0].as<int>();
}

CommitOutcome PostgresStore::put_product(const Product& p) {
  const std::string routes = postgres::routes_text(p);
  if (p.version == 0)
    return write_one(postgres::kInsertProduct, parameters(p.sku, p.service_id, p.api, p.base_quantity, p.type, routes,
                                                          p.version, p.created_at, p.updated_at));
  return write_one(postgres::kUpdateProduct,
                   parameters(p.sku, p.service_id, p.api, p.base_quantity, p.type, routes, p.version, p.updated_at));
}

CommitOutcome PostgresStore::delete_product(const std::string& sku) {
  return write_one(postgres::kDeleteProduct, parameters(sku));
}

CommitOutcome PostgresStore::delete_payment(const std::string& id) {
  try {
    pqxx::result result;
    const CommitOutcome outcome = write({{&postgres::kLockPayment, parameters(id)},
                                         {&postgres::kLockPlacements, parameters(id)},
                                         {&postgres::kDeletePayment, parameters(id)}},
                                        result);
    if (outcome != CommitOutcome::kCommitted) return outcome;
    return result[0][0].as<int>() == 1 ? CommitOutcome::kCommitted : CommitOutcome::kConflict;
  } catch (const StoreUnavailable&) {
    return CommitOutcome::kUnavailable;
  }
}

CommitOutcome PostgresStore::replace_services(const std::string& provider, std::span<const ProviderService> services,
                                              Time now) {
  // A panel lists a service twice now and then: the last one counts.
  std::map<std::string, const ProviderService*> by_id;
  for (const ProviderService& service : services) by_id[service.service_id] = &service;
  Rows rows;
  for (const auto& [id, service] : by_id) postgres::add_service(rows, provider, *service);
  Call insert{&postgres::insert_services_statement(), {}};
  rows.move_to(insert.parameters, postgres::kServiceArrays);
  try {
    pqxx::result result;
    return write({{&postgres::kMarkServiceList, parameters(provider, now)},
                  {&postgres::kDeleteServices, parameters(provider)},
                  std::move(insert)},
                 result);
  } catch (const StoreUnavailable&) {
    return CommitOutcome::kUnavailable;
  }
}

CommitOutcome PostgresStore::put_job(const JobRun& job) {
  return write_one(
      job.version == 0 ? postgres::kInsertJob : postgres::kUpdateJob,
      parameters(job.name, job.last_run, job.last_result, job.next_run, job.running_since, job.version, host_name_));
}

int PostgresStore::anonymise(Time before, int limit) {
  const int done = work({{&postgres::kAnonymise, parameters(before, limit, kAnonymised)}})[0][0].as<int>();
  if (done >= limit) return done;
  const pqxx::result others = work({{&postgres::kAnonymiseOtherDeliveries, parameters(before, limit - done)}});
  return done + static_cast<int>(others.affected_rows());
}

// Two statements, so that a host never takes over what its own sign of life would have kept.
int PostgresStore::sign_of_life(const std::string& owner, Time now, Duration dead_after) {
  work({{&postgres::kSignOfLife, parameters(owner)}});
  const pqxx::result result = work({{&postgres::kTakeOverDead, parameters(owner, now, dead_after.count())}});
  return static_cast<int>(result.affected_rows());
}

std::optional<Duration> PostgresStore::take_budget(const std::string& name, double per_minute, int burst, Time now) {
  const auto cost = std::max<std::int64_t>(1, std::llround(60e6 / std::max(per_minute, 0.001)));
  const std::int64_t ahead = cost * (std::max(burst, 1) - 1);
  const std::int64_t wait_us =
      work({{&postgres::kTakeBudget, parameters(name, to_unix_ms(now) * 1000, cost, ahead)}})[0][0].as<std::int64_t>();
  if (wait_us == 0) return std::nullopt;
  return std::chrono::ceil<Duration>(std::chrono::microseconds{wait_us});
}

}  // namespace smmhost
