#include "host/app/workers.h"

#include <gtest/gtest.h>

#include <future>
#include <set>

#include "host/app/system_clock.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

class WorkersTest : public testing::Test {
 protected:
  FulfilmentSteps steps() {
    return {[this](const std::string& id, Time) { return on_payment_(id); },
            [this](Time, int limit) { return on_look_(limit); },
            [this](const PaymentDetail& claimed, Time) { on_claimed_(claimed.payment.id); },
            [this](Time) { return on_track_(); },
            [this](Time, int) { return on_tell_(); },
            [this](Time) { return ++flushed_, 0; },
            [this] { return on_next_due_(); }};
  }
  Workers workers(int threads = 2) {
    return Workers{steps(), clock_, {.threads = threads, .shortest_pause = 5ms, .longest_pause = longest_pause_}};
  }
  static std::vector<PaymentDetail> some_of(std::atomic<int>& left, int limit) {
    std::vector<PaymentDetail> claimed;
    for (; limit > 0 && left > 0; --limit) claimed.emplace_back().payment.id = std::to_string(left--);
    return claimed;
  }
  std::set<std::string> worked() {
    const std::lock_guard lock(mutex_);
    return worked_;
  }

  SystemClock clock_;
  std::mutex mutex_;
  std::set<std::string> worked_;
  std::atomic<int> looks_{0}, worked_on_{0}, tracked_{0}, told_{0}, flushed_{0};
  std::optional<Time> next_due_;  // set before start()
  Duration longest_pause_ = 1h;
  std::function<bool(const std::string&)> on_payment_ = [this](const std::string& id) {
    const std::lock_guard lock(mutex_);
    return worked_.insert(id).second;
  };
  std::function<std::vector<PaymentDetail>(int)> on_look_ = [this](int) {
    return ++looks_, std::vector<PaymentDetail>();
  };
  std::function<std::optional<Time>()> on_next_due_ = [this] { return next_due_; };
  std::function<int()> on_track_ = [this] { return ++tracked_, 0; };
  std::function<int()> on_tell_ = [this] { return ++told_, 0; };
  std::function<void(const std::string&)> on_claimed_ = [this](const std::string& id) { on_payment_(id); };
};

TEST_F(WorkersTest, AWokenPaymentIsWorkedOnWithoutWaitingForTheNextLook) {
  Workers w = workers();
  w.start();
  ASSERT_TRUE(eventually([&] { return looks_ > 0; }));
  w.wake({"1_1", "1_2", "2_1"});
  EXPECT_TRUE(eventually([&] { return worked().size() == 3; }));
}

