// See faulty_store.h.
#include "tests/simulation/faulty_store.h"

namespace smmhost::sim {

IngestResult FaultyStore::ingest(const Ingest& ingest) {
  if (world_.faults && world_.random.percent(5)) {
    world_.sometimes_met("store unavailable at ingest");
    return {};
  }
  return real_.ingest(ingest);
}

CommitOutcome FaultyStore::commit(const Changes& changes) {
  if (!world_.faults) return real_.commit(changes);
  if (world_.random.percent(1)) {
    world_.sometimes_met("crash before a commit");
    throw SimulatedCrash{};
  }
  if (world_.random.percent(2)) {
    world_.sometimes_met("store unavailable at a commit");
    return CommitOutcome::kUnavailable;
  }
  const CommitOutcome outcome = real_.commit(changes);
  if (world_.random.percent(1)) {
    world_.sometimes_met("crash after a commit");
    throw SimulatedCrash{};
  }
  if (outcome == CommitOutcome::kCommitted && world_.random.percent(1)) {
    world_.sometimes_met("commit in doubt, and it was made");
    return CommitOutcome::kInDoubt;
  }
  return outcome;
}

}  // namespace smmhost::sim
