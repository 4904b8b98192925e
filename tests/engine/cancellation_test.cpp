// The shop cancels: what was not bought is stopped, what was bought is a person's.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class Cancellation : public EngineTest {};

TEST_F(Cancellation, BeforeAnythingWasBoughtNothingIs) {
  post(1, "SEG", "@maria");
  post_status(1, "cancelled");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
  EXPECT_EQ(reason("1_1"), Reason::kCancelledByShop);
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(Cancellation, OfAHeldLineStopsItsIntents) {
  panel.will(refused(FailureCode::kBusyLink));
  post(1, "SEG", "@maria");
  work();
  post_status(1, "refused");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kCanceled);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(Cancellation, RightBeforeTheSentMarkStopsThePurchase) {
  bool posted = false;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    const bool sends = !changes.placements.empty() && changes.placements[0].state == PlacementState::kSent;
    if (sends && !posted) {
      posted = true;
      post_status(1, "cancelled");
    }
    return std::nullopt;
  };
  post(1, "SEG", "@maria");
  work();
  EXPECT_TRUE(posted);
  EXPECT_TRUE(panel.placed.empty());
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
}

TEST_F(Cancellation, WhileItIsBeingSentIsDecidedByAPerson) {
  panel.next_places.push_back([this](const PlaceOrder&) {
    post_status(1, "cancelled");
    return accepted("1001");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(reason("1_1"), Reason::kCancelledAfterPurchase);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
  ASSERT_EQ(store->list_review().size(), 1u);
}

TEST_F(Cancellation, BetweenTwoPostsStopsTheSecond) {
  panel.next_places.push_back([this](const PlaceOrder&) {
    post_status(1, "cancelled");
    return accepted("1001");
  });
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(placement("1_1.2").state, PlacementState::kCanceled);
  EXPECT_EQ(reason("1_1"), Reason::kCancelledAfterPurchase);
}

TEST_F(Cancellation, AfterThePurchaseAPersonLetsItGoOn) {
  buy_one_line();
  post_status(1, "cancelled");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kCancelledAfterPurchase);
  EXPECT_EQ(engine->decide("1_1.1", {.kind = DecisionKind::kPlaced, .note = "customer insists"}, now),
            DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(Cancellation, AfterThePurchaseAPersonStopsIt) {
  buy_one_line();
  post_status(1, "cancelled");
  work();
  EXPECT_EQ(engine->decide("1_1.1", {.kind = DecisionKind::kGiveUp}, now), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
  EXPECT_EQ(reason("1_1"), Reason::kGivenUp);
}

TEST_F(Cancellation, ThatArrivesBeforeThePaidOrderIsRemembered) {
  post_status(1, "cancelled");
  pass(-1s);
  post(1, "SEG", "@maria");
  pass(1s);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(Cancellation, FollowedByAPaymentIsDecidedByAPerson) {
  post_status(1, "cancelled");
  pass(1h);
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kPaidAfterCancellation);
  EXPECT_TRUE(panel.placed.empty());
  EXPECT_EQ(engine->decide("1_1", {.kind = DecisionKind::kPlaced}, now), DecisionOutcome::kNothingBought);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(engine->decide("1_1", {.kind = DecisionKind::kNotPlaced}, now), DecisionOutcome::kDone);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(Cancellation, OfADeliveredOrderChangesNothing) {
  buy_one_line();
  panel.report("1001", OrderProgress::kCompleted);
  track();
  engine->update_delivered(now);
  post_status(1, "cancelled");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
}

}  // namespace
}  // namespace smmhost::testing
