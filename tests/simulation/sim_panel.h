// A panel with its own ledger, and a network in between that loses, delays and refuses.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace smmhost::sim {

// What a panel offers beyond buying: a proof, in one way or the other, of a purchase whose answer was lost.
struct PanelProofs {
  bool lists_orders = false;
  bool buys_once_a_key = false;
};

// The plugin between the host and the panel: which key it sends, if any. The panel knows a key only under the name that
// it was sent under.
enum class SimPlugin { kWithoutKey, kRequestId, kIdempotencyHeader };

class SimPanel : public SmmProvider {
 public:
  SimPanel(World& world, std::string name, PanelProofs proofs)
      : world_(world), name_(std::move(name)), proofs_(proofs) {}

  const std::string& name() const override { return name_; }
  ProviderCapabilities capabilities() const override;
  Reply<PlacedOrder> place(const PlaceOrder& order, Time now) override;
  Reply<std::vector<OrderStatus>> status(std::span<const std::string> order_ids, Time now) override;
  Reply<Money> balance(Time now) override;
  Reply<std::vector<ProviderService>> services(Time now) override;
  Reply<std::vector<FoundOrder>> find_orders(const OrderSearch& search, Time now) override;
  Reply<bool> cancel(const std::string& order_id, Time now) override;

  void install(SimPlugin plugin) { plugin_ = plugin; }

 private:
  Exchange exchange(const std::string& operation, TransportOutcome outcome, int status) const;
  template <class T>
  Reply<T> fail(FailureCode code, Exchange exchange) const;
  // The request reached the panel: was it announced in the database before (I3), and whose is it?
  std::string announced_placement(const PlaceOrder& order);
  // The key as the panel sees it; empty where the plugin sends none.
  std::string key_at_panel(const PlaceOrder& order) const;
  // The order that this request key made before, at a panel that buys once a key.
  const PanelOrder* made_before(const PlaceOrder& order) const;
  std::optional<FailureCode> refusal(const PlaceOrder& order) const;
  const PanelOrder& accept(const PlaceOrder& order, const std::string& placement_id);
  PanelOrder* find(const std::string& id) const;

  World& world_;
  std::string name_;
  PanelProofs proofs_;
  SimPlugin plugin_ = SimPlugin::kRequestId;
};

// The price of every service: one cent of a dollar per unit, so that sums are easy to check.
constexpr std::int64_t kPriceMicros = 10'000;
constexpr std::int64_t kServiceMin = 10;
constexpr std::int64_t kServiceMax = 100'000;

}  // namespace smmhost::sim
