// The running program is killed and stopped in the middle of its work. The panels' books are the judge.
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using world::PanelReply;

constexpr int kKills = 10;
constexpr std::uint32_t kSeed = 20260115;

class CrashEndToEnd : public EndToEnd {
 protected:
  // Posts one order after the other and insists on each until it is answered 200, whatever happens to the host.
  void post_until_stopped() {
    for (int n = 0; !stop_; ++n) {
      const std::string user = "carga" + std::to_string(n);
      world().instagram().add_account(user, false, 2);
      const std::int64_t id = order(n % 3 == 0 ? std::vector<OrderLine>{{"CURT-403", 1, user, 0}}
                                               : std::vector<OrderLine>{{"SEG-1000", 1, user, 0}});
      while (!post_to_current(id)) {
        if (stop_) return;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
      }
      acknowledged_.push_back(id);
      std::this_thread::sleep_for(std::chrono::milliseconds{30});
    }
  }

  bool post_to_current(std::int64_t id) {
    std::string address;
    {
      const std::lock_guard lock(mutex_);
      address = address_;
    }
    return world::post_webhook(address + "/api/webhook", world().shop().webhook(id)).status == 200;
  }

  void note_address() {
    const std::lock_guard lock(mutex_);
    address_ = host().address();
  }

  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::string address_;
  std::vector<std::int64_t> acknowledged_;
};

TEST_F(CrashEndToEnd, KilledTenTimesUnderLoadNothingIsLostOrBoughtTwice) {
  start();
  note_address();
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kSlow});
  std::thread poster([this] { post_until_stopped(); });
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> pause(150, 900);
  for (int kill = 0; kill < kKills; ++kill) {
    std::this_thread::sleep_for(std::chrono::milliseconds{pause(random)});
    host().kill_now();
    restart();
    note_address();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  stop_ = true;
  poster.join();
  world().machinesmm().clear_faults();
  ASSERT_GT(acknowledged_.size(), 20u);

  ASSERT_TRUE(eventually("every payment has an end, or waits for a person with a reason", [&] {
    return count_in({"delivered", "cancelled", "held", "review"}) == get("/api/payments?limit=1000").size();
  }));
  expect_none_bought_twice();
  EXPECT_EQ(count_in({"held"}), 0u);
  for (const std::int64_t id : acknowledged_) ASSERT_FALSE(payment(id).is_null()) << "lost: " << id;
  RecordProperty("acknowledged", static_cast<int>(acknowledged_.size()));
  RecordProperty("in_review", static_cast<int>(count_in({"review"})));

  ASSERT_TRUE(eventually("every acknowledged order is delivered", [&] {
    decide_by_the_books();
    return count_in({"delivered"}) == get("/api/payments?limit=1000").size();
  }));
  expect_none_bought_twice();
  for (const std::int64_t id : acknowledged_)
    EXPECT_EQ(world().shop().told_to(id), std::vector<std::string>{"delivered"}) << id;
}

TEST_F(CrashEndToEnd, SigtermLeavesNoUnknownOutcome) {
  start();
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kSlow});
  for (int n = 0; n < 12; ++n) {
    const std::string user = "parada" + std::to_string(n);
    world().instagram().add_account(user);
    post_order("SEG-1000", user);
  }
  ASSERT_TRUE(eventually("a purchase is under way", [&] { return !world().machinesmm().add_requests().empty(); }));
  EXPECT_EQ(host().terminate(), 0);
  world().machinesmm().clear_faults();
  restart();
  EXPECT_TRUE(get("/api/review").empty());
  ASSERT_TRUE(eventually("all are delivered", [&] { return count_in({"delivered"}) == 12; }));
  EXPECT_TRUE(get("/api/review").empty());
  EXPECT_EQ(world().machinesmm().add_requests().size(), 12u);
  expect_none_bought_twice();
}

}  // namespace
}  // namespace smmhost::e2e
