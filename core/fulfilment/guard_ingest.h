// Step: an order that may have been bought before this database knew of it waits for a person.
//
// After a restore, the orders of the time between the backup and the restore come in again, by the poll or by a late
// webhook; after an import, those that the earlier program has fulfilled and forgotten. Both look like new orders.
#pragma once

#include "core/fulfilment/past.h"

namespace smmhost {

// Called on every ingest of a shop's order before it is stored. Payments that the store has already are left alone by
// the store itself; of the others
//   - a line of an imported order is dropped where the import has a line of the same SKU for it, else it goes to
//   review;
//   - a line of an order made before the restore or the import, or at an unknown time, goes to review;
//   - a line of an order that had moved on from "paid" is dropped, unless it was paid after the database's beginning:
//     who moved it on before may have fulfilled it by other means.
// Reads the store only where there was an import. Throws StoreUnavailable.
void guard_ingest(Store& store, const Past& past, Ingest& ingest);

}  // namespace smmhost
