// Signs of life: given again and again, what is taken over is told, and a database that is away does not end them.
#include "host/app/heartbeat.h"

#include <gtest/gtest.h>

#include <atomic>

#include "core/ports/store.h"
#include "host/app/system_clock.h"

namespace smmhost {
namespace {

using std::chrono::milliseconds;

const HeartbeatActions kNothing{.taken_over = [](int) {}};

class ScriptedGroup final : public HostGroup {
 public:
  int sign_of_life(const std::string& owner, Time, Duration dead_after) override {
    EXPECT_EQ(owner, "host a");
    EXPECT_EQ(dead_after, std::chrono::seconds{15});
    const int sign = ++signs;
    if (sign == 2) throw StoreUnavailable("away");
    return sign == 3 ? 4 : 0;
  }
  int farewell(const std::string&, Time) override { return 0; }
  std::optional<Duration> take_budget(const std::string&, double, int, Time) override { return std::nullopt; }
  void pause_budget(const std::string&, Duration, Time) override {}
  void give_back_budget(const std::string&, double) override {}

  std::atomic<int> signs = 0;
};

TEST(Heartbeat, GoesOnAfterAFailureAndTellsWhatWasTakenOver) {
  ScriptedGroup group;
  SystemClock clock;
  std::atomic<int> taken_over = 0;
  std::atomic<int> given = 0;
  {
    const Heartbeat heartbeat(group, clock, "host a", {.every = milliseconds{1}},
                              {.taken_over = [&](int n) { taken_over += n; }, .given = [&] { ++given; }});
    for (int i = 0; i < 5000 && group.signs < 5; ++i) std::this_thread::sleep_for(milliseconds{1});
  }
  EXPECT_GE(group.signs, 5);
  EXPECT_EQ(taken_over, 4);
  EXPECT_EQ(given, group.signs - 1) << "one was not given";
}

TEST(Heartbeat, HasGivenASignBeforeAnythingIsLeased) {
  ScriptedGroup group;
  SystemClock clock;
  const Heartbeat heartbeat(group, clock, "host a", {.every = std::chrono::hours{1}}, kNothing);
  EXPECT_EQ(group.signs, 1);
}

TEST(Heartbeat, EndsAtOnce) {
  ScriptedGroup group;
  SystemClock clock;
  const auto start = std::chrono::steady_clock::now();
  { const Heartbeat heartbeat(group, clock, "host a", {.every = std::chrono::hours{1}}, kNothing); }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{10});
}

}  // namespace
}  // namespace smmhost
