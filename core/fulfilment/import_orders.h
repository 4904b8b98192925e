// Step: taking over the orders of the earlier program, so that a running shop moves without buying anything twice.
//
// That program kept two tables. It bought a line when its profile was `public` and `finished` was 0, set `finished`
// after the panel had answered, and kept nothing of the purchase. A crash between the two, or a likes order of which
// one of four parts failed, left a line unfinished that was bought. So:
//   - finished: comes over finished, and is never bought
//   - not finished, never `public`: was never bought, and is fulfilled here like a new one
//   - not finished, `public`: nobody can know; a person decides
// It told lines by their position in the order and the shop tells them by id, so an imported order is marked and known
// as a whole (guard_ingest).
#pragma once

#include <string>
#include <vector>

#include "core/ports/store.h"

namespace smmhost {

// A row of its table product_services, as text.
struct EarlierProduct {
  std::string sku;
  std::string service_id;
  std::string api;
  std::string base_quantity;
  std::string type;
};

// A row of its table payments, as text; NULL is "".
struct EarlierPayment {
  std::string id;
  std::string order_id;
  std::string status_alias;
  std::string customer_name;
  std::string email;
  std::string phone_full_number;
  std::string item_sku;
  std::string item_quantity;
  std::string customization;
  std::string finished;
  std::string profile_status;
};

struct EarlierShop {
  std::vector<EarlierProduct> products;
  std::vector<EarlierPayment> payments;
};

enum class ImportFate {
  kFinished,   // comes over finished
  kToFulfil,   // comes over and is fulfilled here
  kToReview,   // comes over and waits for a person
  kCancelled,  // comes over as cancelled
  kProduct,    // a product that comes over
  kKnown,      // is here already; stays as it is
  kUnusable,   // cannot come over; a person must look at it
};

std::string_view to_string(ImportFate fate);

struct ImportedRow {
  std::string id;  // of the payment, or the SKU
  std::string sku;
  ImportFate fate = ImportFate::kUnusable;
  std::string why;  // for a person
};

enum class ImportMode { kDryRun, kImport };

// For a database that no host uses. Every order comes over whole or not at all; doing it again adds only what is new.
// Products first. `store` may be null with kDryRun: an empty database. Throws StoreUnavailable; it is then to be done
// again.
std::vector<ImportedRow> import_orders(Store* store, const EarlierShop& earlier, Time now, ImportMode mode);

}  // namespace smmhost
