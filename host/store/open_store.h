// Opening the database that the configuration names.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
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

// Opens "sqlite:PATH" (created where it does not exist), applies pending migrations and takes exclusive ownership.
// Throws CannotOpenStore.
std::unique_ptr<Store> open_store(const std::string& url);

// What open_store would apply; changes nothing and creates no file. Throws CannotOpenStore.
std::vector<Migration> pending_migrations(const std::string& url);

// Applies what is pending and returns it. Throws CannotOpenStore.
std::vector<Migration> migrate(const std::string& url);

}  // namespace smmhost
