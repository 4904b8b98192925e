// Opening the database that the configuration names.
#include "host/store/open_store.h"

#include <string_view>

#include "host/store/postgres/postgres_store.h"
#include "host/store/sqlite/sqlite_store.h"

namespace smmhost {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

bool starts_with_scheme(const std::string& url, std::string_view scheme) {
  return url.rfind(scheme, 0) == 0;
}

SqliteOptions sqlite_options(const StoreSettings& settings) {
  if (!starts_with_scheme(settings.url, kSqliteScheme))
    throw CannotOpenStore(
        "[store] url: the database is written sqlite:PATH, for example sqlite:smmhost.db, or "
        "postgresql://user:password@host/database");
  SqliteOptions options;
  options.path = settings.url.substr(kSqliteScheme.size());
  // "sqlite:///x" is relative for some programs and absolute for others: better refused than guessed.
  if (options.path.empty() || options.path.rfind("//", 0) == 0)
    throw CannotOpenStore(
        "[store] url: write sqlite:PATH with a plain path, for example sqlite:/var/lib/smmhost/smmhost.db");
  return options;
}

PostgresOptions postgres_options(const StoreSettings& settings) {
  PostgresOptions options;
  options.url = settings.url;
  options.prepared_statements = settings.prepared_statements;
  options.connections = settings.connections;
  options.host_name = settings.host_name;
  return options;
}

}  // namespace

bool is_shared(const StoreSettings& settings) {
  return starts_with_scheme(settings.url, "postgres://") || starts_with_scheme(settings.url, "postgresql://");
}

std::vector<std::string> living_hosts(const StoreSettings& settings) {
  if (!is_shared(settings)) return {};
  return PostgresStore::living_hosts(postgres_options(settings), kHostIsDeadAfter);
}

std::unique_ptr<Store> open_store(const StoreSettings& settings) {
  if (is_shared(settings)) return std::make_unique<PostgresStore>(postgres_options(settings));
  return std::make_unique<SqliteStore>(sqlite_options(settings));
}

std::vector<Migration> pending_migrations(const StoreSettings& settings) {
  if (is_shared(settings)) return PostgresStore::pending_migrations(postgres_options(settings));
  return SqliteStore::pending_migrations(sqlite_options(settings));
}

std::vector<Migration> migrate(const StoreSettings& settings) {
  if (is_shared(settings)) return PostgresStore::migrate(postgres_options(settings));
  return SqliteStore::migrate(sqlite_options(settings));
}

}  // namespace smmhost
