// Opening the database that the configuration names.
#include "host/store/open_store.h"

#include <string_view>

#include "host/store/sqlite/sqlite_store.h"

namespace smmhost {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

bool starts_with_scheme(const std::string& url, std::string_view scheme) {
  return url.rfind(scheme, 0) == 0;
}

SqliteOptions sqlite_options(const std::string& url) {
  if (starts_with_scheme(url, "postgres://") || starts_with_scheme(url, "postgresql://"))
    throw CannotOpenStore(
        "[store] url: this version of smmhost keeps its data in SQLite only. Write sqlite:PATH, for example "
        "sqlite:smmhost.db");
  if (!starts_with_scheme(url, kSqliteScheme))
    throw CannotOpenStore("[store] url: the database is written sqlite:PATH, for example sqlite:smmhost.db");
  SqliteOptions options;
  options.path = url.substr(kSqliteScheme.size());
  // "sqlite:///x" is relative for some programs and absolute for others: better refused than guessed.
  if (options.path.empty() || options.path.rfind("//", 0) == 0)
    throw CannotOpenStore(
        "[store] url: write sqlite:PATH with a plain path, for example sqlite:/var/lib/smmhost/smmhost.db");
  return options;
}

}  // namespace

std::unique_ptr<Store> open_store(const std::string& url) {
  return std::make_unique<SqliteStore>(sqlite_options(url));
}

std::vector<Migration> pending_migrations(const std::string& url) {
  return SqliteStore::pending_migrations(sqlite_options(url));
}

std::vector<Migration> migrate(const std::string& url) {
  return SqliteStore::migrate(sqlite_options(url));
}

}  // namespace smmhost
