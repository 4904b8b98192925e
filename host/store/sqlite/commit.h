// The store's write primitive and the other writes that compare versions.
#pragma once

#include <span>

#include "core/ports/store.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// All run inside the writer's transaction. Anything but kCommitted means that the caller must undo what was written.
CommitOutcome commit(Connection& db, const Changes& changes);
CommitOutcome put_product(Connection& db, const Product& product);
CommitOutcome delete_product(Connection& db, const std::string& sku);
CommitOutcome delete_payment(Connection& db, const std::string& id);
CommitOutcome put_job(Connection& db, const JobRun& job);
void replace_services(Connection& db, const std::string& provider, std::span<const ProviderService> services, Time now);
int anonymise(Connection& db, Time before, int limit);

}  // namespace smmhost::sqlite
