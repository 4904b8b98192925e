// A store that hands every call to another one: the base of decorators that change a few.
#pragma once

#include "core/ports/store.h"

namespace smmhost {

class ForwardingStore : public Store {
 public:
  // `next` is borrowed and must outlive it.
  explicit ForwardingStore(Store& next) : next_(next) {}

  IngestResult ingest(const Ingest& ingest) override { return next_.ingest(ingest); }
  CommitOutcome commit(const Changes& changes) override { return next_.commit(changes); }
  std::optional<std::string> write_trouble() override { return next_.write_trouble(); }
  std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) override {
    return next_.claim_due(owner, now, lease, limit);
  }
  std::optional<Payment> claim(const std::string& payment_id, const std::string& owner, Time now,
                               Duration lease) override {
    return next_.claim(payment_id, owner, now, lease);
  }
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override {
    return next_.claim_tracking(provider, now, lease, limit);
  }
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override {
    return next_.claim_shop_updates(now, lease, limit);
  }
  int break_leases(const std::string& owner, Time now, Duration lease) override {
    return next_.break_leases(owner, now, lease);
  }
  int wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) override {
    return next_.wake_held(reason, provider, sku, now);
  }
  int wake_links(std::span<const ServiceLink> links, Time now) override { return next_.wake_links(links, now); }
  std::optional<Time> next_due() override { return next_.next_due(); }

  std::vector<PaymentDetail> payments(std::span<const std::string> ids) override { return next_.payments(ids); }
  std::optional<Placement> placement(const std::string& id) override { return next_.placement(id); }
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t> order_ids) override {
    return next_.payments_of_orders(order_ids);
  }
  std::vector<PaymentDetail> list_payments(const PaymentFilter& filter) override { return next_.list_payments(filter); }
  std::map<PaymentState, std::int64_t> count_payments() override { return next_.count_payments(); }
  std::vector<std::int64_t> orders_with_completed(std::int64_t after, int limit) override {
    return next_.orders_with_completed(after, limit);
  }
  std::vector<Placement> list_review() override { return next_.list_review(); }
  bool link_occupied(const std::string& provider, const std::string& service_id, const std::string& link) override {
    return next_.link_occupied(provider, service_id, link);
  }
  std::vector<Event> timeline(const std::string& payment_id) override { return next_.timeline(payment_id); }
  std::vector<Exchange> exchanges_of(const std::string& placement_id) override {
    return next_.exchanges_of(placement_id);
  }
  std::optional<Exchange> exchange(const std::string& id) override { return next_.exchange(id); }
  std::optional<Placement> placement_by_provider_order(const std::string& provider,
                                                       const std::string& order_id) override {
    return next_.placement_by_provider_order(provider, order_id);
  }
  std::optional<ShopUpdate> shop_update(const std::string& id) override { return next_.shop_update(id); }
  std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t> order_ids) override {
    return next_.shop_updates_of_orders(order_ids);
  }
  std::vector<ShopUpdate> refused_shop_updates(int limit) override { return next_.refused_shop_updates(limit); }

  std::optional<Delivery> delivery(std::int64_t id) override { return next_.delivery(id); }
  std::vector<Delivery> list_deliveries(std::int64_t before_id, int limit) override {
    return next_.list_deliveries(before_id, limit);
  }

  std::optional<Product> product(const std::string& sku) override { return next_.product(sku); }
  std::vector<Product> list_products() override { return next_.list_products(); }
  CommitOutcome put_product(const Product& product) override { return next_.put_product(product); }
  CommitOutcome delete_product(const std::string& sku) override { return next_.delete_product(sku); }
  bool was_deleted(const std::string& payment_id) override { return next_.was_deleted(payment_id); }
  std::optional<std::string> mark(const std::string& name) override { return next_.mark(name); }
  CommitOutcome delete_payment(const std::string& id) override { return next_.delete_payment(id); }

  std::optional<ProviderStatus> provider(const std::string& name) override { return next_.provider(name); }
  std::vector<ProviderStatus> list_providers() override { return next_.list_providers(); }
  CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                 Time now) override {
    return next_.replace_services(provider, services, now);
  }
  std::optional<ProviderService> service(const std::string& provider, const std::string& service_id) override {
    return next_.service(provider, service_id);
  }
  bool knows_services(const std::string& provider) override { return next_.knows_services(provider); }

  std::vector<JobRun> list_jobs() override { return next_.list_jobs(); }
  CommitOutcome put_job(const JobRun& job) override { return next_.put_job(job); }
  int anonymise(Time before, int limit) override { return next_.anonymise(before, limit); }

 protected:
  Store& next() { return next_; }

 private:
  Store& next_;
};

}  // namespace smmhost
