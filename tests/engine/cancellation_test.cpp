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

TEST_F(Cancellation, FollowedByAPaymentIsDecidedByAPersonThoughPurchasesWerePlanned) {
  panel.will(refused(FailureCode::kBusyLink));
  post(1, "SEG", "@maria");
  work();
  ASSERT_EQ(state("1_1"), PaymentState::kHeld);
  pass(1min);
  post_status(1, "cancelled");
  pass(1min);
  post(1, "SEG", "@maria");
  pass(settings.busy_link_wait);
  work();
  EXPECT_EQ(reason("1_1"), Reason::kPaidAfterCancellation);
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(engine->decide("1_1", {.kind = DecisionKind::kNotPlaced}, now), DecisionOutcome::kDone);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(Cancellation, OlderThanThePaymentDoesNotStopIt) {
  pass(1h);
  post(1, "SEG", "@maria");
  pass(-30min);
  post_status(1, "cancelled");
  pass(30min);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(Cancellation, ThatEndedALineWhichIsPaidAgainIsBroughtToAPerson) {
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "SEG", .quantity = 1, .customization = "@joana"}});
  post_status(1, "cancelled");
  work();
  ASSERT_EQ(state("1_1"), PaymentState::kCancelled);
  pass(1h);
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "SEG", .quantity = 1, .customization = "@joana"}});
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled) << "what has ended stays as it is";
  EXPECT_TRUE(timeline_has("1_1", "shop", "goes on as payment 1_1~2"));
  for (const char* id : {"1_1~2", "1_2~2"}) {
    EXPECT_EQ(state(id), PaymentState::kReview);
    EXPECT_EQ(reason(id), Reason::kPaidAfterCancellation);
  }
  EXPECT_EQ(payment("1_2~2").customization, "@joana");
  EXPECT_EQ(store->payments_of_order(1).size(), 4u);
  EXPECT_TRUE(panel.placed.empty());

  for (const char* id : {"1_1~2", "1_2~2"})
    EXPECT_EQ(engine->decide(id, {.kind = DecisionKind::kNotPlaced}, now), DecisionOutcome::kDone);
  work();
  panel.report("1001", OrderProgress::kCompleted);
  panel.report("1002", OrderProgress::kCompleted);
  track();
  engine->update_delivered(now);
  EXPECT_EQ(told("1/delivered"), ShopUpdateState::kTold) << "the ended lines do not keep it";
  EXPECT_EQ(state("1_2~2"), PaymentState::kDelivered);
}

TEST_F(Cancellation, AndPaymentMayFollowEachOtherAgainAndAgain) {
  for (int round = 0; round < 3; ++round) {
    pass(1h);
    post(1, "SEG", "@maria");
    if (round > 0) work();
    pass(1h);
    post_status(1, "cancelled");
    work();
  }
  pass(1h);
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(store->payments_of_order(1).size(), 4u);
  EXPECT_EQ(state("1_1~4"), PaymentState::kReview);
  EXPECT_EQ(engine->decide("1_1~4", {.kind = DecisionKind::kNotPlaced}, now), DecisionOutcome::kDone);
  work();
  EXPECT_EQ(panel.placed.size(), 1u) << "what a person had bought, and nothing else";
}

TEST_F(Cancellation, OfTheSameMomentInOtherBytesDoesNotUndoWhatAPersonDecided) {
  buy_one_line();
  post_status(1, "cancelled");
  work();
  pass(1min);
  ASSERT_EQ(engine->decide("1_1.1", {.kind = DecisionKind::kPlaced}, now), DecisionOutcome::kDone);
  pass(-30s);
  post_status(1, "cancelled");
  pass(30s);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  pass(1min);
  post_status(1, "cancelled");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kCancelledAfterPurchase);
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
