// What webhooks and polled orders do to the database, for a batch of deliveries of different orders.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/ports/store.h"
#include "host/store/postgres/connections.h"

namespace smmhost::postgres {

struct IngestRequest {
  Ingest ingest;
  IngestResult result;

  // Its digest, its order and its payments: two deliveries of one batch have none in common.
  std::set<std::string> keys() const;
};

// Writes all of the batch in one round trip and one transaction. Sets every result; never throws.
void ingest_batch(Connections& connections, const std::vector<IngestRequest*>& batch);

}  // namespace smmhost::postgres
