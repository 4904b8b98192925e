// What one webhook or polled order does to the database.
#pragma once

#include "core/ports/store.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// Runs inside the writer's transaction. `outcome` of the result is left to the caller.
IngestResult ingest(Connection& db, const Ingest& request);

}  // namespace smmhost::sqlite
