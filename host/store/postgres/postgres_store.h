// The store on a PostgreSQL database, which several hosts may share.
//
// Deliveries that wait at the same time are written together in one statement, and so are commits; everything else
// takes a connection of a pool for one round trip. After the server was away, calls fail until it is back, and then
// work again by themselves. A write whose answer was lost, or has not come when the caller's patience is over, is
// kInDoubt and never tried again: it may be committed at any time later. No call waits for ever, also where the server
// does: for a standby that is lost, say.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/ports/host_group.h"
#include "core/ports/store.h"
#include "host/store/open_store.h"
#include "host/store/postgres/commit.h"
#include "host/store/postgres/connection_settings.h"
#include "host/store/postgres/connections.h"
#include "host/store/postgres/due_floors.h"
#include "host/store/postgres/ingest.h"
#include "host/store/postgres/lane.h"
#include "host/store/postgres/script.h"

namespace smmhost {

// Thread safe. No call may run while it is destroyed; what the server has still not answered by then is given up.
class PostgresStore final : public Store, public HostGroup {
 public:
  // Applies what migrations are missing. Throws CannotOpenStore: not reachable, refused, a newer schema, or a setting
  // with which an acknowledged commit could be lost.
  explicit PostgresStore(const PostgresOptions& options);
  ~PostgresStore() override;

  static std::vector<Migration> pending_migrations(const PostgresOptions& options);
  static std::vector<Migration> migrate(const PostgresOptions& options);
  // The names of the hosts that were seen within `silent`; none where the database has no tables of ours.
  static std::vector<std::string> living_hosts(const PostgresOptions& options, Duration silent);

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

  int sign_of_life(const std::string& owner, Time now, Duration dead_after) override;
  int farewell(const std::string& owner, Time now) override;
  std::optional<Duration> take_budget(const std::string& name, double per_minute, int burst, Time now) override;
  void pause_budget(const std::string& name, Duration pause, Time now) override;
  void give_back_budget(const std::string& name, double per_minute) override;

 private:
  // One statement that only reads, tried a second time where the connection broke. Throws StoreUnavailable.
  pqxx::result read(const postgres::Statement& statement, const postgres::Parameters& parameters);
  // Statements that write and whose answer is rows. Throws StoreUnavailable, also where the answer was lost.
  pqxx::result work(std::vector<postgres::Call> script);
  // The same for what is of Durability::kWithNext.
  pqxx::result claim_by(std::vector<postgres::Call> script);
  // The same for one whose answer is how many rows it changed: one is kCommitted, none is kConflict.
  CommitOutcome write_one(const postgres::Statement& statement, postgres::Parameters parameters);
  // Sets `rows` where it returns kCommitted.
  CommitOutcome write(std::vector<postgres::Call> script, pqxx::result& rows);
  void fold_counts();
  postgres::DueTimes oldest_due();
  // Where claims at this time begin, after a look at everything if it is time for one. Throws StoreUnavailable.
  postgres::DueTimes floors(Time now);
  struct Sign {
    Duration without_gap;  // for how long `owner` has given signs
    bool others_are_dead;
  };
  Sign give_sign(const std::string& owner, Duration dead_after);

  postgres::Lane<postgres::IngestRequest> ingests_;
  postgres::Lane<postgres::CommitRequest> commits_;
  postgres::Lane<postgres::CommitRequest> commits_with_next_;
  postgres::Lane<postgres::ScriptRequest> works_;
  postgres::Lane<postgres::ScriptRequest> claims_;  // and wakes and budgets
  postgres::Lane<postgres::ScriptRequest> signs_;   // of life, which must not wait for anything else
  postgres::Connections for_reads_;
  const std::string host_name_;
  postgres::DueFloors due_floors_;
  std::mutex signs_mutex_;
  std::map<std::string, std::int64_t> alive_since_;  // by owner; ms by the server's clock
};

}  // namespace smmhost
