// Providers, checkers and the shop as the engine gets them: every call is counted, and no purchase is begun while the
// program is stopping.
#pragma once

#include "core/ports/profile_checker.h"
#include "core/ports/shop.h"
#include "core/ports/smm_provider.h"
#include "host/app/stop_flag.h"
#include "host/server/metrics.h"

namespace smmhost {

// Everything given is borrowed and must outlive the object. Thread safe, as the ports are.
class ObservedProvider final : public SmmProvider {
 public:
  ObservedProvider(SmmProvider& next, Metrics& metrics, const StopFlag& stop)
      : next_(next), metrics_(metrics), stop_(stop) {}

  const std::string& name() const override { return next_.name(); }
  ProviderCapabilities capabilities() const override { return next_.capabilities(); }
  std::string unavailable() const override { return next_.unavailable(); }
  // While stopping: kUpstreamDown without an exchange, which says that nothing was sent.
  Reply<PlacedOrder> place(const PlaceOrder& order, Time now) override;
  Reply<std::vector<OrderStatus>> status(std::span<const std::string> order_ids, Time now) override;
  Reply<Money> balance(Time now) override;
  Reply<std::vector<ProviderService>> services(Time now) override;
  Reply<std::vector<FoundOrder>> find_orders(const OrderSearch& search, Time now) override;
  Reply<bool> cancel(const std::string& order_id, Time now) override;

 private:
  SmmProvider& next_;
  Metrics& metrics_;
  const StopFlag& stop_;
};

class ObservedChecker final : public ProfileChecker {
 public:
  ObservedChecker(ProfileChecker& next, Metrics& metrics) : next_(next), metrics_(metrics) {}

  const std::string& name() const override { return next_.name(); }
  bool can_list_posts() const override { return next_.can_list_posts(); }
  Reply<Profile> check(const std::string& username, Time now) override;
  Reply<std::vector<Post>> latest_posts(const std::string& username, int limit, PostKind kind, Time now) override;

 private:
  ProfileChecker& next_;
  Metrics& metrics_;
};

class ObservedShop final : public Shop {
 public:
  ObservedShop(Shop& next, Metrics& metrics) : next_(next), metrics_(metrics) {}

  Reply<Told> tell_status(std::int64_t order_id, const std::string& status_alias, Time now) override;
  Reply<ShopOrderPage> paid_orders(Time since, int page, Time now) override;

 private:
  Shop& next_;
  Metrics& metrics_;
};

}  // namespace smmhost
