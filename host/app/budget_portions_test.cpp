#include "host/app/budget_portions.h"

#include <gmock/gmock.h>

#include <vector>

namespace smmhost {
namespace {

using std::chrono::milliseconds;
using testing::Each;
using testing::ElementsAre;

constexpr double kFast = 60'000;  // 50 calls in the time that a portion lasts

class BudgetPortionsTest : public testing::Test {
 protected:
  BudgetPortions portions(double calls_per_minute, int burst = 1000) {
    return {calls_per_minute, burst, [this](int calls, Time) -> std::optional<Duration> {
              asked_.push_back(calls);
              if (calls > free_) return Duration{700};
              return std::nullopt;
            }};
  }

  Time now_ = from_unix_ms(1'800'000'000'000);
  int free_ = 1'000'000;
  std::vector<int> asked_;
};

TEST_F(BudgetPortionsTest, ASlowRateIsTakenCallByCall) {
  BudgetPortions slow = portions(60);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(slow.take(now_));
  EXPECT_THAT(asked_, ElementsAre(1, 1, 1, 1, 1));
}

TEST_F(BudgetPortionsTest, ABusyHostAsksForEverLargerPortionsUpToWhatTheRateAllowsInTheirTime) {
  BudgetPortions busy = portions(kFast);
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(busy.take(now_));
  EXPECT_THAT(asked_, ElementsAre(1, 2, 4, 8, 16, 32, 50, 50, 50));
}

TEST_F(BudgetPortionsTest, APortionIsNeverLargerThanTheBurst) {
  BudgetPortions busy = portions(kFast, 3);
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(busy.take(now_));
  EXPECT_THAT(asked_, ElementsAre(1, 2, 3, 3));
}

TEST_F(BudgetPortionsTest, WhatIsLeftOfAPortionIsNotCalledAfterItsTime) {
  BudgetPortions busy = portions(kFast);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(busy.take(now_));  // 1, 2, and one of 4
  asked_.clear();
  EXPECT_FALSE(busy.take(now_ + BudgetPortions::kLasts));
  EXPECT_THAT(asked_, ElementsAre(1)) << "and a single call is enough for who calls now and then";
}

TEST_F(BudgetPortionsTest, WhatASteadyPaceCallsIsAskedForAtOnce) {
  BudgetPortions steady = portions(kFast);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(steady.take(now_ += milliseconds{4}));
  EXPECT_LT(asked_.size(), 20U) << "12 calls are made in the time that a portion lasts";
  asked_.clear();
  EXPECT_FALSE(steady.take(now_ + BudgetPortions::kRemembered));
  EXPECT_THAT(asked_, ElementsAre(1)) << "nothing was called for a second";
}

TEST_F(BudgetPortionsTest, RareCallsTakeNothingAhead) {
  BudgetPortions rare = portions(kFast);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(rare.take(now_ += milliseconds{60}));
  EXPECT_THAT(asked_, Each(1));
}

TEST_F(BudgetPortionsTest, WhereAPortionIsNotFreeASingleCallMayBe) {
  BudgetPortions busy = portions(kFast);
  EXPECT_FALSE(busy.take(now_));
  free_ = 1;
  EXPECT_FALSE(busy.take(now_));
  EXPECT_THAT(asked_, ElementsAre(1, 2, 1));
  free_ = 0;
  EXPECT_EQ(busy.take(now_), Duration{700});
}

TEST_F(BudgetPortionsTest, AfterAPauseNothingOfThePortionIsCalled) {
  BudgetPortions busy = portions(kFast);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(busy.take(now_));
  busy.drop();
  free_ = 0;
  EXPECT_EQ(busy.take(now_), Duration{700});
}

}  // namespace
}  // namespace smmhost
