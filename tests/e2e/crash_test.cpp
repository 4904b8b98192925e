// The running program is killed and stopped in the middle of its work. The panels' books are the judge.
#include <random>
#include <thread>

#include "tests/e2e/customers.h"
#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using world::PanelReply;

constexpr int kKills = 10;
constexpr std::uint32_t kSeed = 20260115;

using CrashEndToEnd = EndToEnd;

TEST_F(CrashEndToEnd, KilledTenTimesUnderLoadNothingIsLostOrBoughtTwice) {
  start();
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kSlow});
  Customers customers(world(), 1, std::chrono::milliseconds{30});
  customers.send_to({host().address()});
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> pause(150, 900);
  for (int kill = 0; kill < kKills; ++kill) {
    std::this_thread::sleep_for(std::chrono::milliseconds{pause(random)});
    host().kill_now();
    restart();
    customers.send_to({host().address()});
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  const std::vector<std::int64_t> acknowledged = customers.stop();
  world().machinesmm().clear_faults();
  ASSERT_GT(acknowledged.size(), 20u);

  ASSERT_TRUE(comes_to_rest());
  expect_none_bought_twice();
  EXPECT_EQ(count_in({"held"}), 0u);
  for (const std::int64_t id : acknowledged) ASSERT_FALSE(payment(id).is_null()) << "lost: " << id;
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  RecordProperty("in_review", static_cast<int>(count_in({"review"})));

  ASSERT_TRUE(all_are_delivered_by_the_books());
  expect_none_bought_twice();
  for (const std::int64_t id : acknowledged)
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
