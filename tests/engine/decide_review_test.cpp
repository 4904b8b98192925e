// A person's decisions.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class DecideReview : public EngineTest {
 protected:
  void lose_one_answer() {
    panel.will(lost_answer());
    post(1, "SEG", "@maria");
    work();
    ASSERT_EQ(state("1_1"), PaymentState::kReview);
  }

  void end_one_line(OrderProgress progress, std::int64_t remains) {
    buy_one_line();
    panel.report("1001", progress, remains);
    track();
    ASSERT_EQ(state("1_1"), PaymentState::kReview);
  }

  DecisionOutcome decide(DecisionKind kind, const std::string& order_id = {}, const std::string& id = "1_1.1") {
    return engine->decide(id, {.kind = kind, .provider_order_id = order_id, .note = "as seen at the panel"}, now);
  }
};

TEST_F(DecideReview, AnUnknownPurchaseThatWasMadeIsFollowed) {
  lose_one_answer();
  EXPECT_EQ(decide(DecisionKind::kPlaced), DecisionOutcome::kOrderIdMissing);
  EXPECT_EQ(decide(DecisionKind::kPlaced, "900"), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("900", OrderProgress::kCompleted);
  engine->track_due(now);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(DecideReview, APurchaseAtAProviderOutOfServiceIsFollowedOnceItServesAgain) {
  lose_one_answer();
  panel.out_of_service = "its plugin is not loaded";
  EXPECT_EQ(decide(DecisionKind::kPlaced, "900"), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced) << "nobody knows whether it has a status to ask for";
  engine->track_due(now);
  EXPECT_EQ(panel.status_calls, 0);
  EXPECT_EQ(placement("1_1.1").due_at, now + settings.track_first);
  panel.out_of_service.clear();
  panel.report("900", OrderProgress::kCompleted);
  pass(settings.track_first);
  engine->track_due(now);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(DecideReview, APurchaseAtAProviderThatTurnsOutToHaveNoStatusIsCompletedThen) {
  lose_one_answer();
  panel.out_of_service = "its plugin is not loaded";
  decide(DecisionKind::kPlaced, "900");
  panel.out_of_service.clear();
  panel.able.status = false;
  engine->track_due(now);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
  EXPECT_TRUE(timeline_has("1_1", "state", "reports no status"));
}

TEST_F(DecideReview, APurchaseAtAProviderThatIsNotConfiguredAnyMoreIsNotCompletedByTheDecision) {
  lose_one_answer();
  engine =
      std::make_unique<Engine>(EnginePorts{*store, shop, {&other_panel}, {&checker}, [] { return std::uint64_t{5}; }},
                               settings, std::vector<GateConfig>{});
  EXPECT_EQ(decide(DecisionKind::kPlaced, "900"), DecisionOutcome::kDone);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  engine->update_delivered(now);
  EXPECT_TRUE(shop.calls.empty());
}

TEST_F(DecideReview, AnOrderIdOfAnotherPlacementIsRefused) {
  post(2, "SEG", "@joana");
  work();
  lose_one_answer();
  EXPECT_EQ(decide(DecisionKind::kPlaced, "1001"), DecisionOutcome::kOrderIdTaken);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
}

TEST_F(DecideReview, AnUnknownPurchaseThatWasNotMadeIsMadeAsANewAttempt) {
  lose_one_answer();
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(panel.placed[1].attempt, 2);
  EXPECT_NE(panel.placed[1].request_key, panel.placed[0].request_key);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(DecideReview, AnUnknownPurchaseThatIsGivenUpEndsTheLineAndFreesTheLink) {
  lose_one_answer();
  post(2, "SEG", "@maria");
  work();
  EXPECT_EQ(decide(DecisionKind::kGiveUp), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kCanceled);
  EXPECT_TRUE(placement("1_1.1").given_up);
  work();
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
}

TEST_F(DecideReview, EveryDecisionIsInTheTimelineWithItsNote) {
  lose_one_answer();
  decide(DecisionKind::kPlaced, "900");
  EXPECT_TRUE(timeline_has("1_1", "decision", "order 900: as seen at the panel"));
  for (const Event& event : store->timeline("1_1"))
    EXPECT_EQ(event.kind != "decision" || event.actor == "operator", true) << event.why;
}

TEST_F(DecideReview, AStalledPurchaseIsFollowedOnWithAllOfItsTimeAgain) {
  buy_one_line();
  panel.report("1001", OrderProgress::kPending);
  pass(settings.stale_after);
  track();
  ASSERT_EQ(reason("1_1"), Reason::kStalled);
  EXPECT_EQ(decide(DecisionKind::kPlaced), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  pass(settings.stale_after - settings.track_longest - 1min);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(DecideReview, AStalledPurchaseThatWillNotComeIsBoughtAgain) {
  buy_one_line();
  panel.report("1001", OrderProgress::kProblem);
  track();
  pass(settings.problem_after);
  track();
  ASSERT_EQ(reason("1_1"), Reason::kStalled);
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  panel.report("1002", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(DecideReview, AStalledPurchaseThatIsGivenUpEndsTheLine) {
  buy_one_line();
  pass(settings.stale_after);
  track();
  ASSERT_EQ(reason("1_1"), Reason::kStalled);
  EXPECT_EQ(decide(DecisionKind::kGiveUp), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
}

TEST_F(DecideReview, APartialDeliveryThatIsTakenCompletesTheLine) {
  end_one_line(OrderProgress::kPartial, 40);
  EXPECT_EQ(decide(DecisionKind::kPlaced), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kPartial) << "what it was, it stays";
}

TEST_F(DecideReview, WhatRemainsOfAPartialDeliveryIsBoughtWithBooksOfItsOwn) {
  end_one_line(OrderProgress::kPartial, 40);
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(panel.placed[1].quantity, 40);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
  EXPECT_EQ(placement("1_1.2").provider_order_id, "1002");
  panel.report("1002", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(DecideReview, ACanceledPurchaseIsBoughtAgain) {
  end_one_line(OrderProgress::kCanceled, 100);
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(panel.placed[1].quantity, 100);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(DecideReview, ACanceledPurchaseThatAnotherOrderReplacesIsFollowedThere) {
  end_one_line(OrderProgress::kRefunded, 100);
  EXPECT_EQ(decide(DecisionKind::kPlaced), DecisionOutcome::kOrderIdMissing);
  EXPECT_EQ(decide(DecisionKind::kPlaced, "1001"), DecisionOutcome::kOrderIdTaken);
  EXPECT_EQ(decide(DecisionKind::kPlaced, "950"), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("950", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(DecideReview, AnOrderThatTheProviderLostIsBoughtAgain) {
  buy_one_line();
  panel.statuses["1001"] = {.order_id = "1001", .error = FailureCode::kNotFound};
  for (int i = 0; i < 10; ++i) track();
  ASSERT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  work();
  EXPECT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("1002", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(DecideReview, WhatIsNotInReviewIsNotDecided) {
  buy_one_line();
  EXPECT_EQ(decide(DecisionKind::kGiveUp), DecisionOutcome::kNotInReview);
  EXPECT_EQ(decide(DecisionKind::kGiveUp, "", "9_9.9"), DecisionOutcome::kNotFound);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(DecideReview, ASecondDecisionFindsNothingToDecide) {
  lose_one_answer();
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kNotInReview);
  work();
  EXPECT_EQ(panel.placed.size(), 2u);
}

TEST_F(DecideReview, ARefusedPurchaseCanBeTriedAgainOrGivenUp) {
  panel.will(refused(FailureCode::kBadLink));
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(decide(DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  panel.will(refused(FailureCode::kBadLink));
  work();
  EXPECT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(decide(DecisionKind::kGiveUp), DecisionOutcome::kDone);
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
}

TEST_F(DecideReview, WithoutAStoreNothingIsDecided) {
  lose_one_answer();
  store->before_commit = [](const Changes&) { return CommitOutcome::kUnavailable; };
  EXPECT_EQ(decide(DecisionKind::kGiveUp), DecisionOutcome::kUnavailable);
  store->before_commit = nullptr;
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
}

}  // namespace
}  // namespace smmhost::testing
