// Opening the database that the configuration names.
#include "host/store/open_store.h"

#include <string_view>

#include "host/store/postgres_module.h"
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

}  // namespace

bool is_shared(const StoreSettings& settings) {
  return starts_with_scheme(settings.url, "postgres://") || starts_with_scheme(settings.url, "postgresql://");
}

std::vector<std::string> living_hosts(const StoreSettings& settings) {
  if (!is_shared(settings)) return {};
  return postgres_module().living_hosts(settings);
}

std::unique_ptr<Store> open_store(const StoreSettings& settings) {
  if (is_shared(settings)) return postgres_module().open(settings);
  return std::make_unique<SqliteStore>(sqlite_options(settings));
}

std::vector<Migration> pending_migrations(const StoreSettings& settings) {
  if (is_shared(settings)) return postgres_module().pending_migrations(settings);
  return SqliteStore::pending_migrations(sqlite_options(settings));
}

std::vector<Migration> migrate(const StoreSettings& settings) {
  if (is_shared(settings)) return postgres_module().migrate(settings);
  return SqliteStore::migrate(sqlite_options(settings));
}

std::unique_ptr<WakeUps> open_wake_ups(const StoreSettings& settings, const std::string& name,
                                       std::function<void()> woken) {
  if (!is_shared(settings) || !settings.prepared_statements) return nullptr;
  return postgres_module().open_wake_ups(settings, name, std::move(woken));
}

}  // namespace smmhost
