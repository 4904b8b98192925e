// The real engine on the real SQLite store, with a scripted world around them and a clock that the test turns.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/fulfilment/engine.h"
#include "host/app/forwarding_store.h"
#include "host/store/sqlite/sqlite_store.h"
#include "tests/support/scripted_ports.h"
#include "tests/support/temporary_folder.h"

namespace smmhost::testing {

using namespace std::chrono_literals;

// Runs `before_commit` before each commit; what it returns, if anything, is the outcome instead of a commit.
class InterceptedStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::function<std::optional<CommitOutcome>(const Changes&)> before_commit;

  CommitOutcome commit(const Changes& changes) override {
    if (before_commit)
      if (const auto outcome = before_commit(changes)) return *outcome;
    return next().commit(changes);
  }

  std::vector<int> claims_of_updates;  // how many each asked for
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override {
    claims_of_updates.push_back(limit);
    return next().claim_shop_updates(now, lease, limit);
  }

  int claims_of_tracking = 0;
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override {
    ++claims_of_tracking;
    return next().claim_tracking(provider, now, lease, limit);
  }

  int reads_of_lines = 0;
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t> order_ids) override {
    ++reads_of_lines;
    return next().payments_of_orders(order_ids);
  }
};

class EngineTest : public ::testing::Test {
 protected:
  EngineTest();
  ~EngineTest() override;

  // Builds the engine anew, as after a restart; the settings may have been changed.
  void start_engine();

  // SKUs: SEG (followers, 100 a unit), CURT (likes, 100 a unit), VIEW (views, 100 a unit), all service "7" at
  // machinesmm.
  void add_product(const std::string& sku, const std::string& type, std::vector<Route> routes = {},
                   std::int64_t base_quantity = 100);
  void change_product(const std::string& sku, const std::function<void(Product&)>& change);
  void list_service(const std::string& provider, const std::string& service_id, std::int64_t min, std::int64_t max);

  // Posts a paid order; the ids of its payments are "{order}_1", "{order}_2", ...
  void post(std::int64_t order_id, std::vector<ShopOrderLine> lines);
  void post(std::int64_t order_id, const std::string& sku, const std::string& customization, std::int64_t quantity = 1);
  void post_status(std::int64_t order_id, const std::string& status_alias);

  // Works on everything that is due.
  void work();
  void pass(Duration time) { now += time; }
  // Lets time pass until the placements are due to be asked about, and asks.
  void track();
  // Brings a followers line to `accepted` with the provider's order 1001.
  void buy_one_line();

  Payment payment(const std::string& id);
  Placement placement(const std::string& id);
  PaymentState state(const std::string& id) { return payment(id).state; }
  Reason reason(const std::string& id) { return payment(id).reason; }
  ShopUpdateState told(const std::string& update_id);
  bool timeline_has(const std::string& payment_id, const std::string& kind, const std::string& part_of_why);

  Time now = from_unix_ms(1'768'483'231'000);
  const tests::TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path();
  std::unique_ptr<SqliteStore> database;
  std::unique_ptr<InterceptedStore> store;
  ScriptedProvider panel{"machinesmm"};
  ScriptedProvider other_panel{"worldsmm"};
  ScriptedChecker checker{"looter"};
  ScriptedChecker second_checker{"instagram230"};
  ScriptedShop shop;
  FulfilmentSettings settings;
  GateSettings gate{.calls_per_minute = 6'000, .burst = 1'000};  // of the panels
  const GateSettings checker_gate{.calls_per_minute = 6'000, .burst = 1'000};
  std::unique_ptr<Engine> engine;

 private:
  int deliveries_ = 0;
};

}  // namespace smmhost::testing
