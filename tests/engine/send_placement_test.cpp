// One purchase: refused, not sent, waiting for its link or its turn.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class SendPlacement : public EngineTest {};

TEST_F(SendPlacement, ACallThatWasNotSentIsMadeAgainAndBuysOnce) {
  panel.will(not_sent());
  panel.will(not_sent());
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kIntent);
  EXPECT_EQ(state("1_1"), PaymentState::kPlacing);
  EXPECT_GT(payment("1_1").due_at, now);
  for (int i = 0; i < 2; ++i) {
    pass(settings.backoff_longest);
    work();
  }
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  EXPECT_EQ(placement("1_1.1").attempt, 3);
  ASSERT_EQ(panel.placed.size(), 3u);
  EXPECT_NE(panel.placed[0].request_key, panel.placed[2].request_key);
}

TEST_F(SendPlacement, AProviderThatStaysUnreachableIsShownAsHeldAndTriedOn) {
  gate.breaker_failures = 100;
  start_engine();
  for (int i = 0; i < settings.transient_failures_before_held; ++i) panel.will(not_sent());
  post(1, "SEG", "@maria");
  for (int i = 0; i < settings.transient_failures_before_held; ++i) {
    work();
    pass(settings.backoff_longest);
  }
  EXPECT_EQ(state("1_1"), PaymentState::kHeld);
  EXPECT_EQ(reason("1_1"), Reason::kProviderUnreachable);
  ASSERT_TRUE(payment("1_1").due_at.has_value());
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, AnOpenBreakerHoldsWithoutCalling) {
  gate.breaker_failures = 1;
  start_engine();
  panel.will(not_sent());
  post(1, "SEG", "@maria");
  work();
  post(2, "SEG", "@joana");
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(reason("2_1"), Reason::kProviderUnreachable);
  pass(settings.backoff_longest);
  work();
  work();
  pass(settings.backoff_longest);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, APurchaseThatIsNotSentAfterAllLeavesTheTrialOfAnOpenBreakerToAnother) {
  gate.breaker_failures = 1;
  start_engine();
  panel.will(not_sent());
  post(1, "SEG", "@maria");
  work();
  pass(settings.backoff_longest);
  post(2, "SEG", "@joana");
  bool refused = false;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (refused || changes.placements.empty() || changes.placements[0].state != PlacementState::kSent)
      return std::nullopt;
    refused = true;
    return CommitOutcome::kLinkBusy;
  };
  work();
  EXPECT_TRUE(refused);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, TheRateIsKept) {
  gate = {.calls_per_minute = 60, .burst = 2};
  start_engine();
  for (int order = 1; order <= 5; ++order) post(order, "SEG", "@user" + std::to_string(order));
  work();
  EXPECT_LE(panel.placed.size(), 2u);
  for (int i = 0; i < 30; ++i) {
    pass(1s);
    work();
  }
  EXPECT_EQ(panel.placed.size(), 5u);
}

