#include "host/yampi/call_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace smmhost {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Time kStart = *parse_iso8601("2026-01-15T13:20:31Z");

TEST(CallBudget, AllowsSoManyInAnyMinute) {
  CallBudget budget(3);
  EXPECT_EQ(budget.take(kStart), std::nullopt);
  EXPECT_EQ(budget.take(kStart + seconds{10}), std::nullopt);
  EXPECT_EQ(budget.take(kStart + seconds{20}), std::nullopt);
  EXPECT_EQ(budget.take(kStart + seconds{30}), Duration(seconds{30}));
  EXPECT_EQ(budget.take(kStart + seconds{59}), Duration(seconds{1}));
  EXPECT_EQ(budget.take(kStart + seconds{60}), std::nullopt);
  EXPECT_EQ(budget.take(kStart + seconds{61}), Duration(seconds{9}));
}

TEST(CallBudget, WhatIsGivenBackCanBeTakenAgain) {
  CallBudget budget(1);
  EXPECT_EQ(budget.take(kStart), std::nullopt);
  EXPECT_NE(budget.take(kStart), std::nullopt);
  budget.give_back(kStart);
  EXPECT_EQ(budget.take(kStart), std::nullopt);
}

TEST(CallBudget, HoldsToTheTimeTheOtherSideNamed) {
  CallBudget budget(100);
  budget.block_until(kStart + seconds{29}, kStart);
  EXPECT_EQ(budget.take(kStart), Duration(seconds{29}));
  EXPECT_EQ(budget.take(kStart + seconds{29}), std::nullopt);
}

TEST(CallBudget, IsNotBlockedForLongerThanAnHour) {
  CallBudget budget(100);
  budget.block_until(kStart + hours{1000}, kStart);
  EXPECT_EQ(budget.take(kStart), Duration(hours{1}));
  EXPECT_EQ(budget.take(kStart - hours{24}), std::nullopt) << "after the clock was set back";
}

TEST(CallBudget, AClockSetBackDoesNotStopIt) {
  CallBudget budget(1);
  EXPECT_EQ(budget.take(kStart), std::nullopt);
  EXPECT_EQ(budget.take(kStart - hours{2}), std::nullopt);
}

TEST(CallBudget, WhatOtherHostsHaveTakenIsNotThere) {
  std::optional<Duration> wait;
  int given_back = 0;
  std::vector<Duration> pauses;
  CallBudget budget(2, {.take = [&](Time) { return wait; },
                        .pause = [&](Duration pause, Time) { pauses.push_back(pause); },
                        .give_back = [&] { ++given_back; }});
  EXPECT_EQ(budget.take(kStart), std::nullopt);
  wait = seconds{5};
  EXPECT_EQ(budget.take(kStart), Duration(seconds{5}));
  wait.reset();
  EXPECT_EQ(budget.take(kStart), std::nullopt) << "a refusal took none of this host's own";
  EXPECT_TRUE(budget.take(kStart)) << "two a minute";

  budget.give_back(kStart);
  EXPECT_EQ(given_back, 1);
  budget.give_back(kStart - seconds{1});
  EXPECT_EQ(given_back, 1) << "no call was taken then";
  budget.block_until(kStart + seconds{30}, kStart);
  EXPECT_EQ(pauses, std::vector<Duration>{seconds{30}}) << "the others are to wait too";
}

TEST(CallBudget, NobodyWaitsWhileTheSharedOneIsAsked) {
  std::promise<void> asked;
  std::promise<void> answer;
  CallBudget budget(2, {.take = [&](Time) -> std::optional<Duration> {
                      asked.set_value();
                      answer.get_future().wait();
                      return std::nullopt;
                    }});
  std::thread first([&] { EXPECT_EQ(budget.take(kStart), std::nullopt); });
  asked.get_future().wait();
  auto other = std::async(std::launch::async, [&] { budget.block_until(kStart + seconds{1}, kStart); });
  EXPECT_EQ(other.wait_for(seconds{10}), std::future_status::ready);
  answer.set_value();
  first.join();
}

TEST(CallBudget, IsNotOverdrawnByManyThreads) {
  CallBudget budget(30);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        if (!budget.take(kStart)) ++taken;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 30);
}

}  // namespace
}  // namespace smmhost
