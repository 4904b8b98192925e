// A store that hands everything to another one. Tests override what they want to go wrong.
#pragma once

#include "core/ports/store.h"

namespace smmhost::testing {

class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& real) : real_(real) {}

  IngestResult ingest(const Ingest& ingest) override { return real_.ingest(ingest); }
  CommitOutcome commit(const Changes& changes) override { return real_.commit(changes); }
  std::optional<std::string> write_trouble() override { return real_.write_trouble(); }
  std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) override {
    return real_.claim_due(owner, now, lease, limit);
  }
  std::optional<Payment> claim(const std::string& id, const std::string& owner, Time now, Duration lease) override {
    return real_.claim(id, owner, now, lease);
  }
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override {
    return real_.claim_tracking(provider, now, lease, limit);
  }
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override {
    return real_.claim_shop_updates(now, lease, limit);
  }
  int break_leases(const std::string& owner, Time now, Duration lease) override {
    return real_.break_leases(owner, now, lease);
  }
  int wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) override {
    return real_.wake_held(reason, provider, sku, now);
  }
  int wake_links(std::span<const ServiceLink> links, Time now) override { return real_.wake_links(links, now); }
  std::optional<Time> next_due() override { return real_.next_due(); }
  std::vector<PaymentDetail> payments(std::span<const std::string> ids) override { return real_.payments(ids); }
  std::optional<Placement> placement(const std::string& id) override { return real_.placement(id); }
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t> order_ids) override {
    return real_.payments_of_orders(order_ids);
  }
  std::vector<PaymentDetail> list_payments(const PaymentFilter& filter) override { return real_.list_payments(filter); }
  std::map<PaymentState, std::int64_t> count_payments() override { return real_.count_payments(); }
  std::vector<std::int64_t> orders_with_completed(std::int64_t after, int limit) override {
    return real_.orders_with_completed(after, limit);
  }
  std::vector<Placement> list_review() override { return real_.list_review(); }
  bool link_occupied(const std::string& provider, const std::string& service, const std::string& link) override {
    return real_.link_occupied(provider, service, link);
  }
  std::vector<Event> timeline(const std::string& id) override { return real_.timeline(id); }
  std::vector<Exchange> exchanges_of(const std::string& id) override { return real_.exchanges_of(id); }
  std::optional<Exchange> exchange(const std::string& id) override { return real_.exchange(id); }
  std::optional<Placement> placement_by_provider_order(const std::string& provider, const std::string& id) override {
    return real_.placement_by_provider_order(provider, id);
  }
  std::optional<ShopUpdate> shop_update(const std::string& id) override { return real_.shop_update(id); }
  std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t> order_ids) override {
    return real_.shop_updates_of_orders(order_ids);
  }
  std::vector<ShopUpdate> refused_shop_updates(int limit) override { return real_.refused_shop_updates(limit); }
  std::optional<Delivery> delivery(std::int64_t id) override { return real_.delivery(id); }
  std::vector<Delivery> list_deliveries(std::int64_t before, int limit) override {
    return real_.list_deliveries(before, limit);
  }
  std::optional<Product> product(const std::string& sku) override { return real_.product(sku); }
  std::vector<Product> list_products() override { return real_.list_products(); }
  CommitOutcome put_product(const Product& product) override { return real_.put_product(product); }
  CommitOutcome delete_product(const std::string& sku) override { return real_.delete_product(sku); }
  bool was_deleted(const std::string& payment_id) override { return real_.was_deleted(payment_id); }
  std::optional<std::string> mark(const std::string& name) override { return real_.mark(name); }
  CommitOutcome delete_payment(const std::string& id) override { return real_.delete_payment(id); }
  std::optional<ProviderStatus> provider(const std::string& name) override { return real_.provider(name); }
  std::vector<ProviderStatus> list_providers() override { return real_.list_providers(); }
  CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                 Time now) override {
    return real_.replace_services(provider, services, now);
  }
  std::optional<ProviderService> service(const std::string& provider, const std::string& id) override {
    return real_.service(provider, id);
  }
  bool knows_services(const std::string& provider) override { return real_.knows_services(provider); }
  std::vector<JobRun> list_jobs() override { return real_.list_jobs(); }
  CommitOutcome put_job(const JobRun& job) override { return real_.put_job(job); }
  int anonymise(Time before, int limit) override { return real_.anonymise(before, limit); }

 protected:
  Store& real_;
};

}  // namespace smmhost::testing
