// Backup of a SQLite store into one file, and the way back.
#include "host/store/backup.h"

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/fulfilment/check_invariants.h"
#include "host/store/paid_lines.h"
#include "host/store/sqlite/copy_database.h"
#include "host/store/sqlite/open_file.h"
#include "host/store/sqlite/schema.h"
#include "host/store/sqlite/sqlite_store.h"
#include "host/store/sqlite/unfinished_file.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::UnfinishedFile;

constexpr std::string_view kScheme = "sqlite:";

std::string path_of(const std::string& url) {
  if (url.rfind(kScheme, 0) != 0)
    throw BackupRefused(
        "this is for SQLite. PostgreSQL is copied with pg_dump and pg_restore; docs/operations.md says how, and how a "
        "restored database is marked");
  return url.substr(kScheme.size());
}

// Runs `action`; what SQLite refuses is told with the file's name.
template <class Action>
auto with(const std::string& file, Action action) {
  try {
    return action();
  } catch (const sqlite::SqlError& error) {
    if ((error.code & 0xff) == SQLITE_INTERRUPT) throw BackupRefused("stopped before the copy was finished");
    throw BackupRefused(file + ": " + error.what());
  }
}

// The copy is opened as the host would open it, which is a part of the proof; migrations of an older copy run here.
std::unique_ptr<SqliteStore> open_copy(const std::string& path) {
  return std::make_unique<SqliteStore>(
      SqliteOptions{.path = path, .synchronous = SqliteOptions::Synchronous::kOff, .most_readers = 1});
}

std::vector<std::string> violations_of(Store& store) {
  std::vector<std::string> violations;
  for (const InvariantReport& report : check_invariants(store, paid_lines_of))
    for (const std::string& shown : report.shown) violations.push_back(report.name + ": " + shown);
  return violations;
}

void demand_integrity(Connection& db, const std::string& file) {
  const std::string found = sqlite::check_integrity(db);
  if (found != "ok") throw BackupRefused(file + " is damaged: " + found);
}

// Written into the copy itself, so that a copy is known as a backup wherever it goes.
void write_time_into(Connection& db, Time taken_at) {
  db.execute("INSERT INTO meta(key, value) VALUES('backup_taken_at', '" + to_iso8601(taken_at) +
             "') ON CONFLICT(key) DO UPDATE SET value = excluded.value");
}

// One file without companions, whatever happens to it next.
void make_single_file(Connection& db) {
  db.execute("PRAGMA journal_mode = DELETE");
}

void demand_free_name(const std::string& file) {
  if (file.empty()) throw BackupRefused("the backup needs a file name");
  if (fs::exists(file)) throw BackupRefused(file + " exists already; a backup never replaces a file");
}

sqlite::RowCounts counted_again(const std::string& path, const std::string& name) {
  Connection db(path, Connection::Mode::kReadOnly);
  demand_integrity(db, name);
  return sqlite::count_rows(db);
}

// Restore.

// What the file says of itself, without changing it. Refuses what cannot be restored.
Time examine(const RestoreRequest& request) {
  if (!fs::is_regular_file(request.file)) throw BackupRefused("there is no file " + request.file);
  return with(request.file, [&] {
    Connection db(request.file, Connection::Mode::kReadOnly);
    if (db.single_value("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == "0")
      throw BackupRefused(request.file + " is no backup of smmhost");
    sqlite::pending_migrations(db);  // refuses a newer schema
    demand_integrity(db, request.file);
    const std::optional<Time> taken_at = request.taken_at ? request.taken_at : sqlite::backup_taken_at(db);
    if (!taken_at)
      throw BackupRefused(request.file +
                          " does not say when it was taken, so it was not made by `smmhost backup`. If it is a whole "
                          "copy, say when it was made: --taken-at 2026-01-31T03:00:00Z");
    if (*taken_at > request.now) throw BackupRefused(request.file + " was taken in the future; look at the clock");
    return *taken_at;
  });
}

void link_or_copy(const std::string& from, const std::string& to) {
  if (link(from.c_str(), to.c_str()) == 0) return;
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) throw BackupRefused("cannot keep " + from + " as " + to + ": " + error.message());
}

// The replaced database under another name, with what its log still holds. The first name stays in place until the
// restored file replaces it in one step: a host that starts in between must never find nothing and begin anew.
std::string keep_aside(const std::string& path, Time now) {
  if (!fs::exists(path)) return {};
  std::string aside = path + ".replaced-" + to_iso8601(now);
  try {
    Connection db(path, Connection::Mode::kReadWrite);
    make_single_file(db);  // moves the log into the file
  } catch (const sqlite::SqlError&) {
    // It may be damaged; then its log is kept beside it as it is.
  }
  link_or_copy(path, aside);
  if (fs::exists(path + "-wal")) link_or_copy(path + "-wal", aside + "-wal");
  sqlite::flush_folder_of(path);
  return aside;
}

// A log that does not belong to the new file must not be read into it.
void remove_log(const std::string& path) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) unlink((path + suffix).c_str());
}

}  // namespace

BackupReport back_up(const BackupRequest& request) {
  const std::string path = path_of(request.url);
  demand_free_name(request.file);
  UnfinishedFile copy(request.file);
  BackupReport report{.file = request.file, .taken_at = request.now};
  with(request.file, [&] { report.rows = sqlite::copy_database(path, copy.path(), request.stopped); });
  report.violations = violations_of(*open_copy(copy.path()));
  with(request.file, [&] {
    Connection db(copy.path(), Connection::Mode::kReadWrite);
    make_single_file(db);
    write_time_into(db, request.now);
    ++report.rows["meta"];
  });
  const sqlite::RowCounts found = with(request.file, [&] { return counted_again(copy.path(), request.file); });
  if (found != report.rows) throw BackupRefused("the copy does not hold the rows that the database has");
  report.bytes = static_cast<std::int64_t>(fs::file_size(copy.path()));
  copy.become_new_file();
  return report;
}

RestoreReport restore(const RestoreRequest& request) {
  const std::string path = path_of(request.url);
  const sqlite::FileLock lock(path);
  RestoreReport report{.restoration = {examine(request), request.now}};

  UnfinishedFile restored(path);
  with(request.file, [&] {
    sqlite::copy_database(request.file, restored.path(), [] { return false; });
    Connection db(restored.path(), Connection::Mode::kReadWrite);
    make_single_file(db);
    db.execute("DELETE FROM meta WHERE key = 'backup_taken_at'");
    demand_integrity(db, request.file);
  });
  {
    const auto store = open_copy(restored.path());
    try {
      report.marked = mark_restored(*store, report.restoration);
      report.violations = violations_of(*store);
    } catch (const StoreUnavailable& error) {
      throw BackupRefused(request.file + " cannot be marked as restored: " + error.what());
    }
  }
  with(request.file, [&] {
    Connection db(restored.path(), Connection::Mode::kReadWrite);
    make_single_file(db);
  });
  report.kept_aside = keep_aside(path, request.now);
  remove_log(path);
  restored.replace_final_file();
  return report;
}

}  // namespace smmhost
