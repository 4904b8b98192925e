// What several hosts on one database share: signs of life, leases of the dead, budgets, wake-ups.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "core/ports/host_group.h"
#include "host/app/heartbeat.h"
#include "host/app/system_clock.h"
#include "host/store/wake_ups.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using contract::kNoon;
using contract::paid_order;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr milliseconds kDeadAfter{300};

// Gives signs without a gap until a host that is silent counts as dead. Returns how many payments were taken over.
int outlive_the_others(PostgresStore& store, const std::string& owner, Time now) {
  int taken_over = 0;
  const auto enough = std::chrono::steady_clock::now() + seconds{3};
  while (taken_over == 0 && std::chrono::steady_clock::now() < enough) {
    taken_over = store.sign_of_life(owner, now, kDeadAfter);
    std::this_thread::sleep_for(milliseconds{20});
  }
  return taken_over;
}

TEST(HostGroup, WhatADeadHostHadLeasedBecomesDueAndItsCommitsFail) {
  const TestStore database("dead_host");
  const auto dead = database.open();
  const auto alive = database.open();
  ASSERT_EQ(dead->ingest(paid_order("d1", 1, {"1_1", "1_2"})).outcome, CommitOutcome::kCommitted);
  ASSERT_EQ(dead->sign_of_life("dead", kNoon, seconds{15}), 0);
  const std::vector<Payment> leased = dead->claim_due("dead", kNoon, minutes{3}, 1);
  ASSERT_THAT(leased, SizeIs(1));
  ASSERT_THAT(alive->claim_due("alive", kNoon, minutes{3}, 10), SizeIs(1)) << "the other one";

  EXPECT_EQ(alive->sign_of_life("alive", kNoon + seconds{1}, minutes{5}), 0) << "it was seen a moment ago";
  EXPECT_THAT(alive->claim_due("alive", kNoon + seconds{1}, minutes{3}, 10), IsEmpty());
  EXPECT_EQ(outlive_the_others(*alive, "alive", kNoon + seconds{1}), 1);
  EXPECT_THAT(alive->claim_due("alive", kNoon + seconds{1}, minutes{3}, 10), SizeIs(1));

  Changes late;
  late.payments = leased;
  EXPECT_EQ(dead->commit(late), CommitOutcome::kConflict) << "it was only slow, and must not go on";
  EXPECT_EQ(dead->sign_of_life("dead", kNoon + seconds{2}, minutes{5}), 0) << "it is one of the hosts again";
}

TEST(HostGroup, WhatADeadHostWasRunningIsDueAgainAndWhatItHadEndedIsNot) {
  const TestStore database("dead_runner");
  PostgresOptions options = database.options();
  options.host_name = "dead";
  PostgresStore dead(options);
  const auto alive = database.open();
  dead.sign_of_life("dead", kNoon, seconds{15});
  JobRun running{.name = "update_delivered",
                 .last_run = kNoon,
                 .last_result = "",
                 .next_run = kNoon + minutes{10},
                 .running_since = kNoon};
  JobRun ended{.name = "purge", .last_run = kNoon, .last_result = "done", .next_run = kNoon + minutes{10}};
  ASSERT_EQ(dead.put_job(running), CommitOutcome::kCommitted);
  ASSERT_EQ(dead.put_job(ended), CommitOutcome::kCommitted);

  alive->sign_of_life("alive", kNoon + seconds{1}, minutes{5});
  EXPECT_TRUE(alive->list_jobs().at(1).running_since) << "its host was seen a moment ago";
  outlive_the_others(*alive, "alive", kNoon + seconds{1});
  const std::vector<JobRun> jobs = alive->list_jobs();
  ASSERT_THAT(jobs, SizeIs(2));
  EXPECT_EQ(jobs[0].next_run, kNoon + minutes{10}) << "it had ended";
  EXPECT_FALSE(jobs[1].running_since);
  EXPECT_EQ(jobs[1].next_run, jobs[1].last_run) << "as the scheduler marks what is due again";

  running.version = 1;
  running.running_since.reset();
  EXPECT_EQ(dead.put_job(running), CommitOutcome::kConflict) << "it was only slow: its end is no news any more";
}

