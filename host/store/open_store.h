// Opening the database that the configuration names.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/ports/store.h"

namespace smmhost {

// A database that cannot be opened: the message is for the operator and says what to do.
struct CannotOpenStore : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Migration {
  int number = 0;
  std::string name;
};

struct StoreSettings {
  StoreSettings() = default;
  StoreSettings(std::string store_url) : url(std::move(store_url)) {}  // NOLINT: the URL alone is the usual case

  // "sqlite:PATH" (created where it does not exist; one host takes exclusive ownership) or
  // "postgresql://user:password@host:5432/database" (several hosts may share it). It may hold a password: never logged.
  std::string url;
  // The rest concerns PostgreSQL only. No: nothing is kept in a session, for a pooler in transaction mode.
  bool prepared_statements = true;
  int connections = 8;
  std::string host_name;  // this host's among those that share the database
};

// True for the addresses of databases that several hosts may share.
bool is_shared(const StoreSettings& settings);

// A host that the others on its database have not seen for so long is dead to them.
inline constexpr Duration kHostIsDeadAfter = std::chrono::seconds{15};

// The names of the hosts that run on a shared database, empty for one that cannot be shared. Throws CannotOpenStore.
std::vector<std::string> living_hosts(const StoreSettings& settings);

// Opens the database and applies pending migrations. Throws CannotOpenStore.
std::unique_ptr<Store> open_store(const StoreSettings& settings);

// What open_store would apply; changes nothing and creates no file. Throws CannotOpenStore.
std::vector<Migration> pending_migrations(const StoreSettings& settings);

// Applies what is pending and returns it. Throws CannotOpenStore.
std::vector<Migration> migrate(const StoreSettings& settings);

}  // namespace smmhost
