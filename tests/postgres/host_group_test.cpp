// What several hosts on one database share: signs of life, leases of the dead, budgets, wake-ups.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "core/ports/host_group.h"
#include "host/store/wake_ups.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using contract::kNoon;
using contract::paid_order;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

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
  std::this_thread::sleep_for(milliseconds{20});
  EXPECT_EQ(alive->sign_of_life("alive", kNoon + seconds{1}, milliseconds{10}), 1);
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
  std::this_thread::sleep_for(milliseconds{20});
  alive->sign_of_life("alive", kNoon + seconds{1}, milliseconds{10});
  const std::vector<JobRun> jobs = alive->list_jobs();
  ASSERT_THAT(jobs, SizeIs(2));
  EXPECT_EQ(jobs[0].next_run, kNoon + minutes{10}) << "it had ended";
  EXPECT_FALSE(jobs[1].running_since);
  EXPECT_EQ(jobs[1].next_run, jobs[1].last_run) << "as the scheduler marks what is due again";

  running.version = 1;
  running.running_since.reset();
  EXPECT_EQ(dead.put_job(running), CommitOutcome::kConflict) << "it was only slow: its end is no news any more";
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

}  // namespace
}  // namespace smmhost::tests
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

