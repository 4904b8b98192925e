// Step: a database that was restored from a backup is told so. What it cannot know goes to a person.
#pragma once

#include "core/fulfilment/past.h"

namespace smmhost {

struct MarkedRestored {
  int payments = 0;   // now in review that were not
  int purchases = 0;  // placements that wait for a decision now
};

// For a database that no host uses. First the marks are set, which guard_ingest respects; then every payment that is
// not completely bought goes to review: since the backup it may have been bought. Purchases with the provider's order
// id are followed as before. Doing it again changes nothing more. Throws StoreUnavailable; it is then to be done again.
MarkedRestored mark_restored(Store& store, const Restoration& restoration);

}  // namespace smmhost
