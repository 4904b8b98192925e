// What a person can make the fulfilment engine do through the API. EngineActions hands it to the engine; tests have
// their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fulfilment/engine.h"

namespace smmhost {

// Thread safe. The contracts are those of Engine's functions of the same names.
class OperatorActions {
 public:
  virtual ~OperatorActions() = default;

  virtual DecisionOutcome decide(const std::string& placement_id, const Decision& decision, Time now) = 0;
  virtual CommitOutcome pause_provider(const std::string& name, const std::string& why, Time now) = 0;
  virtual CommitOutcome resume_provider(const std::string& name, Time now) = 0;
  virtual std::optional<ShopUpdate> tell_shop_now(std::int64_t order_id, const std::string& status_alias, Time now) = 0;
  virtual std::vector<GateView> gates(Time now) const = 0;
};

class EngineActions final : public OperatorActions {
 public:
  // `engine` is borrowed and must outlive this.
  explicit EngineActions(Engine& engine) : engine_(engine) {}

  DecisionOutcome decide(const std::string& placement_id, const Decision& decision, Time now) override {
    return engine_.decide(placement_id, decision, now);
  }
  CommitOutcome pause_provider(const std::string& name, const std::string& why, Time now) override {
    return engine_.pause_provider(name, why, now);
  }
  CommitOutcome resume_provider(const std::string& name, Time now) override {
    return engine_.resume_provider(name, now);
  }
  std::optional<ShopUpdate> tell_shop_now(std::int64_t order_id, const std::string& status_alias, Time now) override {
    return engine_.tell_shop_now(order_id, status_alias, now);
  }
  std::vector<GateView> gates(Time now) const override { return engine_.gates(now); }

 private:
  Engine& engine_;
};

}  // namespace smmhost
