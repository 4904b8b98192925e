// The store on one SQLite file: opening it, and everything that runs on the writer's thread.
#include "host/store/sqlite/sqlite_store.h"

#include <sys/stat.h>

#include <utility>

#include "core/fulfilment/mutants.h"
#include "host/store/sqlite/commit.h"
#include "host/store/sqlite/ingest.h"
#include "host/store/sqlite/open_file.h"
#include "host/store/sqlite/schema.h"
#include "host/store/sqlite/work.h"

namespace smmhost {
namespace {

constexpr const char* kRefused = "the database did not take the write (full, busy or broken)";

bool file_exists(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && info.st_size > 0;
}

}  // namespace

SqliteStore::SqliteStore(SqliteOptions options) : lock_(options.path) {
  auto db = sqlite::open_for_writing(options);
  sqlite::opening(options, [&] { return sqlite::apply_migrations(*db); });
  if (mutant("skip_unique")) db->execute("DROP INDEX IF EXISTS placements_link");
  writer_ = std::make_unique<sqlite::Writer>(std::move(db), options.writer);
  readers_ = std::make_unique<sqlite::Readers>(options.path, options.most_readers, options.busy_timeout_ms);
}

SqliteStore::~SqliteStore() = default;

std::vector<Migration> SqliteStore::pending_migrations(const SqliteOptions& options) {
  if (!file_exists(options.path)) return sqlite::all_migrations();
  return sqlite::opening(options, [&] {
    sqlite::Connection db(options.path, sqlite::Connection::Mode::kReadOnly);
    return sqlite::pending_migrations(db);
  });
}

std::vector<Migration> SqliteStore::migrate(const SqliteOptions& options) {
  const sqlite::FileLock lock(options.path);
  const auto db = sqlite::open_for_writing(options);
  return sqlite::opening(options, [&] { return sqlite::apply_migrations(*db); });
}

CommitOutcome SqliteStore::write(const std::function<CommitOutcome(sqlite::Connection&)>& operation,
                                 Durability durability) {
  CommitOutcome outcome = CommitOutcome::kUnavailable;
  const bool committed = writer_->run(
      [&](sqlite::Connection& db) {
        outcome = operation(db);
        return outcome == CommitOutcome::kCommitted;
      },
      durability);
  return committed ? outcome : CommitOutcome::kUnavailable;
}

template <class Work>
auto SqliteStore::work(Work operation, Durability durability) {
  decltype(operation(std::declval<sqlite::Connection&>())) result{};
  const bool committed = writer_->run_plain(
      [&](sqlite::Connection& db) {
        result = operation(db);
        return true;
      },
      durability);
  if (!committed) throw StoreUnavailable(kRefused);
  return result;
}

IngestResult SqliteStore::ingest(const Ingest& request) {
  IngestResult result;
  const bool committed = writer_->run_plain([&](sqlite::Connection& db) {
    result = sqlite::ingest(db, request);
    return true;
  });
  if (!committed) return {};
  result.outcome = CommitOutcome::kCommitted;
  return result;
}

CommitOutcome SqliteStore::commit(const Changes& changes) {
  return write([&](sqlite::Connection& db) { return sqlite::commit(db, changes); }, changes.durability);
}

std::optional<std::string> SqliteStore::write_trouble() {
  return writer_->trouble();
}

std::vector<Payment> SqliteStore::claim_due(const std::string& owner, Time now, Duration lease, int limit) {
  return work([&](sqlite::Connection& db) { return sqlite::claim_due(db, owner, now, lease, limit); },
              Durability::kWithNext);
}

std::optional<Payment> SqliteStore::claim(const std::string& payment_id, const std::string& owner, Time now,
                                          Duration lease) {
  return work([&](sqlite::Connection& db) { return sqlite::claim(db, payment_id, owner, now, lease); },
              Durability::kWithNext);
}

std::vector<Placement> SqliteStore::claim_tracking(const std::string& provider, Time now, Duration lease, int limit) {
  return work([&](sqlite::Connection& db) { return sqlite::claim_tracking(db, provider, now, lease, limit); },
              Durability::kWithNext);
}

std::vector<ShopUpdate> SqliteStore::claim_shop_updates(Time now, Duration lease, int limit) {
  return work([&](sqlite::Connection& db) { return sqlite::claim_shop_updates(db, now, lease, limit); },
              Durability::kWithNext);
}

int SqliteStore::break_leases(const std::string& owner, Time now, Duration lease) {
  return work([&](sqlite::Connection& db) { return sqlite::break_leases(db, owner, now, lease); });
}

int SqliteStore::wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) {
  return work([&](sqlite::Connection& db) { return sqlite::wake_held(db, reason, provider, sku, now); },
              Durability::kWithNext);
}

int SqliteStore::wake_links(std::span<const ServiceLink> links, Time now) {
  // Nearly always nobody waits, and a read costs less than a turn of the writer.
  const std::vector<ServiceLink> wanted = waited_for(links);
  if (wanted.empty()) return 0;
  return work([&](sqlite::Connection& db) { return sqlite::wake_links(db, wanted, now); }, Durability::kWithNext);
}

CommitOutcome SqliteStore::put_product(const Product& product) {
  return write([&](sqlite::Connection& db) { return sqlite::put_product(db, product); });
}

CommitOutcome SqliteStore::delete_product(const std::string& sku) {
  return write([&](sqlite::Connection& db) { return sqlite::delete_product(db, sku); });
}

CommitOutcome SqliteStore::delete_payment(const std::string& id) {
  return write([&](sqlite::Connection& db) { return sqlite::delete_payment(db, id); });
}

CommitOutcome SqliteStore::replace_services(const std::string& provider, std::span<const ProviderService> services,
                                            Time now) {
  return write([&](sqlite::Connection& db) {
    sqlite::replace_services(db, provider, services, now);
    return CommitOutcome::kCommitted;
  });
}

CommitOutcome SqliteStore::put_job(const JobRun& job) {
  return write([&](sqlite::Connection& db) { return sqlite::put_job(db, job); });
}

int SqliteStore::anonymise(Time before, int limit) {
  return work([&](sqlite::Connection& db) { return sqlite::anonymise(db, before, limit); });
}

}  // namespace smmhost
