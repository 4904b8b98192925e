// From a line to intents: splits, bounds, routes.
#include <utility>

#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class PlanPlacements : public EngineTest {
 protected:
  std::vector<std::int64_t> quantities() const {
    std::vector<std::int64_t> all;
    for (const PlaceOrder& order : panel.placed) all.push_back(order.quantity);
    return all;
  }
};

using Quantities = std::vector<std::int64_t>;

TEST_F(PlanPlacements, LikesAreSplitOverTheLatestPostsWithTheRemainderOnTheFirst) {
  change_product("CURT", [](Product& p) { p.base_quantity = 103; });
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(quantities(), (Quantities{28, 25, 25, 25}));
  EXPECT_EQ(panel.placed[0].link, "https://www.instagram.com/p/maria1/");
  EXPECT_EQ(panel.placed[3].link, "https://www.instagram.com/p/maria4/");
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(PlanPlacements, FewerPostsTakeTheWholeQuantity) {
  checker.posts["maria"] = {{.shortcode = "AAA"}, {.shortcode = "AAA"}, {.shortcode = "BBB"}};
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(quantities(), (Quantities{50, 50})) << "the same post twice is one post";
}

TEST_F(PlanPlacements, ViewsAskForVideos) {
  post(1, "VIEW", "@maria");
  work();
  EXPECT_EQ(checker.last_kind, PostKind::kVideo);
}

TEST_F(PlanPlacements, AProfileWithoutPostsIsHeldAndLookedAtAgain) {
  checker.posts["maria"] = {};
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kNoPosts);
  checker.posts.clear();
  pass(settings.held_recheck);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(PlanPlacements, ANamedPostTakesAllOfItWithoutALookUp) {
  post(1, "CURT", "https://www.instagram.com/p/CxYz12AbCdE/");
  work();
  ASSERT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(panel.placed[0].link, "https://www.instagram.com/p/CxYz12AbCdE/");
  EXPECT_EQ(panel.placed[0].quantity, 100);
  EXPECT_EQ(checker.checks + checker.post_lists, 0);
  EXPECT_EQ(payment("1_1").profile_status, ProfileStatus::kPending) << "nobody checked it";
}

TEST_F(PlanPlacements, LessThanTheMinimumAPostUsesFewerPosts) {
  list_service("machinesmm", "7", 40, 10'000);
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(quantities(), (Quantities{50, 50}));
}

TEST_F(PlanPlacements, AllIntentsAreCommittedWithTheFirstSentMark) {
  std::vector<std::vector<PlacementState>> commits;
  store->before_commit = [&](const Changes& changes) {
    auto& states = commits.emplace_back();
    for (const Placement& placement : changes.placements) states.push_back(placement.state);
    return std::optional<CommitOutcome>{};
  };
  panel.next_places.push_back([&](const PlaceOrder&) {
    EXPECT_EQ(placement("1_1.4").state, PlacementState::kIntent) << "stored before the first byte is sent";
    return accepted("1");
  });
  post(1, "CURT", "@maria");
  work();
  using enum PlacementState;
  ASSERT_FALSE(commits.empty());
  EXPECT_EQ(commits.front(), (std::vector{kSent, kIntent, kIntent, kIntent}));
}

TEST_F(PlanPlacements, WhatAnotherChangedMeanwhileIsDecidedAgainWithThePlan) {
  bool meanwhile = true;
  store->before_commit = [&](const Changes&) -> std::optional<CommitOutcome> {
    if (std::exchange(meanwhile, false)) post_status(1, "cancelled");
    return std::nullopt;
  };
  post(1, "SEG", "@maria");
  work();
  EXPECT_TRUE(panel.placed.empty()) << "bought after the shop had cancelled";
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
  EXPECT_TRUE(database->payment("1_1")->placements.empty());
}

TEST_F(PlanPlacements, AQuantityOutsideTheBoundsIsHeldBeforeMoneyMoves) {
  list_service("machinesmm", "7", 200, 10'000);
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kQuantityOutOfBounds);
  EXPECT_NE(payment("1_1").reason_detail.find("100"), std::string::npos);
  EXPECT_NE(payment("1_1").reason_detail.find("200"), std::string::npos);
  EXPECT_TRUE(panel.placed.empty());

  change_product("SEG", [](Product& p) { p.base_quantity = 250; });
  pass(settings.held_recheck);
  work();
  EXPECT_EQ(quantities(), (Quantities{250}));
}

TEST_F(PlanPlacements, AQuantityThatDoesNotFitIsHeld) {
  change_product("SEG", [](Product& p) { p.base_quantity = std::numeric_limits<std::int64_t>::max(); });
  post(1, "SEG", "@maria", 2);
  work();
  EXPECT_EQ(reason("1_1"), Reason::kQuantityOutOfBounds);
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(PlanPlacements, AServiceThatTheProviderDoesNotListIsHeld) {
  list_service("machinesmm", "8", 1, 10'000);
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kBadService);
}

TEST_F(PlanPlacements, AnUnknownProviderIsHeld) {
  change_product("SEG", [](Product& p) { p.api = "elsewhere"; });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kUnknownProvider);
}

TEST_F(PlanPlacements, TheNextRouteIsTakenWhereTheFirstIsObstructed) {
  add_product("TWO", "followers", {{"worldsmm", "9"}});
  engine->pause_provider("machinesmm", "maintenance", now);
  post(1, "TWO", "@maria");
  work();
  EXPECT_TRUE(panel.placed.empty());
  ASSERT_EQ(other_panel.placed.size(), 1u);
  EXPECT_EQ(other_panel.placed[0].service_id, "9");
}

TEST_F(PlanPlacements, APausedProviderHoldsUntilItIsResumed) {
  engine->pause_provider("machinesmm", "maintenance", now);
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kProviderPaused);
  engine->resume_provider("machinesmm", now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(PlanPlacements, AProviderIsAskedForItsServicesBeforeTheFirstPurchaseThere) {
  panel.services_reply =
      answered(std::vector<ProviderService>{{.provider = "machinesmm", .service_id = "7", .min = 500, .max = 1'000}});
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kQuantityOutOfBounds) << "the bounds are known before money moves";
  EXPECT_TRUE(panel.placed.empty());
  EXPECT_EQ(checker.checks, 1);
  post(2, "SEG", "@joana", 6);
  work();
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
  EXPECT_EQ(panel.service_calls, 1);
}

TEST_F(PlanPlacements, AProviderThatCannotListItsServicesIsAskedOnceAndBoughtFromAllTheSame) {
  panel.services_reply = failed<std::vector<ProviderService>>(FailureCode::kUpstreamDown, TransportOutcome::kMaybeSent);
  post(1, "SEG", "@maria");
  post(2, "SEG", "@joana");
  work();
  EXPECT_EQ(panel.service_calls, 1);
  EXPECT_EQ(panel.placed.size(), 2u);
}

TEST_F(PlanPlacements, WhileAProviderListsItsServicesOtherPaymentsWaitForIt) {
  panel.services_reply =
      answered(std::vector<ProviderService>{{.provider = "machinesmm", .service_id = "7", .min = 500, .max = 1'000}});
  post(1, "SEG", "@maria");
  post(2, "SEG", "@joana");
  bool others_work = true;
  panel.while_listing = [&] {
    if (std::exchange(others_work, false)) engine->work_due(now, 50);
  };
  engine->work_due(now, 1);
  EXPECT_EQ(panel.service_calls, 1);
  EXPECT_TRUE(panel.placed.empty());
  pass(1s);
  work();
  EXPECT_EQ(reason("1_1"), Reason::kQuantityOutOfBounds);
  EXPECT_EQ(reason("2_1"), Reason::kQuantityOutOfBounds);
}

}  // namespace
}  // namespace smmhost::testing