TEST(HostGroup, AHostThatWasSilentItselfTakesNothingOver) {
  const TestStore database("outage");
  const auto first = database.open();
  const auto second = database.open();
  ASSERT_EQ(second->ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
  for (int i = 0; i < 2; ++i) {
    first->sign_of_life("first", kNoon, kDeadAfter);
    second->sign_of_life("second", kNoon, kDeadAfter);
    if (i == 0) {
      ASSERT_THAT(second->claim_due("second", kNoon, minutes{3}, 1), SizeIs(1));
    }
    // As long as an outage of the database, in which nobody can say that he is alive.
    std::this_thread::sleep_for(2 * kDeadAfter);
    EXPECT_EQ(first->sign_of_life("first", kNoon, kDeadAfter), 0) << "it is only the first one to be back";
  }
  EXPECT_THAT(first->claim_due("first", kNoon, minutes{3}, 1), IsEmpty());
  EXPECT_EQ(outlive_the_others(*first, "first", kNoon), 1) << "but a host that does not come back is dead";
}

TEST(HostGroup, HostsThatLiveThroughAnOutageTakeNothingOverFromEachOther) {
  PostgresCluster cluster;
  const TestStore database("outage", cluster);
  const SystemClock clock;
  std::atomic<int> taken_over = 0;
  const HeartbeatActions count{.taken_over = [&](int payments) { taken_over += payments; }};
  std::vector<std::unique_ptr<PostgresStore>> stores;
  std::vector<std::unique_ptr<Heartbeat>> hosts;
  for (const std::string name : {"a", "b", "c"}) {
    stores.push_back(database.open());
    ASSERT_EQ(stores.back()->ingest(paid_order(name, name[0], {name + "_1"})).outcome, CommitOutcome::kCommitted);
    hosts.push_back(std::make_unique<Heartbeat>(*stores.back(), clock, name,
                                                HeartbeatSettings{milliseconds{50}, milliseconds{4000}}, count));
    ASSERT_THAT(stores.back()->claim_due(name, std::max(clock.now(), kNoon), minutes{30}, 1), SizeIs(1));
  }
  // A claim waits for no flush; with this one they are on the disk.
  ASSERT_EQ(stores.back()->ingest(paid_order("d", 'd', {"d_1"})).outcome, CommitOutcome::kCommitted);
  cluster.stop_at_once();
  std::this_thread::sleep_for(seconds{5});
  cluster.start();
  std::this_thread::sleep_for(seconds{6});
  EXPECT_EQ(taken_over, 0);
  hosts.pop_back();  // one really dies
  for (int i = 0; i < 1000 && taken_over == 0; ++i) std::this_thread::sleep_for(milliseconds{10});
  EXPECT_EQ(taken_over, 1);
}

TEST(HostGroup, ASignOfLifeWaitsForNothingElse) {
  const TestStore database("busy_pool");
  PostgresOptions options = database.options();
  options.connections = 2;
  options.statement_timeout = seconds{4};
  PostgresStore store(options);
  pqxx::connection locker(options.url);
  pqxx::work transaction(locker);
  transaction.exec("LOCK TABLE smmhost.payments IN ACCESS EXCLUSIVE MODE");
  std::vector<std::thread> others;
  for (int i = 0; i < 6; ++i)
    others.emplace_back([&, i] {
      if (i % 2 == 0) {
        EXPECT_THROW(store.claim_due("a", kNoon, minutes{3}, 1), StoreUnavailable);
      } else {
        EXPECT_THROW(store.payment("1_1"), StoreUnavailable);
      }
    });
  std::this_thread::sleep_for(milliseconds{300});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(store.sign_of_life("a", kNoon, seconds{15}), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{2});
  for (std::thread& other : others) other.join();
}

TEST(HostGroup, AHostThatEndsIsForgottenAtOnce) {
  const TestStore database("farewell");
  PostgresOptions options = database.options();
  options.host_name = "ending";
  PostgresStore ending(options);
  const auto other = database.open();
  ASSERT_EQ(other->ingest(paid_order("d1", 1, {"1_1"})).outcome, CommitOutcome::kCommitted);
  EXPECT_THAT(PostgresStore::living_hosts(options, minutes{5}), IsEmpty());
  ending.sign_of_life("ending", kNoon, minutes{5});
  other->sign_of_life("other", kNoon, minutes{5});
  EXPECT_THAT(PostgresStore::living_hosts(options, minutes{5}), ElementsAre("ending", "other"));
  std::this_thread::sleep_for(milliseconds{20});
  EXPECT_THAT(PostgresStore::living_hosts(options, milliseconds{1}), IsEmpty());

  ASSERT_THAT(ending.claim_due("ending", kNoon, minutes{3}, 1), SizeIs(1));
  const JobRun running{
      .name = "purge", .last_run = kNoon, .last_result = "", .next_run = kNoon + minutes{10}, .running_since = kNoon};
  ASSERT_EQ(ending.put_job(running), CommitOutcome::kCommitted);
  EXPECT_EQ(other->list_jobs().at(0).runner, "ending");
  EXPECT_EQ(ending.farewell("ending", kNoon + seconds{1}), 1);
  EXPECT_THAT(PostgresStore::living_hosts(options, minutes{5}), ElementsAre("other"));
  EXPECT_THAT(other->claim_due("other", kNoon + seconds{1}, minutes{3}, 1), SizeIs(1));
  EXPECT_FALSE(other->list_jobs().at(0).running_since);
}

TEST(HostGroup, NobodyIsThereBeforeTheTablesAre) {
  const TestStore database("no_tables");
  EXPECT_THAT(PostgresStore::living_hosts(database.options(), minutes{5}), IsEmpty());
  EXPECT_TRUE(database.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'smmhost'").empty());
}

TEST(HostGroup, ABudgetHoldsOverAllHostsTogether) {
  const TestStore database("budget");
  const auto a = database.open();
  const auto b = database.open();
  EXPECT_FALSE(a->take_budget("yampi", 60, 3, kNoon));
  EXPECT_FALSE(b->take_budget("yampi", 60, 3, kNoon));
  EXPECT_FALSE(a->take_budget("yampi", 60, 3, kNoon));
  EXPECT_EQ(b->take_budget("yampi", 60, 3, kNoon), seconds{1}) << "the burst is spent";
  EXPECT_EQ(a->take_budget("yampi", 60, 3, kNoon + milliseconds{400}), milliseconds{600});
  EXPECT_FALSE(b->take_budget("another", 60, 3, kNoon));
  EXPECT_FALSE(b->take_budget("yampi", 60, 3, kNoon + seconds{1}));
  EXPECT_TRUE(a->take_budget("yampi", 60, 3, kNoon + seconds{1}));
}

// What host/app/budget_portions.h relies on.
TEST(HostGroup, SoManyCallsAtOnceAreOneCallOfABudgetThatHasSoManyTimesFewer) {
  const TestStore database("budget_portions");
  const auto a = database.open();
  EXPECT_FALSE(a->take_budget("panel", 60.0 / 2, 6 / 2, kNoon));
  for (int n = 0; n < 4; ++n) EXPECT_FALSE(a->take_budget("panel", 60, 6, kNoon)) << n;
  EXPECT_EQ(a->take_budget("panel", 60, 6, kNoon), seconds{1}) << "the two count as two";
  EXPECT_EQ(a->take_budget("panel", 60.0 / 2, 6 / 2, kNoon), seconds{2}) << "both or none";
}

TEST(HostGroup, NoMinuteHasMoreCallsThanTheBudgetAllows) {
  const TestStore database("budget_race");
  const auto a = database.open();
  const auto b = database.open();
  std::atomic<int> taken = 0;
  const auto take = [&](PostgresStore& store) {
    for (int ms = 0; ms < 60'000; ms += 500)
      if (!store.take_budget("yampi", 27, 3, kNoon + milliseconds{ms})) ++taken;
  };
  std::thread other([&] { take(*b); });
  take(*a);
  other.join();
  EXPECT_LE(taken, 30);
  EXPECT_GE(taken, 27);
}

TEST(HostGroup, APauseHoldsOverAllHostsTogether) {
  const TestStore database("pause");
  const auto a = database.open();
  const auto b = database.open();
  EXPECT_FALSE(a->take_budget("yampi", 60, 3, kNoon));
  a->pause_budget("yampi", minutes{2}, kNoon);
  b->pause_budget("yampi", minutes{1}, kNoon);
  EXPECT_EQ(b->take_budget("yampi", 60, 3, kNoon), minutes{2});
  EXPECT_EQ(a->take_budget("yampi", 60, 3, kNoon + seconds{119}), seconds{1}) << "the shorter one did not end it";
  EXPECT_FALSE(b->take_budget("another", 60, 3, kNoon));
  EXPECT_FALSE(b->take_budget("yampi", 60, 3, kNoon + minutes{2}));

  a->pause_budget("yampi", std::chrono::hours{100}, kNoon);
  EXPECT_EQ(b->take_budget("yampi", 60, 3, kNoon + minutes{3}), minutes{57}) << "an hour at most";
  EXPECT_FALSE(b->take_budget("yampi", 60, 3, kNoon - std::chrono::hours{5})) << "after a clock was set back";
}

TEST(HostGroup, ACallThatWasGivenBackIsThereAgain) {
  const TestStore database("give_back");
  const auto a = database.open();
  const auto b = database.open();
  EXPECT_FALSE(a->take_budget("yampi", 60, 1, kNoon));
  EXPECT_TRUE(b->take_budget("yampi", 60, 1, kNoon));
  a->give_back_budget("yampi", 60);
  EXPECT_FALSE(b->take_budget("yampi", 60, 1, kNoon));
  EXPECT_TRUE(a->take_budget("yampi", 60, 1, kNoon));
}

TEST(HostGroup, AClockThatWasFarAheadDoesNotSpendABudgetForEver) {
  const TestStore database("budget_clock");
  const auto store = database.open();
  EXPECT_FALSE(store->take_budget("yampi", 60, 1, kNoon + std::chrono::hours{24 * 365}));
  EXPECT_FALSE(store->take_budget("yampi", 60, 1, kNoon));
  EXPECT_TRUE(store->take_budget("yampi", 60, 1, kNoon));
}

TEST(WakeUps, ReachTheOthersAndNotOneself) {
  const TestStore database("wake_ups");
  StoreSettings settings(database.options().url);
  std::atomic<int> woken_a = 0;
  std::atomic<int> woken_b = 0;
  const auto a = open_wake_ups(settings, "a", [&] { ++woken_a; });
  const auto b = open_wake_ups(settings, "b", [&] { ++woken_b; });
  ASSERT_TRUE(a);
  // Until both listen: a wake-up that is told before is lost, as it may be.
  for (int i = 0; i < 500 && woken_b == 0; ++i) {
    a->tell();
    std::this_thread::sleep_for(milliseconds{20});
  }
  EXPECT_GT(woken_b, 0);
  EXPECT_EQ(woken_a, 0);

  std::this_thread::sleep_for(milliseconds{200});
  const int before = woken_b;
  for (int i = 0; i < 1000; ++i) a->tell();
  std::this_thread::sleep_for(milliseconds{500});
  EXPECT_GT(woken_b, before);
  EXPECT_LE(woken_b - before, 4) << "a flood is told as few";

  settings.prepared_statements = false;
  EXPECT_FALSE(open_wake_ups(settings, "c", [] {})) << "a pooler in transaction mode loses what is listened for";
}

TEST(WakeUps, OneThatComesWhileThisHostTellsIsNotLeftLying) {
  const TestStore database("wake_ups_meet");
  database.execute("CREATE SCHEMA slow");
  database.execute(
      "CREATE FUNCTION slow.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT pg_sleep(0.6); SELECT "
      "pg_catalog.pg_notify($1, $2)'");
  std::atomic<int> woken = 0;
  StoreSettings slow(database.options().url + "?options=-c%20search_path%3Dslow,pg_catalog");
  const auto a = open_wake_ups(slow, "a", [&] { ++woken; });
  const auto b = open_wake_ups(StoreSettings(database.options().url), "b", [] {});
  for (int i = 0; i < 500 && woken == 0; ++i) {  // until both are there
    b->tell();
    std::this_thread::sleep_for(milliseconds{20});
  }
  std::this_thread::sleep_for(milliseconds{300});

  const int before = woken;
  a->tell();
  std::this_thread::sleep_for(milliseconds{200});
  b->tell();
  for (int i = 0; i < 150 && woken == before; ++i) std::this_thread::sleep_for(milliseconds{20});
  EXPECT_GT(woken, before) << "it came with the answer to a's own";
}

}  // namespace
}  // namespace smmhost::tests
