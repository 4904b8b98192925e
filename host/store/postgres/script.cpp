// A write that is no ingest and no commit: statements in one transaction, whose answer is rows.
#include "host/store/postgres/script.h"

#include "host/store/postgres/failure.h"

namespace smmhost::postgres {
namespace {

// How often a deadlock or serialisation failure is tried again.
constexpr int kAttempts = 4;

// What failed, or nothing.
std::optional<Failure> try_to_run(Connections& connections, ScriptRequest& request) {
  Connections::Lease db = connections.take();
  const std::vector<Call>& script = request.script;
  try {
    request.rows =
        script.size() == 1 ? (*db).run(*script[0].statement, script[0].parameters) : (*db).run_script(script);
    connections.note_success();
    return std::nullopt;
  } catch (const std::exception& error) {
    return take_failure(error, connections, db);
  }
}

CommitOutcome outcome_of(std::optional<Failure> failure) {
  if (!failure) return CommitOutcome::kCommitted;
  if (failure == Failure::kExists) return CommitOutcome::kConflict;
  return failure == Failure::kInDoubt ? CommitOutcome::kInDoubt : CommitOutcome::kUnavailable;
}

void run(Connections& connections, ScriptRequest& request) {
  try {
    for (int attempt = 1;; ++attempt) {
      const std::optional<Failure> failure = try_to_run(connections, request);
      if (failure == Failure::kRetry && attempt < kAttempts) continue;
      request.outcome = outcome_of(failure);
      return;
    }
  } catch (const StoreUnavailable& away) {
    request.outcome = CommitOutcome::kUnavailable;
    request.why = away.what();
  }
}

}  // namespace

void run_scripts(Connections& connections, const std::vector<ScriptRequest*>& batch) {
  for (ScriptRequest* request : batch) run(connections, *request);
}

}  // namespace smmhost::postgres
