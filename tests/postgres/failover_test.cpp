// The primary is lost and its synchronous standby becomes the primary: the store finds it by itself, and everything
// that was acknowledged is there.
#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/postgres/load.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using std::chrono::milliseconds;

TEST(Failover, ToAPromotedStandbyLosesNothingThatWasAcknowledged) {
  PostgresCluster primary;
  const TestStore database("failover", primary);
  PostgresStore::migrate(database.options());
  const auto standby = PostgresCluster::synchronous_standby_of(primary);
  PostgresOptions options;
  options.url = "postgresql://smmhost@127.0.0.1:" + std::to_string(primary.port()) +
                ",127.0.0.1:" + std::to_string(standby->port()) + "/failover";
  PostgresStore store(options);
  Load load(store);
  ASSERT_TRUE(load.comes_on(300));
  primary.stop_at_once();
  std::this_thread::sleep_for(milliseconds{500});
  EXPECT_GT(load.refused, 0) << "the standby takes no writes before it is promoted";
  standby->promote();
  ASSERT_TRUE(load.comes_on(300)) << "the new primary was not found";
  load.stop();
  load.check(store);
}

TEST(Failover, WithoutItsStandbyASynchronousPrimaryAcknowledgesNothing) {
  PostgresCluster primary;
  const TestStore database("alone", primary);
  const auto standby = PostgresCluster::synchronous_standby_of(primary);
  PostgresOptions options = database.options();
  options.statement_timeout = milliseconds{100};
  PostgresStore store(options);
  ASSERT_EQ(store.ingest(contract::paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
  standby->stop_at_once();
  std::atomic<bool> answered = false;
  CommitOutcome outcome = CommitOutcome::kUnavailable;
  std::thread waiting([&] {
    outcome = store.ingest(contract::paid_order("d2", 2, {"2_1"})).outcome;
    answered = true;
  });
  std::this_thread::sleep_for(milliseconds{700});
  EXPECT_FALSE(answered) << "the statement's timeout must not end the wait for the standby";
  database.end_connections();  // what an administrator does who loses patience; the commit is on the primary by then
  waiting.join();
  EXPECT_EQ(outcome, CommitOutcome::kInDoubt);
}

}  // namespace
}  // namespace smmhost::tests
