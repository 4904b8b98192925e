// A provider that cannot be reached, with many payments waiting for it: it is not stormed, and nobody else starves.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

// A pass over all that wait takes five seconds of the worker.
constexpr int kWaiting = 200;
constexpr int kLooksASecond = 4;
constexpr int kClaimedAtOnce = 10;

class DeadProvider : public EngineTest {
 protected:
  DeadProvider() {
    gate = {};  // as it is where an operator writes nothing about it
    start_engine();
    add_product("W", "followers");
    change_product("W", [](Product& product) { product.api = "worldsmm"; });
  }

  // Every further call to the panel: no byte could be sent.
  void panel_dies() {
    for (int i = 0; i < 10 * kWaiting; ++i)
      panel.will(failed<PlacedOrder>(FailureCode::kUpstreamDown, TransportOutcome::kNotSent));
  }

  void post_for_the_dead_one() {
    for (int order = 1; order <= kWaiting; ++order) post(order, "SEG", "@cliente" + std::to_string(order));
  }

  void work_for_a_second() {
    for (int look = 0; look < kLooksASecond; ++look) engine->work_due(now, kClaimedAtOnce);
    pass(1s);
  }
};

TEST_F(DeadProvider, OrdersOfAnotherProviderAreBoughtWhileItsOwnWait) {
  panel_dies();
  post_for_the_dead_one();
  Duration longest{};
  for (int order = kWaiting + 1; order <= kWaiting + 40; ++order) {
    const std::string id = std::to_string(order) + "_1";
    post(order, "W", "@outro" + std::to_string(order));
    const Time posted = now;
    while (state(id) != PaymentState::kPlaced && now < posted + 5min) work_for_a_second();
    ASSERT_EQ(state(id), PaymentState::kPlaced) << "starved";
    longest = std::max<Duration>(longest, now - posted);
    for (int second = 0; second < 20; ++second) work_for_a_second();
  }
  EXPECT_LE(longest, 15s) << "more than a few passes over those that wait";
}

TEST_F(DeadProvider, IsCalledOnceAMinuteAndNotForEachThatWaits) {
  panel_dies();
  post_for_the_dead_one();
  for (int second = 0; second < 1'200; ++second) work_for_a_second();
  const std::size_t before = panel.placed.size();
  constexpr int kMinutes = 20;
  for (int second = 0; second < 60 * kMinutes; ++second) work_for_a_second();
  EXPECT_LE(panel.placed.size() - before, 1u * kMinutes);
  EXPECT_GE(panel.placed.size() - before, 1u) << "nobody looks whether it is back";
}

TEST_F(DeadProvider, ComesBackAndAllThatWaitedAreBoughtOnce) {
  panel_dies();
  post_for_the_dead_one();
  for (int second = 0; second < 600; ++second) work_for_a_second();
  panel.next_places.clear();
  panel.placed.clear();
  for (int second = 0; second < 1'800 && panel.placed.size() < kWaiting; ++second) work_for_a_second();
  EXPECT_EQ(panel.placed.size(), static_cast<std::size_t>(kWaiting));
  for (int order = 1; order <= kWaiting; ++order)
    ASSERT_EQ(state(std::to_string(order) + "_1"), PaymentState::kPlaced) << order;
}

}  // namespace
}  // namespace smmhost::testing
