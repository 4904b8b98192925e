// Behind pgbouncer in transaction mode: load of many threads over few server connections, hosts that share them, and a
// pooler that dies. The whole contract runs through it too (tests/contract).
#include "tests/support/pgbouncer.h"

#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <set>
#include <thread>

#include "tests/postgres/load.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

PostgresOptions through(const PgBouncer& pooler, const std::string& database) {
  PostgresOptions options;
  options.url = pooler.url(database);
  options.prepared_statements = false;
  return options;
}

TEST(Pgbouncer, APoolerThatIsKilledLosesNothingAndIsFoundAgain) {
  const TestStore database("pooled");
  PgBouncer pooler(PostgresCluster::shared());
  PostgresStore store(through(pooler, "pooled"));
  Load load(store);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(load.comes_on(200));
    pooler.stop_at_once();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    pooler.start();
  }
  ASSERT_TRUE(load.comes_on(200)) << "it did not come back";
  load.stop();
  EXPECT_GT(load.refused, 0) << "nobody noticed that the pooler was away";
  load.check(store);
}

TEST(Pgbouncer, TwoHostsShareItsFewConnections) {
  const TestStore database("pooled_hosts");
  const PgBouncer pooler(PostgresCluster::shared(), 2);
  PostgresStore first(through(pooler, "pooled_hosts"));
  PostgresStore second(through(pooler, "pooled_hosts"));
  constexpr int kOrders = 150;
  for (int i = 1; i <= kOrders; ++i) {
    const std::string id = std::to_string(i) + "_1";
    ASSERT_EQ(first.ingest(contract::paid_order("d" + id, i, {id})).outcome, CommitOutcome::kCommitted);
  }
  std::array<std::vector<std::string>, 2> claimed;
  const auto claim_all = [](PostgresStore& store, const std::string& owner, std::vector<std::string>& ids) {
    for (;;) {
      const auto some = store.claim_due(owner, contract::kNoon + std::chrono::hours{24}, std::chrono::minutes{3}, 7);
      if (some.empty()) return;
      for (const Payment& payment : some) ids.push_back(payment.id);
    }
  };
  std::thread other([&] { claim_all(second, "second", claimed[1]); });
  claim_all(first, "first", claimed[0]);
  other.join();
  std::set<std::string> all(claimed[0].begin(), claimed[0].end());
  all.insert(claimed[1].begin(), claimed[1].end());
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kOrders));
  EXPECT_EQ(claimed[0].size() + claimed[1].size(), all.size()) << "a payment was leased twice";
}

}  // namespace
}  // namespace smmhost::tests
