// The store on one SQLite file: WAL, synchronous=FULL, one writer thread with group commit, a few read-only
// connections.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ports/store.h"
#include "host/store/open_store.h"
#include "host/store/sqlite/file_lock.h"
#include "host/store/sqlite/readers.h"
#include "host/store/sqlite/writer.h"

namespace smmhost {

struct SqliteOptions {
  // kFull is what makes an acknowledged commit survive a power cut. The others are for simulations and tests.
  enum class Synchronous { kOff, kNormal, kFull };

  std::string path;  // created with permissions 0600 where it does not exist
  Synchronous synchronous = Synchronous::kFull;
  int max_page_count = 0;      // the file's bound in pages of 4 KiB, for tests of a full disk; 0: none
  int most_readers = 8;        // read-only connections, opened when needed
  int busy_timeout_ms = 2000;  // how long a foreign lock (a shell, a backup tool) is waited for
  sqlite::WriterOptions writer;
};

// Thread safe. Destroying it commits what is queued; no other call may run by then.
class SqliteStore final : public Store {
 public:
  // Throws CannotOpenStore: in use by another process, not a database of ours, a newer schema, no permission.
  explicit SqliteStore(SqliteOptions options);
  ~SqliteStore() override;

  static std::vector<Migration> pending_migrations(const SqliteOptions& options);
  static std::vector<Migration> migrate(const SqliteOptions& options);

  IngestResult ingest(const Ingest& ingest) override;
  CommitOutcome commit(const Changes& changes) override;

  std::optional<std::string> write_trouble() override;

  std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) override;
  std::optional<Payment> claim(const std::string& payment_id, const std::string& owner, Time now,
                               Duration lease) override;
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override;
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override;
  int break_leases(const std::string& owner, Time now, Duration lease) override;
  int wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) override;
  int wake_links(std::span<const ServiceLink> links, Time now) override;
  std::optional<Time> next_due() override;

  std::vector<PaymentDetail> payments(std::span<const std::string> ids) override;
  std::optional<Placement> placement(const std::string& id) override;
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t> order_ids) override;
  std::vector<PaymentDetail> list_payments(const PaymentFilter& filter) override;
  std::map<PaymentState, std::int64_t> count_payments() override;
  std::vector<std::int64_t> orders_with_completed(std::int64_t after, int limit) override;
  std::vector<Placement> list_review() override;
  bool link_occupied(const std::string& provider, const std::string& service_id, const std::string& link) override;
  std::vector<Event> timeline(const std::string& payment_id) override;
  std::vector<Exchange> exchanges_of(const std::string& placement_id) override;
  std::optional<Exchange> exchange(const std::string& id) override;
  std::optional<Placement> placement_by_provider_order(const std::string& provider,
                                                       const std::string& order_id) override;
  std::optional<ShopUpdate> shop_update(const std::string& id) override;
  std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t> order_ids) override;
  std::vector<ShopUpdate> refused_shop_updates(int limit) override;
  std::optional<Delivery> delivery(std::int64_t id) override;
  std::vector<Delivery> list_deliveries(std::int64_t before_id, int limit) override;

  std::optional<Product> product(const std::string& sku) override;
  std::vector<Product> list_products() override;
  CommitOutcome put_product(const Product& product) override;
  CommitOutcome delete_product(const std::string& sku) override;
  bool was_deleted(const std::string& payment_id) override;
  std::optional<std::string> mark(const std::string& name) override;
  CommitOutcome delete_payment(const std::string& id) override;

  std::optional<ProviderStatus> provider(const std::string& name) override;
  std::vector<ProviderStatus> list_providers() override;
  CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                 Time now) override;
  std::optional<ProviderService> service(const std::string& provider, const std::string& service_id) override;
  bool knows_services(const std::string& provider) override;
  std::vector<JobRun> list_jobs() override;
  CommitOutcome put_job(const JobRun& job) override;
  int anonymise(Time before, int limit) override;

 private:
  // A write whose operation says how it went; undone where that is not kCommitted.
  CommitOutcome write(const std::function<CommitOutcome(sqlite::Connection&)>& operation,
                      Durability durability = Durability::kNow);
  // Work on the writer's thread whose result is a value. Throws StoreUnavailable.
  template <class Work>
  auto work(Work operation, Durability durability = Durability::kNow);
  // Throws StoreUnavailable.
  template <class Read>
  auto read(Read operation);
  std::vector<ServiceLink> waited_for(std::span<const ServiceLink> links);

  // Destroyed from the last to the first: the readers, then the writer (which empties the WAL), then the lock.
  sqlite::FileLock lock_;
  std::unique_ptr<sqlite::Writer> writer_;
  std::unique_ptr<sqlite::Readers> readers_;
};

}  // namespace smmhost