TEST_F(SendPlacement, NoFundsPausesTheProviderHoldsAndGoesOnWhenTheBalanceReturns) {
  panel.balance_reply = answered(Money{50'000, "USD"});
  panel.will(refused(FailureCode::kNoFunds));
  post(1, "SEG", "@maria");
  post(2, "SEG", "@joana");
  work();
  EXPECT_EQ(panel.placed.size(), 1u) << "the second line must not try";
  EXPECT_EQ(reason("1_1"), Reason::kNoFunds);
  EXPECT_EQ(reason("2_1"), Reason::kNoFunds);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kRejected);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kNoFunds);
  EXPECT_EQ(store->provider("machinesmm")->balance_when_paused, (Money{50'000, "USD"}));

  engine->check_providers(now);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kNoFunds) << "the balance has not grown";
  panel.balance_reply = answered(Money{90'000'000, "USD"});
  engine->check_providers(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
  EXPECT_EQ(panel.placed.size(), 3u);
}

TEST_F(SendPlacement, AWrongKeyPausesTheProviderUntilItWorks) {
  panel.will(refused(FailureCode::kAuth));
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kProviderAuth);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kProviderAuth);
  engine->check_providers(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, AProviderThatDoesNotTakeOurRequestsIsPausedUntilItDoes) {
  panel.will(refused(FailureCode::kConfig));
  post(1, "SEG", "@maria");
  post(2, "SEG", "@joana");
  work();
  EXPECT_EQ(panel.placed.size(), 1u) << "the second line must not try";
  EXPECT_EQ(state("1_1"), PaymentState::kHeld) << "nothing was bought, and nobody need look into it";
  EXPECT_EQ(reason("1_1"), Reason::kProviderConfig);
  EXPECT_EQ(reason("2_1"), Reason::kProviderConfig);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kProviderConfig);
  engine->check_providers(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, ADefiniteRefusalGoesToTheNextRoute) {
  add_product("TWO", "followers", {{"worldsmm", "9"}});
  for (const FailureCode code : {FailureCode::kBadService, FailureCode::kBadQuantity}) {
    const std::int64_t order = 10 + static_cast<std::int64_t>(code);
    panel.will(refused(code));
    post(order, "TWO", "@user" + std::to_string(order));
    work();
    const Placement bought = placement(std::to_string(order) + "_1.1");
    EXPECT_EQ(bought.state, PlacementState::kAccepted) << to_string(code);
    EXPECT_EQ(bought.provider, "worldsmm");
    EXPECT_EQ(bought.service_id, "9");
    EXPECT_EQ(bought.attempt, 2);
  }
}

TEST_F(SendPlacement, AnUnknownOutcomeNeverGoesToTheNextRoute) {
  add_product("TWO", "followers", {{"worldsmm", "9"}});
  panel.will(lost_answer());
  post(1, "TWO", "@maria");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_TRUE(other_panel.placed.empty());
}

TEST_F(SendPlacement, ARefusalInWordsThatNobodyKnowsWaitsForAPersonAndIsBoughtNowhereElse) {
  add_product("TWO", "followers", {{"worldsmm", "9"}});
  panel.will(refused(FailureCode::kRejected));
  post(1, "TWO", "@maria");
  work();
  for (int i = 0; i < 3; ++i) {
    pass(24h);
    engine->process_payments(now);
  }
  EXPECT_EQ(state("1_1"), PaymentState::kHeld);
  EXPECT_EQ(reason("1_1"), Reason::kRefused);
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_TRUE(other_panel.placed.empty());
  EXPECT_EQ(engine->decide("1_1.1", {.kind = DecisionKind::kNotPlaced}, now), DecisionOutcome::kDone);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced) << "the person says that it was not bought";
}

TEST_F(SendPlacement, WithoutAnotherRouteARefusalIsHeldWithItsReason) {
  panel.will(refused(FailureCode::kBadService));
  panel.will(refused(FailureCode::kBadLink));
  panel.will(refused(FailureCode::kRejected));
  post(1, "SEG", "@maria");
  post(2, "SEG", "@joana");
  post(3, "SEG", "@carla");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kBadService);
  EXPECT_TRUE(payment("1_1").due_at.has_value());
  EXPECT_EQ(reason("2_1"), Reason::kBadLink);
  EXPECT_EQ(payment("2_1").due_at, std::nullopt) << "only a person can change the link";
  EXPECT_EQ(reason("3_1"), Reason::kRefused);
  EXPECT_EQ(payment("3_1").due_at, std::nullopt);
}

TEST_F(SendPlacement, AChangedProductIsUsedForAPurchaseThatWasRefused) {
  panel.will(refused(FailureCode::kBadService));
  post(1, "SEG", "@maria");
  work();
  change_product("SEG", [](Product& p) { p.service_id = "77"; });
  pass(settings.held_recheck);
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(panel.placed[1].service_id, "77");
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, ABusyLinkWaitsAndIsTriedAgain) {
  panel.will(refused(FailureCode::kBusyLink));
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kLinkBusy);
  EXPECT_EQ(payment("1_1").due_at, now + settings.busy_link_wait);
  pass(settings.busy_link_wait);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, ARateLimitIsWaitedForAsLongAsTheProviderSays) {
  panel.will(failed<PlacedOrder>(FailureCode::kRateLimited, TransportOutcome::kAnswered, 429, 90s));
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(payment("1_1").due_at, now + 90s);
  pass(90s);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, TwoLinesForOneLinkWaitForEachOther) {
  post(1, "SEG", "@maria");
  post(2, "SEG", "@maria");
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(reason("2_1"), Reason::kLinkBusy);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  work();
  EXPECT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
}

TEST_F(SendPlacement, AnotherServiceOfTheSameLinkDoesNotWait) {
  add_product("OTHER", "followers");
  change_product("OTHER", [](Product& p) { p.service_id = "8"; });
  post(1, "SEG", "@maria");
  post(2, "OTHER", "@maria");
  work();
  EXPECT_EQ(panel.placed.size(), 2u);
}

TEST_F(SendPlacement, AFailedPostNeverSendsTheOthersAgain) {
  panel.will(accepted("1"));
  panel.will(refused(FailureCode::kBadLink));
  panel.will(accepted("3"));
  panel.will(lost_answer());
  post(1, "CURT", "@maria");
  work();
  for (int i = 0; i < 5; ++i) {
    pass(1h);
    work();
    engine->process_payments(now);
  }
  EXPECT_EQ(panel.placed.size(), 4u);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
}

TEST_F(SendPlacement, AnOrderIdThatAnotherPlacementHasIsNotBelieved) {
  buy_one_line();
  panel.will(accepted("1001"));
  post(2, "SEG", "@joana");
  work();
  EXPECT_EQ(placement("2_1.1").state, PlacementState::kUnknown);
  EXPECT_EQ(state("2_1"), PaymentState::kReview);
  EXPECT_NE(placement("2_1.1").reason_detail.find("1_1.1"), std::string::npos);
}

}  // namespace
}  // namespace smmhost::testing
