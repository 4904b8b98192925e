// A store that cannot be reached, for tests: writes say so, reads throw.
#pragma once

#include "core/ports/store.h"

namespace smmhost::server_test {

class UnavailableStore final : public Store {
 public:
  CommitOutcome writes = CommitOutcome::kUnavailable;  // or kInDoubt

  IngestResult ingest(const Ingest&) override { return {.outcome = writes}; }
  CommitOutcome commit(const Changes&) override { return writes; }
  std::optional<std::string> write_trouble() override { return std::nullopt; }
  std::vector<Payment> claim_due(const std::string&, Time, Duration, int) override { gone(); }
  std::optional<Payment> claim(const std::string&, const std::string&, Time, Duration) override { gone(); }
  std::vector<Placement> claim_tracking(const std::string&, Time, Duration, int) override { gone(); }
  std::vector<ShopUpdate> claim_shop_updates(Time, Duration, int) override { gone(); }
  int break_leases(const std::string&, Time, Duration) override { gone(); }
  int wake_held(Reason, const std::string&, const std::string&, Time) override { gone(); }
  int wake_links(std::span<const ServiceLink>, Time) override { gone(); }
  std::optional<Time> next_due() override { gone(); }
  std::vector<PaymentDetail> payments(std::span<const std::string>) override { gone(); }
  std::optional<Placement> placement(const std::string&) override { gone(); }
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t>) override { gone(); }
  std::vector<PaymentDetail> list_payments(const PaymentFilter&) override { gone(); }
  std::map<PaymentState, std::int64_t> count_payments() override { gone(); }
  std::vector<std::int64_t> orders_with_completed(std::int64_t, int) override { gone(); }
  std::vector<Placement> list_review() override { gone(); }
  bool link_occupied(const std::string&, const std::string&, const std::string&) override { gone(); }
  std::vector<Event> timeline(const std::string&) override { gone(); }
  std::vector<Exchange> exchanges_of(const std::string&) override { gone(); }
  std::optional<Exchange> exchange(const std::string&) override { gone(); }
  std::optional<Placement> placement_by_provider_order(const std::string&, const std::string&) override { gone(); }
  std::optional<ShopUpdate> shop_update(const std::string&) override { gone(); }
  std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t>) override { gone(); }
  std::vector<ShopUpdate> refused_shop_updates(int) override { gone(); }
  std::optional<Delivery> delivery(std::int64_t) override { gone(); }
  std::vector<Delivery> list_deliveries(std::int64_t, int) override { gone(); }
  std::optional<Product> product(const std::string&) override { gone(); }
  std::vector<Product> list_products() override { gone(); }
  CommitOutcome put_product(const Product&) override { return writes; }
  CommitOutcome delete_product(const std::string&) override { return writes; }
  bool was_deleted(const std::string&) override { gone(); }
  std::optional<std::string> mark(const std::string&) override { gone(); }
  CommitOutcome delete_payment(const std::string&) override { return writes; }
  std::optional<ProviderStatus> provider(const std::string&) override { gone(); }
  std::vector<ProviderStatus> list_providers() override { gone(); }
  CommitOutcome replace_services(const std::string&, std::span<const ProviderService>, Time) override { return writes; }
  std::optional<ProviderService> service(const std::string&, const std::string&) override { gone(); }
  bool knows_services(const std::string&) override { gone(); }
  std::vector<JobRun> list_jobs() override { gone(); }
  CommitOutcome put_job(const JobRun&) override { return writes; }
  int anonymise(Time, int) override { gone(); }

 private:
  [[noreturn]] static void gone() { throw StoreUnavailable("gone"); }
};

}  // namespace smmhost::server_test
