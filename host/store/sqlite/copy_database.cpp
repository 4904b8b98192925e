// Copying a SQLite database while it is in use, and checking what came out.
#include "host/store/sqlite/copy_database.h"

#include <vector>

namespace smmhost::sqlite {
namespace {

constexpr int kPagesAtOnce = 512;
constexpr int kBusyTimeoutMs = 10'000;
constexpr int kWaitMs = 20;

const std::string kTables =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

class Copy {
 public:
  Copy(Connection& to, Connection& from) : copy_(sqlite3_backup_init(to.handle(), "main", from.handle(), "main")) {
    if (copy_ == nullptr) throw SqlError(sqlite3_extended_errcode(to.handle()), sqlite3_errmsg(to.handle()));
  }
  ~Copy() { sqlite3_backup_finish(copy_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  void run(const std::function<bool()>& stopped) {
    for (;;) {
      if (stopped()) throw SqlError(SQLITE_INTERRUPT, "stopped");
      const int result = sqlite3_backup_step(copy_, kPagesAtOnce);
      if (result == SQLITE_DONE) return;
      if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
        sqlite3_sleep(kWaitMs);
      else if (result != SQLITE_OK)
        throw SqlError(result, sqlite3_errstr(result));
    }
  }

 private:
  sqlite3_backup* copy_;
};

}  // namespace

RowCounts count_rows(Connection& db) {
  std::vector<std::string> tables;
  for (Query query = db.query(kTables); query.next_row();) tables.push_back(query.text());
  RowCounts counts;
  for (const std::string& table : tables)
    counts[table] = std::stoll(db.single_value("SELECT count(*) FROM \"" + table + '"'));
  return counts;
}

std::string check_integrity(Connection& db) {
  return db.single_value("PRAGMA integrity_check(10)");
}

RowCounts copy_database(const std::string& from, const std::string& to, const std::function<bool()>& stopped) {
  Connection source(from, Connection::Mode::kReadOnly);
  sqlite3_busy_timeout(source.handle(), kBusyTimeoutMs);
  source.execute("PRAGMA wal_autocheckpoint = 0");
  Connection target(to, Connection::Mode::kReadWrite);
  target.execute("PRAGMA synchronous = OFF");  // the caller flushes the finished file
  // One transaction around all steps: without it a copy would start over whenever the writer commits.
  source.execute("BEGIN");
  const RowCounts counts = count_rows(source);
  Copy(target, source).run(stopped);
  source.execute("COMMIT");
  return counts;
}

}  // namespace smmhost::sqlite
