// A write that is no ingest and no commit: statements in one transaction, whose answer is rows.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/ports/store.h"
#include "host/store/postgres/connections.h"

namespace smmhost::postgres {

struct ScriptRequest {
  std::vector<Call> script;
  CommitOutcome outcome = CommitOutcome::kUnavailable;
  pqxx::result rows;  // of the last statement
  std::string why;    // for the operator, where the server could not be reached

  std::set<std::string> keys() const { return {}; }
};

// One after the other. Sets every outcome, and where it is kCommitted the rows. Never throws.
void run_scripts(Connections& connections, const std::vector<ScriptRequest*>& batch);

}  // namespace smmhost::postgres
