#include "host/yampi/call_budget.h"

#include <gtest/gtest.h>

#include <atomic>
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
