// Opening the database file for writing: permissions, settings, readable refusals.
#include "host/store/sqlite/open_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/store/sqlite/schema.h"

namespace smmhost::sqlite {
namespace {

// Created here and not by SQLite, because it holds personal data and the umask of a service is often 022. The WAL and
// its index take their permissions from this file.
void create_private_file(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) throw CannotOpenStore("cannot open or create " + path + ": " + std::strerror(errno));
  close(descriptor);
}

// Served as it is, a backup would have everything bought again that was bought since.
void refuse_backup(const std::string& path, Connection& db) {
  if (const auto taken_at = backup_taken_at(db))
    throw CannotOpenStore(path + " is a backup of " + to_iso8601(*taken_at) +
                          ". Move it to another name and put it in place with `smmhost restore FILE`, which marks what "
                          "it cannot know.");
}

const char* word(SqliteOptions::Synchronous synchronous) {
  switch (synchronous) {
    case SqliteOptions::Synchronous::kOff:
      return "OFF";
    case SqliteOptions::Synchronous::kNormal:
      return "NORMAL";
    case SqliteOptions::Synchronous::kFull:
      break;
  }
  return "FULL";
}

}  // namespace

std::unique_ptr<Connection> open_for_writing(const SqliteOptions& options) {
  create_private_file(options.path);
  return opening(options, [&] {
    auto db = std::make_unique<Connection>(options.path, Connection::Mode::kReadWrite);
    sqlite3_busy_timeout(db->handle(), options.busy_timeout_ms);
    pending_migrations(*db);  // refuses what is not ours before a byte of it is changed
    refuse_backup(options.path, *db);
    if (db->single_value("PRAGMA journal_mode = WAL") != "wal")
      throw CannotOpenStore("cannot use " + options.path + ": its file system does not support SQLite's WAL mode");
    db->execute("PRAGMA wal_autocheckpoint = 0");
    db->execute(std::string("PRAGMA synchronous = ") + word(options.synchronous));
    db->execute("PRAGMA temp_store = MEMORY");
    db->execute("PRAGMA cache_size = -8192");
    db->execute("PRAGMA journal_size_limit = 67108864");
    db->execute("PRAGMA trusted_schema = 0");
    if (options.max_page_count > 0) db->execute("PRAGMA max_page_count = " + std::to_string(options.max_page_count));
    return db;
  });
}

}  // namespace smmhost::sqlite
