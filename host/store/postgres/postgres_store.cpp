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
using postgres::parameters;
using postgres::Parameters;
using postgres::RowReader;
using postgres::Rows;
using postgres::ScriptRequest;
using postgres::Session;
using postgres::Waited;
using Scripts = postgres::Lane<ScriptRequest>;

// What one statement writes at most: enough to share a flush, little enough that nobody waits long for the others.
constexpr std::size_t kMostTogether = 256;
// A sign of life that comes later is none.
constexpr Duration kSignPatience{5'000};
// So many gaps in its signs make a host dead. One of them is enough for it to doubt the others' death.
constexpr int kGapsInADeath = 3;
constexpr Duration kLongestPause = std::chrono::hours{1};
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

// One batch is put together while the other one waits for the disk. More make the batches smaller, and are slower.
constexpr int kIngestsAtOnce = 2;

// Connections for writes that are no commits, and as many for claims; the others are for reads, so that those never
// wait for a write that gets no answer.
int working(const PostgresOptions& options) {
  return std::max(1, options.connections / 4);
}

CommitOutcome outcome_without_answer(Waited waited) {
  return waited == Waited::kNotBegun ? CommitOutcome::kUnavailable : CommitOutcome::kInDoubt;
}

// In microseconds of a budget.
std::int64_t cost_of_a_call(double per_minute) {
  return std::max<std::int64_t>(1, std::llround(60e6 / std::max(per_minute, 0.001)));
}

// Sets `rows` where it returns kCommitted. Throws StoreUnavailable.
CommitOutcome run(Scripts& lane, std::vector<Call> script, pqxx::result& rows) {
  const auto request = std::make_shared<ScriptRequest>(ScriptRequest{.script = std::move(script), .why = {}});
  const Waited waited = lane.run(request);
  if (waited != Waited::kWritten) return outcome_without_answer(waited);
  if (!request->why.empty()) throw StoreUnavailable(request->why);
  rows = request->rows;
  return request->outcome;
}

// The same where nothing but kCommitted will do.
pqxx::result rows_of(Scripts& lane, std::vector<Call> script) {
  pqxx::result rows;
  const CommitOutcome outcome = run(lane, std::move(script), rows);
  if (outcome == CommitOutcome::kCommitted) return rows;
  if (outcome == CommitOutcome::kInDoubt) throw StoreUnavailable("the database's answer to a write was lost");
  throw StoreUnavailable("the database did not take the write");
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
    : ingests_(options, Session::kWrites,
               {.most = kMostTogether, .threads = kIngestsAtOnce, .patience = options.ingest_patience},
               postgres::ingest_batch),
      commits_(options, Session::kWrites, {.most = kMostTogether, .patience = options.write_patience},
               postgres::commit_batch),
      commits_with_next_(options, Session::kWritesWithNext, {.most = kMostTogether, .patience = options.write_patience},
                         postgres::commit_batch),
      works_(options, Session::kWrites, {.most = 1, .threads = working(options), .patience = options.write_patience},
             postgres::run_scripts),
      claims_(options, Session::kWritesWithNext,
              {.most = 1, .threads = working(options), .patience = options.write_patience}, postgres::run_scripts),
      signs_(options, Session::kWrites, {.most = 1, .patience = kSignPatience}, postgres::run_scripts),
      for_reads_(postgres::connection_string(options), options.prepared_statements,
                 std::max(1, options.connections - 2 * working(options))),
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

std::vector<std::string> PostgresStore::living_hosts(const PostgresOptions& options, Duration silent) {
  return opening(options, [&](postgres::Connection& db) {
    std::vector<std::string> names;
    if (!postgres::has_tables(db)) return names;
    for (const pqxx::row& row : db.run(postgres::kLivingHosts, parameters(silent.count())))
      names.push_back(row[0].as<std::string>());
    return names;
  });
}

IngestResult PostgresStore::ingest(const Ingest& ingest) {
  for (const Payment& payment : ingest.new_payments)
    if (payment.due_at) due_floors_.note_payments(*payment.due_at);
  due_floors_.note_payments(ingest.delivery.received_at);  // of what waits already, where it hears something new
  const auto request = std::make_shared<postgres::IngestRequest>(postgres::IngestRequest{ingest, {}});
  const Waited waited = ingests_.run(request);
  if (waited == Waited::kWritten) return std::move(request->result);
  return {outcome_without_answer(waited), false, false, {}};
}

CommitOutcome PostgresStore::commit(const Changes& changes) {
  due_floors_.note(changes);
  const auto request = std::make_shared<postgres::CommitRequest>(postgres::CommitRequest{changes});
  const Waited waited = (changes.durability == Durability::kWithNext ? commits_with_next_ : commits_).run(request);
  return waited == Waited::kWritten ? request->outcome : outcome_without_answer(waited);
}

std::optional<std::string> PostgresStore::write_trouble() {
  if (auto trouble = ingests_.trouble()) return trouble;
  if (auto trouble = commits_.trouble()) return trouble;
  return works_.trouble();
}

CommitOutcome PostgresStore::write(std::vector<Call> script, pqxx::result& rows) {
  return run(works_, std::move(script), rows);
}

pqxx::result PostgresStore::work(std::vector<Call> script) {
  return rows_of(works_, std::move(script));
}

pqxx::result PostgresStore::claim_by(std::vector<Call> script) {
  return rows_of(claims_, std::move(script));
}

CommitOutcome PostgresStore::write_one(const postgres::Statement& statement, Parameters values) {
  try {
    pqxx::result rows;
    const CommitOutcome outcome = write({{&statement, std::move(values)}}, rows);
    if (outcome != CommitOutcome::kCommitted) return outcome;
    return rows.affected_rows() == 1 ? CommitOutcome::kCommitted : CommitOutcome::kConflict;
  } catch (const StoreUnavailable&) {
    return CommitOutcome::kUnavailable;
  }
}

std::vector<Payment> PostgresStore::claim_due(const std::string& owner, Time now, Duration lease, int limit) {
  const Time floor = *floors(now).payment;
  return oldest_first(claim_by({{&postgres::kClaimDue, parameters(now, limit, now + lease, owner, floor)}}),
                      postgres::read_payment);
}

std::optional<Payment> PostgresStore::claim(const std::string& payment_id, const std::string& owner, Time now,
                                            Duration lease) {
  return read_first(claim_by({{&postgres::kClaimPayment, parameters(payment_id, now + lease, owner, now)}}),
                    postgres::read_payment);
}

std::vector<Placement> PostgresStore::claim_tracking(const std::string& provider, Time now, Duration lease, int limit) {
  const Time floor = *floors(now).placement;
  return oldest_first(claim_by({{&postgres::kClaimTracking, parameters(provider, now, limit, now + lease, floor)}}),
                      postgres::read_placement);
}

std::vector<ShopUpdate> PostgresStore::claim_shop_updates(Time now, Duration lease, int limit) {
  const Time floor = *floors(now).shop_update;
  return oldest_first(work({{&postgres::kClaimShopUpdates, parameters(now, limit, now + lease, floor)}}),
                      postgres::read_shop_update);
}

postgres::DueTimes PostgresStore::floors(Time now) {
  if (due_floors_.begin_whole_look(std::chrono::steady_clock::now())) due_floors_.found(oldest_due(), now);
  const std::optional<postgres::DueTimes> floors = due_floors_.floors();
  if (floors) return *floors;
  return {.payment = Time::min(), .shop_update = Time::min(), .placement = Time::min(), .providers = {}};
}

// Claims of placements and shop updates bear no owner, and other hosts may have them: theirs end with their time.
int PostgresStore::break_leases(const std::string& owner, Time now, Duration) {
  due_floors_.note_payments(now);
  return static_cast<int>(work({{&postgres::kBreakLeases, parameters(owner, now)}}).affected_rows());
}

int PostgresStore::wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) {
  due_floors_.note_payments(now);
  return claim_by({{&postgres::kWakeHeld, parameters(now, to_string(reason), provider, sku)}})[0][0].as<int>();
}

int PostgresStore::wake_links(std::span<const ServiceLink> links, Time now) {
  due_floors_.note_payments(now);
  // Nearly always nobody waits, and a read costs less than a transaction that changes nothing.
  Rows asked;
  for (const ServiceLink& link : links) asked.add(link.provider, link.service_id, link.link);
  Parameters columns;
  asked.move_to(columns, 3);
  int woken = 0;
  for (const pqxx::row& each : read(postgres::kLinksWaitedFor, columns)) {
    RowReader row(each);
    const std::string provider = row.text();
    const std::string service_id = row.text();
    const std::string link = row.text();
    woken += claim_by({{&postgres::kWakeLink, parameters(now, provider, service_id, link)}})[0][0].as<int>();
  }
  return woken;
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

// Two transactions, so that a host never takes over what its own sign of life would have kept.
int PostgresStore::sign_of_life(const std::string& owner, Time now, Duration dead_after) {
  const Sign sign = give_sign(owner, dead_after);
  if (!sign.others_are_dead || sign.without_gap < dead_after) return 0;
  due_floors_.note_payments(now);
  return static_cast<int>(rows_of(signs_, {{&postgres::kWaitShortlyForLocks, {}},
                                           {&postgres::kTakeOverDead, parameters(owner, now, dead_after.count())}})
                              .affected_rows());
}

PostgresStore::Sign PostgresStore::give_sign(const std::string& owner, Duration dead_after) {
  const pqxx::result result = rows_of(signs_, {{&postgres::kSignOfLife, parameters(owner, dead_after.count())}});
  RowReader row(result[0]);
  const std::int64_t now = row.integer();
  const std::optional<std::int64_t> gap = row.maybe_integer();
  const bool others_are_dead = row.boolean();
  // A server that took over from another one may have another clock.
  const bool unbroken = gap && *gap >= 0 && *gap < (dead_after / kGapsInADeath).count();
  const std::lock_guard lock(signs_mutex_);
  const auto since = alive_since_.try_emplace(owner, now).first;
  if (!unbroken) since->second = now;
  return {Duration{now - since->second}, others_are_dead};
}

int PostgresStore::farewell(const std::string& owner, Time now) {
  due_floors_.note_payments(now);
  return static_cast<int>(rows_of(signs_, {{&postgres::kFarewell, parameters(owner, now)}}).affected_rows());
}

std::optional<Duration> PostgresStore::take_budget(const std::string& name, double per_minute, int burst, Time now) {
  const std::int64_t cost = cost_of_a_call(per_minute);
  const std::int64_t ahead = cost * (std::max(burst, 1) - 1);
  const std::int64_t wait_us =
      claim_by({{&postgres::kTakeBudget, parameters(name, to_unix_ms(now) * 1000, cost, ahead)}})[0][0]
          .as<std::int64_t>();
  if (wait_us == 0) return std::nullopt;
  return std::chrono::ceil<Duration>(std::chrono::microseconds{wait_us});
}

void PostgresStore::pause_budget(const std::string& name, Duration pause, Time now) {
  const std::int64_t until = to_unix_ms(now + std::min(pause, kLongestPause)) * 1000;
  claim_by({{&postgres::kPauseBudget, parameters(name, until, to_unix_ms(now) * 1000)}});
}

void PostgresStore::give_back_budget(const std::string& name, double per_minute) {
  claim_by({{&postgres::kGiveBackBudget, parameters(name, cost_of_a_call(per_minute))}});
}

}  // namespace smmhost
