// Opening the database file for writing: permissions, settings, readable refusals.
#pragma once

#include <memory>

#include "host/store/sqlite/connection.h"
#include "host/store/sqlite/sqlite_store.h"

namespace smmhost::sqlite {

// Throws CannotOpenStore. The file is created where it does not exist; migrations are the caller's.
std::unique_ptr<Connection> open_for_writing(const SqliteOptions& options);

// Runs `action`; a SqlError becomes a CannotOpenStore that names the file.
template <class Action>
auto opening(const SqliteOptions& options, Action action) {
  try {
    return action();
  } catch (const SqlError& error) {
    throw CannotOpenStore("cannot open the database " + options.path + ": " + error.what());
  }
}

}  // namespace smmhost::sqlite
