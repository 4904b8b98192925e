// The port to the database. Two implementations pass one contract test suite (tests/contract/).
//
// Writing is one primitive: a `Changes` is committed whole or not at all, and only if every row it replaces is still
// the version that was read. So a step of the engine is: read, decide, commit; on kConflict read and decide again.
// A provider's order belongs to one placement: no commit gives an existing placement the order of another one.
// `Payment::fence` and `Payment::version` both grow with a claim: a worker whose lease went to another commits nothing.
//
// Thread safety: all functions, from any thread. A commit that returned kCommitted survives a power cut, unless its
// `durability` says that it may wait; claims may wait.
// Reads throw StoreUnavailable where the database cannot be reached; writes say so by their outcome.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/domain/delivery.h"
#include "core/domain/event.h"
#include "core/domain/exchange.h"
#include "core/domain/job.h"
#include "core/domain/payment.h"
#include "core/domain/placement.h"
#include "core/domain/product.h"
#include "core/domain/provider_status.h"
#include "core/domain/shop_update.h"

namespace smmhost {

struct StoreUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class CommitOutcome {
  kCommitted,
  // A row was not the version given, an inserted id exists, or a placement takes a provider's order that another one
  // has: nothing was written.
  kConflict,
  kLinkBusy,     // another placement occupies the same (provider, service, link): nothing was written
  kUnavailable,  // the database refused (full, busy, gone): nothing was written
  kInDoubt,      // the connection died during the commit: read the rows again before anything else
};

// A fact about the database as a whole, kept by name: that it was restored from a backup and when, that it was
// imported.
struct Mark {
  std::string name;
  std::string value;
};

// What a commit promises once it has returned. All commits become durable in the order they were made.
enum class Durability {
  kNow,  // it survives a power cut
  // It survives the end of the process, and a power cut from the next kNow on; until then a power cut may take it back
  // together with everything behind it, as may a failover to a standby. For what is of no consequence before something
  // durable follows it.
  kWithNext
};

// Rows are given whole, with the version that was read; the store writes version + 1. Version 0 inserts.
// An insert of a shop update whose id exists is no conflict: the row stands and the insert is skipped.
struct Changes {
  std::vector<Payment> payments;
  std::vector<Placement> placements;
  std::vector<ShopUpdate> shop_updates;
  std::vector<ProviderStatus> providers;
  std::vector<Exchange> exchanges;  // inserted; an existing id is skipped
  std::vector<Event> events;        // appended
  std::vector<Mark> marks;          // set; a mark of the same name is replaced
  Durability durability = Durability::kNow;
};

// What one webhook (or one polled order) does to the database, in one transaction. The store writes the first event of
// each new payment's timeline, and one for a cancellation; an outcome kAccepted that changed nothing is kept as
// kNoChange.
struct Ingest {
  Delivery delivery;  // one with an empty digest is never a duplicate
  // One that exists already (same id) is left alone; one that was deleted comes back only by a delivery of source
  // "replay".
  std::vector<Payment> new_payments;
  // The order's new word in the shop, for payments that exist; empty: unchanged. An older `status_at` than the stored
  // one changes nothing. The word "paid" makes payments due that the shop's cancellation has ended (reason
  // kCancelledByShop): they stay as they are, and the engine sees to it that a person hears of it.
  std::int64_t order_id = 0;
  std::string status_alias;
  std::optional<Time> status_at;
  // Marks every payment of the order that has not ended as cancel_requested and due at once. It is remembered for
  // payments of the order that arrive later: they are stored as cancel_requested too. A payment whose lease runs
  // (lease_owner set, due_at ahead) stays with its worker, whose next commit conflicts. Nothing of this where the
  // order's newer word is "paid"; nor is a payment marked whose cancellation a person has decided about at `status_at`
  // or later.
  bool cancel = false;
  // When the order was made, by the shop's clock. Not stored: what may have been bought before this database knew of it
  // is told by it.
  std::optional<Time> order_created_at;
  // Only the order's history says that it was paid, and when: it stands at a later status by now. Not stored either.
  bool moved_on = false;
  std::optional<Time> order_paid_at;
};

struct IngestResult {
  CommitOutcome outcome = CommitOutcome::kUnavailable;  // kCommitted, kUnavailable or kInDoubt
  bool duplicate_delivery = false;                      // the same bytes were here before
  bool no_change = false;                               // an accepted delivery was kept as kNoChange
  std::vector<std::string> created;                     // ids of payments that are new
};

struct PaymentFilter {
  std::optional<PaymentState> state;
  std::optional<std::int64_t> order_id;
  // A whole id, order id, username or e-mail of any payment; or a part of id, SKU, username, customization, e-mail or
  // customer name of the payments that are searched. Case-insensitive for ASCII. What was anonymised is found by id and
  // order id alone.
  std::string text;
  std::string after;  // the id of the last row of the page before; newest first
  int limit = 100;    // 1..1000
  bool with_archived = false;
  // A part is looked for in so many of the newest payments (behind `after`), in so many of the open ones, and in all of
  // an order.
  int searched = 50'000;
};

struct PaymentDetail {
  Payment payment;
  std::vector<Placement> placements;  // in the order of their numbers
};

// What one order at a time may run for.
struct ServiceLink {
  std::string provider;
  std::string service_id;
  std::string link;
};

class Store {
 public:
  virtual ~Store() = default;

