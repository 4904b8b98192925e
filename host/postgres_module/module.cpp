// The library's two entries.
#include "host/import/earlier_tables.h"
#include "host/store/postgres/postgres_store.h"
#include "host/store/postgres/wake_ups.h"
#include "host/store/postgres_module.h"

namespace smmhost {
namespace {

PostgresOptions options_of(const StoreSettings& settings) {
  PostgresOptions options;
  options.url = settings.url;
  options.prepared_statements = settings.prepared_statements;
  options.connections = settings.connections;
  options.host_name = settings.host_name;
  return options;
}

class Module final : public PostgresModule {
 public:
  std::unique_ptr<Store> open(const StoreSettings& settings) override {
    return std::make_unique<PostgresStore>(options_of(settings));
  }
  std::vector<Migration> pending_migrations(const StoreSettings& settings) override {
    return PostgresStore::pending_migrations(options_of(settings));
  }
  std::vector<Migration> migrate(const StoreSettings& settings) override {
    return PostgresStore::migrate(options_of(settings));
  }
  std::vector<std::string> living_hosts(const StoreSettings& settings) override {
    return PostgresStore::living_hosts(options_of(settings), kHostIsDeadAfter);
  }
  std::unique_ptr<WakeUps> open_wake_ups(const StoreSettings& settings, const std::string& name,
                                         std::function<void()> woken) override {
    return std::make_unique<postgres::NotifyWakeUps>(postgres::connection_string(options_of(settings)), name,
                                                     std::move(woken));
  }
  std::unique_ptr<EarlierTables> open_earlier(const std::string& url) override { return open_earlier_postgres(url); }
};

}  // namespace
}  // namespace smmhost

extern "C" const char* smmhost_postgres_version();
extern "C" const char* smmhost_postgres_version() {
  return SMMHOST_VERSION;
}

extern "C" smmhost::PostgresModule* smmhost_postgres_module();
extern "C" smmhost::PostgresModule* smmhost_postgres_module() {
  static smmhost::Module module;
  return &module;
}
