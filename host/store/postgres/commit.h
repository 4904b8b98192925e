// The store's write primitive, for a batch of commits that are independent of each other.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/ports/store.h"
#include "host/store/postgres/connections.h"

namespace smmhost::postgres {

struct CommitRequest {
  Changes changes;
  CommitOutcome outcome = CommitOutcome::kUnavailable;

  // The rows and links it writes: two commits of one batch have none in common.
  std::set<std::string> keys() const;
};

// Writes all of the batch in one statement, and each request whole or not at all. Sets every outcome; never throws.
void commit_batch(Connections& connections, const std::vector<CommitRequest*>& batch);

}  // namespace smmhost::postgres
