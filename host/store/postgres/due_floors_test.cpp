#include "host/store/postgres/due_floors.h"

#include <gtest/gtest.h>

namespace smmhost::postgres {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNow = Time{hours{500'000}};

class DueFloorsTest : public testing::Test {
 protected:
  // A second passes, and everything is looked at.
  void look(const DueTimes& oldest = {}) {
    ASSERT_TRUE(begin());
    floors_.found(oldest, kNow);
  }
  bool begin() { return floors_.begin_whole_look(at_ += seconds{1}); }

  static Changes payment_due(Time due) {
    Changes changes;
    changes.payments.emplace_back().due_at = due;
    return changes;
  }
  static Changes placement(PlacementState state, Time due) {
    Changes changes;
    Placement& placement = changes.placements.emplace_back();
    placement.state = state;
    placement.provider = "machinesmm";
    placement.due_at = due;
    return changes;
  }

  DueFloors floors_;
  DueFloors::SteadyTime at_{hours{1}};
};

TEST_F(DueFloorsTest, EverythingIsLookedAtBeforeAnythingIsKnown) {
  EXPECT_FALSE(floors_.floors());
}

TEST_F(DueFloorsTest, LooksBeginWhereTheOldestRowOfTheirKindIsDue) {
  look({.payment = kNow - minutes{1},
        .shop_update = kNow - minutes{2},
        .placement = kNow - minutes{3},
        .providers = {"a"}});
  const DueTimes floors = floors_.floors().value();
  EXPECT_EQ(floors.payment, kNow - minutes{1});
  EXPECT_EQ(floors.shop_update, kNow - minutes{2});
  EXPECT_EQ(floors.placement, kNow - minutes{3});
  EXPECT_EQ(floors.providers, std::set<std::string>{"a"});
}

TEST_F(DueFloorsTest, WhereNothingIsDueYetAnotherHostsClockMayBeASecondBehind) {
  look({.payment = kNow + hours{1}, .shop_update = {}, .placement = {}, .providers = {}});
  EXPECT_EQ(floors_.floors()->payment, kNow - seconds{1});
  EXPECT_EQ(floors_.floors()->shop_update, kNow - seconds{1});
}

TEST_F(DueFloorsTest, EverythingIsLookedAtOnceASecondByOneCaller) {
  ASSERT_TRUE(floors_.begin_whole_look(at_));
  EXPECT_FALSE(floors_.begin_whole_look(at_));
  EXPECT_FALSE(floors_.begin_whole_look(at_ + milliseconds{999}));
  EXPECT_TRUE(floors_.begin_whole_look(at_ + seconds{1}));
}

TEST_F(DueFloorsTest, ARowThatIsWrittenBelowTheFloorIsFoundAtOnce) {
  look();
  floors_.note(payment_due(kNow - hours{1}));
  EXPECT_EQ(floors_.floors()->payment, kNow - hours{1});
  EXPECT_EQ(floors_.floors()->shop_update, kNow - seconds{1});
  floors_.note_payments(kNow - hours{2});
  EXPECT_EQ(floors_.floors()->payment, kNow - hours{2});
}

TEST_F(DueFloorsTest, ARowThatIsWrittenDuringTheLookMayNotBeInIt) {
  look();
  ASSERT_TRUE(begin());
  floors_.note(payment_due(kNow - hours{1}));
  floors_.found({}, kNow);
  EXPECT_EQ(floors_.floors()->payment, kNow - hours{1});
}

TEST_F(DueFloorsTest, ARowWhoseWriteBeganBeforeTheLookMayNotBeInIt) {
  look();
  floors_.note(payment_due(kNow - hours{1}));
  look();
  EXPECT_EQ(floors_.floors()->payment, kNow - hours{1});
  look();
  EXPECT_EQ(floors_.floors()->payment, kNow - seconds{1}) << "by now it would have been seen";
}

TEST_F(DueFloorsTest, ALookThatFailedChangesNothingAndIsMadeAgain) {
  look({.payment = kNow - minutes{1}, .shop_update = {}, .placement = {}, .providers = {}});
  ASSERT_TRUE(begin());
  EXPECT_EQ(floors_.floors()->payment, kNow - minutes{1});
  EXPECT_TRUE(begin());
}

TEST_F(DueFloorsTest, OfPlacementsThoseCountThatAreFollowed) {
  look();
  floors_.note(placement(PlacementState::kRejected, kNow - hours{2}));
  EXPECT_EQ(floors_.floors()->placement, kNow - seconds{1});
  EXPECT_TRUE(floors_.floors()->providers.empty());
  floors_.note(placement(PlacementState::kAccepted, kNow - hours{1}));
  EXPECT_EQ(floors_.floors()->placement, kNow - hours{1});
  EXPECT_EQ(floors_.floors()->providers, std::set<std::string>{"machinesmm"});
}

TEST_F(DueFloorsTest, AProviderStaysKnownAsLongAsItsPlacementMayNotBeSeen) {
  floors_.note(placement(PlacementState::kInProgress, kNow));
  look();
  EXPECT_EQ(floors_.floors()->providers.size(), 1u);
  look();
  EXPECT_TRUE(floors_.floors()->providers.empty());
}

}  // namespace
}  // namespace smmhost::postgres