TEST_F(WorkersTest, ABurstBeyondTheQueueIsClaimedTogetherAtOnceAndNotOneByOne) {
  std::atomic<int> due = 0;
  on_look_ = [&](int limit) { return ++looks_, some_of(due, limit); };
  Workers w = workers();
  w.start();
  ASSERT_TRUE(eventually([&] { return looks_ > 0; }));
  std::this_thread::sleep_for(50ms);
  due = 5;
  w.wake(std::vector<std::string>(1'000, "of the burst"));
  EXPECT_TRUE(eventually([&] { return worked().size() == 5; }));
  EXPECT_EQ(worked().count("of the burst"), 0u);
}

TEST_F(WorkersTest, WithoutAnyWakeUpDueWorkIsFound) {
  longest_pause_ = 20ms;
  Workers w = workers();
  w.start();
  EXPECT_TRUE(eventually([&] { return looks_ > 3 && tracked_ > 3 && told_ > 3 && flushed_ > 3; }));
}

TEST_F(WorkersTest, AWakeUpWithoutNamesLooksAtOnce) {
  Workers w = workers();
  w.start();
  ASSERT_TRUE(eventually([&] { return looks_ > 0; }));
  std::this_thread::sleep_for(50ms);
  const int before = looks_;
  w.wake({});
  EXPECT_TRUE(eventually([&] { return looks_ > before; }));
}

TEST_F(WorkersTest, ABacklogIsWorkedOnByEveryThread) {
  std::atomic<int> left{40}, at_once{0}, most{0};
  on_look_ = [&](int limit) { return some_of(left, limit); };
  on_claimed_ = [&](const std::string&) {
    most = std::max(most.load(), ++at_once);
    std::this_thread::sleep_for(10ms);  // less than until the next look that nobody asked for
    --at_once;
    ++worked_on_;
  };
  Workers w = workers(4);
  w.start();
  EXPECT_TRUE(eventually([&] { return worked_on_ == 40; }));
  EXPECT_EQ(most, 4);
}

TEST_F(WorkersTest, OneLookClaimsEnoughForEveryThreadToGoOnWith) {
  std::atomic<int> left{80};
  on_look_ = [&](int limit) { return ++looks_, some_of(left, limit); };
  on_claimed_ = [&](const std::string&) { ++worked_on_; };
  Workers w = workers(4);
  w.start();
  EXPECT_TRUE(eventually([&] { return worked_on_ == 80; }));
  EXPECT_LE(looks_, 20) << "a question to the database for each payment";
}

TEST_F(WorkersTest, ThreadsThatHaveNothingToDoAreNotStarted) {
  std::set<std::thread::id> threads;
  const auto in_thread = [&] {
    const std::lock_guard lock(mutex_);
    threads.insert(std::this_thread::get_id());
  };
  on_look_ = [&](int) { return in_thread(), ++looks_, std::vector<PaymentDetail>(); };
  on_tell_ = [&] { return in_thread(), ++told_, 0; };
  longest_pause_ = 5ms;
  Workers w = workers(32);
  w.start();
  EXPECT_TRUE(eventually([&] { return looks_ > 20 && told_ > 20; }));
  w.stop();
  EXPECT_LE(threads.size(), 4u) << "of each kind one that looks, and one that could";
}

TEST_F(WorkersTest, ABacklogDoesNotKeepANewOrderWaiting) {
  std::atomic<int> left{1'000'000};
  on_look_ = [&](int limit) { return some_of(left, limit); };
  on_claimed_ = [&](const std::string&) { std::this_thread::sleep_for(1ms); };
  Workers w = workers(1);  // of several, one could find the order between two looks of the others
  w.start();
  w.wake({"1_1"});
  EXPECT_TRUE(eventually([&] { return worked().size() == 1; }));
}

TEST_F(WorkersTest, NothingDueMeansNoBusyLoop) {
  next_due_ = clock_.now();  // something is due that none of the threads can take
  Workers w = workers(4);
  w.start();
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(looks_, 100);
  EXPECT_LT(tracked_, 100);
  EXPECT_LT(told_, 100) << "each of those that tell the shop asks the database by itself";
}

TEST_F(WorkersTest, ManyUpdatesForASlowShopAreToldByManyThreads) {
  std::atomic<int> left{200}, at_once{0}, most{0};
  on_tell_ = [&] {
    if (left-- <= 0) return 0;
    most = std::max(most.load(), ++at_once);
    std::this_thread::sleep_for(100ms);
    --at_once;
    return 1;
  };
  Workers w = workers();
  w.start();
  EXPECT_TRUE(eventually([&] { return most >= 10; })) << most;
}

TEST_F(WorkersTest, TheShopIsToldSoonAfterAPaymentWentOn) {
  Workers w = workers();
  w.start();
  ASSERT_TRUE(eventually([&] { return told_ > 0; }));
  std::this_thread::sleep_for(50ms);
  ASSERT_EQ(told_, 1) << "nothing is due for an hour";
  w.wake({"1_1"});
  EXPECT_TRUE(eventually([&] { return told_ > 1; }));
}

TEST_F(WorkersTest, TheShopIsToldSoonAfterStatusesCame) {
  std::promise<void> statuses_come;
  on_track_ = [&] { return ++tracked_ == 1 ? statuses_come.get_future().wait(), 1 : 0; };
  Workers w = workers();
  w.start();
  ASSERT_TRUE(eventually([&] { return told_ > 0; }));
  std::this_thread::sleep_for(50ms);
  ASSERT_EQ(told_, 1) << "nothing is due for an hour";
  statuses_come.set_value();
  EXPECT_TRUE(eventually([&] { return told_ > 1; }));
}

TEST_F(WorkersTest, WhatComesDueOneAfterTheOtherIsAskedForAndToldTogether) {
  on_track_ = [&] { return ++tracked_, 1; };
  on_tell_ = [&] { return ++told_, 1; };
  const auto began = std::chrono::steady_clock::now();
  Workers w = workers();
  w.start();
  std::this_thread::sleep_for(300ms);
  w.stop();
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LE(tracked_, took / 50ms + 2);
  EXPECT_LE(told_, took / 25ms + 2);
}

TEST_F(WorkersTest, ALookThatLeftSomethingIsFollowedByAnotherAtOnce) {
  on_track_ = [&] { return ++tracked_, 100; };
  on_tell_ = [&] { return ++told_, 10; };
  Workers w = workers();
  const auto began = std::chrono::steady_clock::now();
  w.start();
  EXPECT_TRUE(eventually([&] { return tracked_ > 1'000 && told_ > 1'000; }));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s) << "as long as looks that rest take";
}

TEST_F(WorkersTest, WhatIsStoredWhileALookThatFoundNothingEndsIsFoundByAnotherSoon) {
  Workers w = workers(1);
  std::atomic<std::thread::id> looking;
  on_look_ = [&](int) { return looking = std::this_thread::get_id(), ++looks_, std::vector<PaymentDetail>(); };
  on_next_due_ = [&]() -> std::optional<Time> {
    if (looking.load() == std::this_thread::get_id() && looks_ == 1) w.wake({});
    return std::nullopt;
  };
  w.start();
  EXPECT_TRUE(eventually([&] { return looks_ > 1; })) << "nothing is due for an hour, as the store said before";
}

TEST_F(WorkersTest, AStepThatThrowsDoesNotEndItsThread) {
  std::atomic<int> calls{0};
  on_payment_ = [&](const std::string&) -> bool {
    if (++calls == 1) throw std::runtime_error("store away");
    return true;
  };
  Workers w = workers(1);
  w.start();
  w.wake({"1_1", "1_2"});
  EXPECT_TRUE(eventually([&] { return calls == 2; }));
}

TEST_F(WorkersTest, StopWaitsForWhatIsBeingSentAndBeginsNothingMore) {
  std::promise<void> begun;
  std::atomic<int> ended{0};
  on_payment_ = [&](const std::string& id) {
    if (id == "slow") begun.set_value();
    std::this_thread::sleep_for(60ms);
    return ++ended > 0;
  };
  Workers w = workers(1);
  w.start();
  w.wake({"slow", "next", "last"});
  begun.get_future().wait();
  w.stop();
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace smmhost