  // Writing.
  virtual IngestResult ingest(const Ingest& ingest) = 0;
  virtual CommitOutcome commit(const Changes& changes) = 0;

  // Why the last write was refused or had no answer, in the database's words and without anything personal; nullopt
  // from the next one on that succeeds. Does not ask the database, does not throw.
  virtual std::optional<std::string> write_trouble() = 0;

  // Work.
  // The claims of payments and placements and the two wakes are of Durability::kWithNext. A claim that a power cut took
  // back is made again; who made it is gone, or, where the database has another machine, shares its fence and version
  // with the second one: of the two, the one that commits second conflicts, and nothing is sent before a commit. What
  // was not woken is looked at in its own time.
  //
  // Leases up to `limit` payments whose due_at has come, oldest first: due_at becomes now + lease, fence and version
  // grow, lease_owner is set. Returned as they are after that.
  virtual std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) = 0;
  // The same for one payment, due or not, unless another owner's lease on it still runs.
  virtual std::optional<Payment> claim(const std::string& payment_id, const std::string& owner, Time now,
                                       Duration lease) = 0;
  // Accepted and in-progress placements of a provider whose due_at has come, oldest first; due_at becomes now + lease.
  virtual std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) = 0;
  // May be of Durability::kWithNext only where a power cut ends whoever claims too: the shop is told at once.
  virtual std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) = 0;
  // At start: payments leased by `owner` before a crash become due now. A claim of placements or shop updates bears no
  // owner: where only one process can have the database open, those due within `lease` become due now too; where
  // several hosts share it, they may be another's and keep their time. Returns how many rows became due.
  virtual int break_leases(const std::string& owner, Time now, Duration lease) = 0;
  // The two wakes make the payments and their unsent placements due now. A running lease is not broken, but its
  // worker's next commit conflicts. What is due already, and nobody's, may stay as it is: whoever claims it sees what
  // has changed. Both return how many payments they found.
  //
  // Payments held for `reason` (and at `provider`, where it is not empty; of `sku`, where it is not empty). At a
  // provider: by an unsent placement there or by a route of its product.
  virtual int wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) = 0;
  // Payments with a placement that waits for one of these links (reason kLinkBusy).
  virtual int wake_links(std::span<const ServiceLink> links, Time now) = 0;
  int wake_link(const ServiceLink& link, Time now) { return wake_links({&link, 1}, now); }
  // The earliest due_at over payments, followed placements and pending shop updates; nullopt when nothing is due ever.
  virtual std::optional<Time> next_due() = 0;

  // Reading.
  // What is asked about many at once is of one moment, costs a remote database one answer, and names each row once.
  //
  // By id; one that does not exist is left out.
  virtual std::vector<PaymentDetail> payments(std::span<const std::string> ids) = 0;
  std::optional<PaymentDetail> payment(const std::string& id) {
    std::vector<PaymentDetail> found = payments({&id, 1});
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  }
  virtual std::optional<Placement> placement(const std::string& id) = 0;
  // By order, then by id.
  virtual std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t> order_ids) = 0;
  std::vector<PaymentDetail> payments_of_order(std::int64_t order_id) { return payments_of_orders({&order_id, 1}); }
  virtual std::vector<PaymentDetail> list_payments(const PaymentFilter& filter) = 0;
  virtual std::map<PaymentState, std::int64_t> count_payments() = 0;
  // Orders with at least one kCompleted payment, none already told "delivered", oldest first, ids greater than `after`.
  virtual std::vector<std::int64_t> orders_with_completed(std::int64_t after, int limit) = 0;
  virtual std::vector<Placement> list_review() = 0;  // placements that wait for a person's decision
  // Whether any placement occupies the link at the provider for that service.
  virtual bool link_occupied(const std::string& provider, const std::string& service_id, const std::string& link) = 0;
  virtual std::vector<Event> timeline(const std::string& payment_id) = 0;
  virtual std::vector<Exchange> exchanges_of(const std::string& placement_id) = 0;
  virtual std::optional<Exchange> exchange(const std::string& id) = 0;
  virtual std::optional<Placement> placement_by_provider_order(const std::string& provider,
                                                               const std::string& order_id) = 0;
  virtual std::optional<ShopUpdate> shop_update(const std::string& id) = 0;
  // By order, the oldest first.
  virtual std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t> order_ids) = 0;
  std::vector<ShopUpdate> shop_updates_of(std::int64_t order_id) { return shop_updates_of_orders({&order_id, 1}); }
  virtual std::vector<ShopUpdate> refused_shop_updates(int limit) = 0;  // in state kRefused, the newest first

  virtual std::optional<Delivery> delivery(std::int64_t id) = 0;
  virtual std::vector<Delivery> list_deliveries(std::int64_t before_id,
                                                int limit) = 0;  // newest first; before_id 0: from the newest

  // Catalogue.
  virtual std::optional<Product> product(const std::string& sku) = 0;
  virtual std::vector<Product> list_products() = 0;
  virtual CommitOutcome put_product(const Product& product) = 0;     // version 0 inserts (kConflict if it exists)
  virtual CommitOutcome delete_product(const std::string& sku) = 0;  // kConflict where there is none

  // True for a payment that a person deleted and nothing brought back.
  virtual bool was_deleted(const std::string& payment_id) = 0;
  // The value of a mark; nullopt where it was never set.
  virtual std::optional<std::string> mark(const std::string& name) = 0;

  // Removes a payment that never had a placement sent; kConflict where it has one or does not exist.
  virtual CommitOutcome delete_payment(const std::string& id) = 0;

  // Providers and jobs.
  virtual std::optional<ProviderStatus> provider(const std::string& name) = 0;
  virtual std::vector<ProviderStatus> list_providers() = 0;
  virtual CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                         Time now) = 0;
  virtual std::optional<ProviderService> service(const std::string& provider, const std::string& service_id) = 0;
  virtual bool knows_services(const std::string& provider) = 0;  // false until replace_services was called once

  virtual std::vector<JobRun> list_jobs() = 0;
  virtual CommitOutcome put_job(const JobRun& job) = 0;  // by version, so that one slot runs on one host

  // Replaces by "anonymised" the personal fields of payments that ended before `before`, with their deliveries; then
  // the payload of deliveries received before it whose order has no payment with personal fields left: never paid, not
  // understood, deleted. At most `limit` rows of both; returns how many. Fewer than `limit`: nothing is left to do.
  virtual int anonymise(Time before, int limit) = 0;
};

}  // namespace smmhost
