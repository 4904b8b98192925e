// A store that gives out no work once the program is stopping: steps end after what they have already claimed.
#pragma once

#include "host/app/forwarding_store.h"
#include "host/app/stop_flag.h"

namespace smmhost {

class DrainingStore final : public ForwardingStore {
 public:
  // Both are borrowed and must outlive it.
  DrainingStore(Store& next, const StopFlag& stop) : ForwardingStore(next), stop_(stop) {}

  std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) override {
    if (stop_.raised()) return {};
    return next().claim_due(owner, now, lease, limit);
  }
  std::optional<Payment> claim(const std::string& payment_id, const std::string& owner, Time now,
                               Duration lease) override {
    if (stop_.raised()) return std::nullopt;
    return next().claim(payment_id, owner, now, lease);
  }
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override {
    if (stop_.raised()) return {};
    return next().claim_tracking(provider, now, lease, limit);
  }
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override {
    if (stop_.raised()) return {};
    return next().claim_shop_updates(now, lease, limit);
  }

 private:
  const StopFlag& stop_;
};

}  // namespace smmhost
