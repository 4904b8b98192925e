// The tables, as numbered migrations. A migration that was released is never edited; a change is a new one.
#pragma once

#include <optional>
#include <vector>

#include "host/store/open_store.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// What is missing in the open database, in order. Throws CannotOpenStore for a database that a newer smmhost wrote
// and for one that is not smmhost's.
std::vector<Migration> pending_migrations(Connection& db);

// Set in a backup only: when it was taken. `db` is one of smmhost's.
std::optional<Time> backup_taken_at(Connection& db);

// What a database that does not exist yet would need.
std::vector<Migration> all_migrations();

// Applies what is missing, each migration in its own transaction. Returns what was applied.
std::vector<Migration> apply_migrations(Connection& db);

}  // namespace smmhost::sqlite
