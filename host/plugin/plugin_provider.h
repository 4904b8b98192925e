// An SMM panel reached through a plugin: SmmProvider on the driver.
//
// The money rule of place(): once a request that writes has left and is not clearly answered, or the plugin's word does
// not fit what the host saw, the failure is kOutcomeUnknown, whatever the plugin says.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/ports/smm_provider.h"
#include "host/plugin/plugin_slot.h"

namespace smmhost {

class PluginProvider final : public SmmProvider {
 public:
  PluginProvider(std::shared_ptr<PluginSlot> slot, const PluginEnvironment& environment)
      : slot_(std::move(slot)), environment_(environment) {}
  // One that always serves the same instance.
  PluginProvider(std::unique_ptr<PluginInstance> instance, Duration timeout, bool allow_http,
                 const PluginEnvironment& environment);

  const std::string& name() const override { return slot_->name(); }
  // Nothing while nothing serves.
  ProviderCapabilities capabilities() const override;
  std::string unavailable() const override { return slot_->unavailable(environment_.clock.now()); }

  Reply<PlacedOrder> place(const PlaceOrder& order, Time now) override;
  // More than 100 ids are asked in several calls; the first failure is the whole answer.
  Reply<std::vector<OrderStatus>> status(std::span<const std::string> order_ids, Time now) override;
  Reply<Money> balance(Time now) override;
  Reply<std::vector<ProviderService>> services(Time now) override;
  // An empty listing that does not surely reach back to the search is a failure, not an answer.
  Reply<std::vector<FoundOrder>> find_orders(const OrderSearch& search, Time now) override;
  Reply<bool> cancel(const std::string& order_id, Time now) override;

 private:
  std::shared_ptr<PluginSlot> slot_;
  PluginEnvironment environment_;
};

}  // namespace smmhost
