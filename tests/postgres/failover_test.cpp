// The primary is lost and its synchronous standby becomes the primary: the store finds it by itself, and everything
// that was acknowledged is there.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "tests/postgres/load.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

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

// A primary whose standby is lost, and a host's store on it.
class LostStandby : public testing::Test {
 protected:
  LostStandby() {
    primary_.emplace();
    database_.emplace("alone", *primary_);
    PostgresOptions options = database_->options();
    // Far more than a statement needs on a busy machine, and less than the patience: what ends the wait is the latter.
    options.statement_timeout = seconds{1};
    options.ingest_patience = milliseconds{1500};
    options.write_patience = milliseconds{2000};
    store_ = std::make_unique<PostgresStore>(options);
    EXPECT_EQ(store().ingest(contract::paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
    wait_for("nobody");
  }

  PostgresStore& store() { return *store_; }
  // The name of the standby that commits wait for from now on; "" for none.
  void wait_for(const std::string& standby) const {
    pqxx::connection connection(primary_->url());
    pqxx::nontransaction administrator(connection);
    administrator.exec("ALTER SYSTEM SET synchronous_standby_names = '" + standby + "'");
    administrator.exec("SELECT pg_reload_conf()");
    std::this_thread::sleep_for(milliseconds{200});
  }

  std::optional<PostgresCluster> primary_;
  std::optional<TestStore> database_;
  std::unique_ptr<PostgresStore> store_;
};

TEST_F(LostStandby, DeliveriesAreInDoubtInTimeAndThereAfterwards) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(store().ingest(contract::paid_order("d2", 2, {"2_1"})).outcome, CommitOutcome::kInDoubt)
      << "the statement's timeout does not end the wait for the standby, and nothing may acknowledge it";
  EXPECT_EQ(store().ingest(contract::paid_order("d3", 3, {"3_1"})).outcome, CommitOutcome::kInDoubt)
      << "two are written at the same time";
  EXPECT_EQ(store().ingest(contract::paid_order("d4", 4, {"4_1"})).outcome, CommitOutcome::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{8});
  EXPECT_TRUE(store().payment("1_1")) << "reading needs no standby";
  EXPECT_FALSE(store().payment("2_1"));
  EXPECT_THAT(store().write_trouble().value_or(""), testing::HasSubstr("standby"));

  wait_for("");
  bool there = false;
  for (int i = 0; i < 1000 && !there; ++i) {
    std::this_thread::sleep_for(milliseconds{10});
    there = store().payment("2_1").has_value();
  }
  EXPECT_TRUE(there) << "the writing goes on when nobody waits for it any more";
  EXPECT_TRUE(store().ingest(contract::paid_order("d2", 2, {"2_1"})).duplicate_delivery) << "as Yampi repeats it";
  EXPECT_EQ(store().ingest(contract::paid_order("d4", 4, {"4_1"})).outcome, CommitOutcome::kCommitted);
  EXPECT_FALSE(store().write_trouble());
}

TEST_F(LostStandby, NoOtherWriteWaitsForEver) {
  const auto start = std::chrono::steady_clock::now();
  Changes changes;
  changes.payments = {contract::sample_payment("2_1", 2)};
  EXPECT_EQ(store().commit(changes), CommitOutcome::kInDoubt);
  EXPECT_EQ(store().put_product(contract::sample_product("first")), CommitOutcome::kInDoubt);
  for (int i = 0; i < 20; ++i)
    EXPECT_NE(store().put_product(contract::sample_product(std::to_string(i))), CommitOutcome::kCommitted);
  EXPECT_TRUE(store().payment("1_1")) << "what is read waits for none of them";
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{40});
}

TEST_F(LostStandby, TheStoreIsClosedWhileCommitsWait) {
  EXPECT_EQ(store().ingest(contract::paid_order("d2", 2, {"2_1"})).outcome, CommitOutcome::kInDoubt);
  Changes changes;
  changes.payments = {contract::sample_payment("3_1", 3)};
  EXPECT_EQ(store().commit(changes), CommitOutcome::kInDoubt);
  const auto start = std::chrono::steady_clock::now();
  store_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{10});
}

}  // namespace
}  // namespace smmhost::tests
