// The part of the program that speaks with PostgreSQL, in a library of its own that is loaded when an address asks for
// it: a host on SQLite does not carry libpq and what that brings (a second TLS library, Kerberos, LDAP: 3.8 MiB).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/store/open_store.h"
#include "host/store/wake_ups.h"

namespace smmhost {

class EarlierTables;

// All throw CannotOpenStore, but for open_earlier: what libpqxx throws, std::runtime_error or a kind of it.
class PostgresModule {
 public:
  virtual ~PostgresModule() = default;

  // As the functions of these names in open_store.h and wake_ups.h. `settings` name a PostgreSQL database.
  virtual std::unique_ptr<Store> open(const StoreSettings& settings) = 0;
  virtual std::vector<Migration> pending_migrations(const StoreSettings& settings) = 0;
  virtual std::vector<Migration> migrate(const StoreSettings& settings) = 0;
  virtual std::vector<std::string> living_hosts(const StoreSettings& settings) = 0;
  virtual std::unique_ptr<WakeUps> open_wake_ups(const StoreSettings& settings, const std::string& name,
                                                 std::function<void()> woken) = 0;
  // The earlier program's tables, for `smmhost import`.
  virtual std::unique_ptr<EarlierTables> open_earlier(const std::string& url) = 0;
};

// What the library exports: `const char* smmhost_postgres_version()`, which must be the program's own version, and
// `PostgresModule* smmhost_postgres_module()`, an object that lives as long as the process.
inline constexpr const char* kPostgresVersionEntry = "smmhost_postgres_version";
inline constexpr const char* kPostgresModuleEntry = "smmhost_postgres_module";

// Loads it at the first call, for the life of the process. Thread safe. Throws CannotOpenStore where the file is
// missing, cannot be loaded, or belongs to another version of the program.
PostgresModule& postgres_module();

}  // namespace smmhost
