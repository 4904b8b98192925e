// The real store with a process that may die, a disk that may be full, or a connection that may break, at every read
// and every write. It also watches the fences: a write of a lease that was lost must change nothing (I8).
#pragma once

#include <deque>
#include <functional>

#include "host/app/forwarding_store.h"
#include "tests/simulation/world.h"

namespace smmhost::sim {

class FaultyStore : public ForwardingStore {
 public:
  FaultyStore(World& world, Store& real) : ForwardingStore(real), world_(world) {}

  // A write of a worker that is long gone (its process died, or was told that the store is away) reaches the database
  // after all, when others have had its rows.
  void let_a_late_write_arrive();

  IngestResult ingest(const Ingest& ingest) override;
  CommitOutcome commit(const Changes& changes) override;
  CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                 Time now) override;

  std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) override;
  std::optional<Payment> claim(const std::string& id, const std::string& owner, Time now, Duration lease) override;
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override;
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override;
  int break_leases(const std::string& owner, Time now, Duration lease) override;
  int wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) override;
  int wake_links(std::span<const ServiceLink> links, Time now) override;

  std::vector<PaymentDetail> payments(std::span<const std::string> ids) override;
  std::optional<Placement> placement(const std::string& id) override;
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t> order_ids) override;
  std::vector<PaymentDetail> list_payments(const PaymentFilter& filter) override;
  std::vector<std::int64_t> orders_with_completed(std::int64_t after, int limit) override;
  bool link_occupied(const std::string& provider, const std::string& service, const std::string& link) override;
  std::optional<Placement> placement_by_provider_order(const std::string& provider, const std::string& id) override;
  std::optional<ShopUpdate> shop_update(const std::string& id) override;
  std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t> order_ids) override;
  std::vector<ShopUpdate> refused_shop_updates(int limit) override;
  std::optional<Product> product(const std::string& sku) override;
  std::optional<std::string> mark(const std::string& name) override;
  std::optional<ProviderStatus> provider(const std::string& name) override;
  std::optional<ProviderService> service(const std::string& provider, const std::string& id) override;
  bool knows_services(const std::string& provider) override;

 private:
  // Throw now and then instead of reading.
  template <class Read>
  auto read(const char* what, const Read& from_database);
  template <class Read>
  auto read_seldom(const char* what, const Read& from_database);
  void fail_now_and_then(const char* what, int permille);
  // Throws now and then: before the work was done, or after it, when only its answer is lost.
  template <class Work>
  auto work(const char* what, const Work& in_database);
  // A database server whose machine went down had not written the claim to its disk, and whoever claimed goes on: what
  // he was given is not in the database, and others claim the same.
  bool loses_a_claim();
  static Payment as_claimed(Payment payment, const std::string& owner, Time due);
  CommitOutcome commit_watched(const Changes& changes);
  bool is_stale(const Changes& changes);
  bool has_lost_its_fence(const Changes& changes);
  std::vector<PaymentDetail> rows_of(const Changes& changes);
  void remember_late(const Changes& changes);

  World& world_;
  std::deque<Changes> late_;
};

}  // namespace smmhost::sim
