// The database goes away in the middle of the work: what was acknowledged is there, nothing is twice, and the store
// comes back by itself.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "tests/postgres/load.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using contract::kNoon;
using contract::paid_order;
using contract::sample_payment;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DatabaseFaults, AnImmediateStopInMidLoadLosesNothingThatWasAcknowledged) {
  PostgresCluster durable(PostgresCluster::Durability::kFull);
  const TestStore database("restarted", durable);
  const auto store = database.open();
  Load load(*store);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(load.comes_on(100));
    durable.stop_at_once();
    std::this_thread::sleep_for(milliseconds{200});
    durable.start();
  }
  ASSERT_TRUE(load.comes_on(100)) << "it did not come back";
  load.stop();
  EXPECT_GT(load.refused, 0) << "nobody noticed that the database was away";
  load.check(*store);
}

TEST(DatabaseFaults, EndedBackendsAreReplacedAndNothingIsWrittenTwice) {
  const TestStore database("ended");
  const auto store = database.open();
  Load load(*store);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(load.comes_on(20));
    database.end_connections();
  }
  ASSERT_TRUE(load.comes_on(200));
  load.stop();
  load.check(*store);
}

TEST(DatabaseFaults, AConnectionThatDiesDuringACommitIsInDoubt) {
  const TestStore database("doubt");
  const auto store = database.open();
  ASSERT_EQ(store->ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
  pqxx::connection locker(database.options().url);
  pqxx::work transaction(locker);
  transaction.exec("LOCK TABLE smmhost.payments IN EXCLUSIVE MODE");

  CommitOutcome outcome = CommitOutcome::kCommitted;
  std::thread writer([&] {
    Changes changes;
    changes.payments = {sample_payment("2_1", 2)};
    outcome = store->commit(changes);
  });
  const std::string waiters = " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'doubt'";
  bool waiting = false;
  for (int i = 0; i < 1000 && !waiting; ++i) {
    std::this_thread::sleep_for(milliseconds{10});
    waiting = !database.execute("SELECT 1" + waiters).empty();
  }
  EXPECT_TRUE(waiting);
  database.execute("SELECT pg_terminate_backend(pid)" + waiters);
  writer.join();
  transaction.commit();
  EXPECT_EQ(outcome, CommitOutcome::kInDoubt);
  EXPECT_FALSE(store->payment("2_1"));
}

TEST(DatabaseFaults, AStatementThatTakesTooLongIsRefusedAndNotInDoubt) {
  const TestStore database("slow");
  PostgresOptions options = database.options();
  options.statement_timeout = seconds{1};
  PostgresStore store(options);
  pqxx::connection locker(database.options().url);
  pqxx::work transaction(locker);
  transaction.exec("LOCK TABLE smmhost.payments IN ACCESS EXCLUSIVE MODE");
  EXPECT_EQ(store.ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kUnavailable);
  EXPECT_THROW(store.payment("1_1"), StoreUnavailable);
  transaction.abort();
  EXPECT_EQ(store.ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
}

TEST(DatabaseFaults, ADemotedPrimaryTakesNoWritesAndIsLeft) {
  const TestStore database("demoted");
  const auto store = database.open();
  ASSERT_EQ(store->ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
  database.execute("ALTER DATABASE demoted SET default_transaction_read_only = on");
  database.end_connections();
  ASSERT_TRUE(database.is_left());
  EXPECT_EQ(store->ingest(paid_order("d2", 2, {"2_1"})).outcome, CommitOutcome::kUnavailable)
      << "a connection that ended while it was idle leaves nothing in doubt";
  pqxx::connection administrator(PostgresCluster::shared().url());
  pqxx::nontransaction(administrator).exec("ALTER DATABASE demoted SET default_transaction_read_only = off");
  bool back = false;
  for (int i = 0; i < 1000 && !back; ++i) {
    std::this_thread::sleep_for(milliseconds{10});
    back = store->ingest(paid_order("d3", 3, {"3_1"})).outcome == CommitOutcome::kCommitted;
  }
  EXPECT_TRUE(back);
}

// Every connection that the server has, taken by somebody else.
std::vector<std::unique_ptr<pqxx::connection>> take_all_connections(const std::string& url) {
  std::vector<std::unique_ptr<pqxx::connection>> taken;
  try {
    while (taken.size() < 1'000) taken.push_back(std::make_unique<pqxx::connection>(url));
  } catch (const pqxx::failure&) {  // 53300, too many clients already
  }
  return taken;
}

TEST(DatabaseFaults, AServerWithoutAFreeConnectionRefusesAndIsUsedAgainWhenThereIsOne) {
  const TestStore database("exhausted");
  const auto store = database.open();
  ASSERT_EQ(store->ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
  database.end_connections();
  ASSERT_TRUE(database.is_left());
  auto taken = take_all_connections(database.options().url);
  ASSERT_LT(taken.size(), 1'000U);
  EXPECT_EQ(store->ingest(paid_order("d2", 2, {"2_1"})).outcome, CommitOutcome::kUnavailable)
      << "where nothing was sent nothing is in doubt";
  EXPECT_THROW(store->payment("1_1"), StoreUnavailable);
  EXPECT_THROW(store->claim_due("a", kNoon, seconds{60}, 1), StoreUnavailable);

  taken.clear();
  bool back = false;
  for (int i = 0; i < 1000 && !back; ++i) {
    std::this_thread::sleep_for(milliseconds{10});
    back = store->ingest(paid_order("d3", 3, {"3_1"})).outcome == CommitOutcome::kCommitted;
  }
  EXPECT_TRUE(back);
  EXPECT_TRUE(store->payment("1_1"));
  EXPECT_FALSE(store->payment("2_1")) << "refused, and there";
}

}  // namespace
}  // namespace smmhost::tests
