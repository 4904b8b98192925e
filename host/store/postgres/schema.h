// The tables, as numbered migrations. A migration that was released is never edited; a change is a new one.
#pragma once

#include <vector>

#include "host/store/open_store.h"
#include "host/store/postgres/connection.h"

namespace smmhost::postgres {

// Whether there is a schema of ours, of any number.
bool has_tables(Connection& db);

// What is missing in the database, in order. Throws CannotOpenStore for one that a newer smmhost wrote.
std::vector<Migration> pending_migrations(Connection& db);

// Applies what is missing, each migration in its own transaction and under an advisory lock, so that hosts that start
// together do it once. Returns what this call applied.
std::vector<Migration> apply_migrations(Connection& db);

}  // namespace smmhost::postgres
