// Following purchases at their providers.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class TrackPlacements : public EngineTest {
 protected:
  void expect_next_question_within(Duration interval) {
    EXPECT_LE(placement("1_1.1").due_at, now + interval);
    EXPECT_GT(placement("1_1.1").due_at, now + interval - settings.track_first / 4);
  }
  // As the host's threads do: they look for due purchases and for due statuses all the time.
  void run_for(Duration time) {
    const Time end = now + time;
    for (; now < end; pass(100ms)) {
      engine->track_due(now);
      engine->work_due(now, 50);
    }
  }
};

TEST_F(TrackPlacements, AsksFirstAfterTheConfiguredTimeAndThenMoreRarely) {
  buy_one_line();
  engine->track_due(now);
  EXPECT_EQ(panel.status_calls, 0);
  pass(settings.track_first);
  EXPECT_EQ(engine->track_due(now), 1);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kInProgress);
  expect_next_question_within(settings.track_first);
  pass(24h);
  engine->track_due(now);
  expect_next_question_within(settings.track_longest);
}

TEST_F(TrackPlacements, WithNothingDueTheProvidersRateIsLeftToThePurchases) {
  panel.able.services = false;
  gate = {.calls_per_minute = 60, .burst = 10};
  start_engine();
  for (int polls = 0; polls < 100; ++polls) engine->track_due(now);
  for (int order = 1; order <= 10; ++order) post(order, "SEG", "@user" + std::to_string(order));
  work();
  EXPECT_EQ(panel.placed.size(), 10u);
}

TEST_F(TrackPlacements, WithNothingDueTheTrialOfAnOpenBreakerIsLeftToAPurchase) {
  gate.breaker_failures = 1;
  start_engine();
  panel.will(not_sent());
  post(1, "SEG", "@maria");
  work();
  pass(settings.backoff_longest);
  engine->track_due(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(TrackPlacements, ABacklogIsBoughtAtTheWholeRateWhileItIsFollowed) {
  gate = {.calls_per_minute = 60, .burst = 10};
  start_engine();
  for (int order = 1; order <= 250; ++order) post(order, "SEG", "@user" + std::to_string(order));
  run_for(3min);
  EXPECT_GE(panel.placed.size(), 175u) << "190 calls are allowed";
  EXPECT_GE(panel.status_calls, 2) << "what is bought is followed all the same";
  EXPECT_LE(panel.placed.size() + static_cast<std::size_t>(panel.status_calls), 191u);
}

TEST_F(TrackPlacements, PurchasesMadeOneAfterTheOtherAreAskedAboutTogether) {
  for (int order = 1; order <= 14; ++order) {
    post(order, "SEG", "@user" + std::to_string(order));
    work();
    pass(1s);
  }
  run_for(settings.track_first);
  EXPECT_LE(panel.status_calls, 3);
  for (int order = 1; order <= 14; ++order)
    EXPECT_EQ(placement(std::to_string(order) + "_1.1").state, PlacementState::kInProgress) << order;
}

TEST_F(TrackPlacements, ABatchThatIsNotLetThroughIsDueAgainWhenItsTurnComes) {
  panel.able.services = false;
  gate = {.calls_per_minute = 60, .burst = 1};
  start_engine();
  buy_one_line();
  pass(settings.track_first);
  post(2, "SEG", "@joana");
  work();
  ASSERT_EQ(state("2_1"), PaymentState::kPlaced) << "it has the only token";
  EXPECT_EQ(engine->track_due(now), 0);
  EXPECT_EQ(placement("1_1.1").due_at, now + 1s);
  pass(1s);
  EXPECT_EQ(engine->track_due(now), 1);
}

TEST_F(TrackPlacements, MoreThanOneBatchWaitsForOneTurn) {
  panel.able.services = false;
  for (int order = 1; order <= 130; ++order) post(order, "SEG", "@user" + std::to_string(order));
  work();
  pass(settings.track_first);
  gate = {.calls_per_minute = 60, .burst = 1};
  start_engine();
  post(200, "SEG", "@joana");
  work();
  EXPECT_EQ(engine->track_due(now), 0);
  for (int order = 1; order <= 130; ++order)
    EXPECT_EQ(placement(std::to_string(order) + "_1.1").due_at, now + 1s) << order;
}

TEST_F(TrackPlacements, ARowThatWasChangedMeanwhileDoesNotKeepTheOthersFromComingBack) {
  panel.able.services = false;
  buy_one_line();
  post(2, "SEG", "@joana");
  work();
  pass(settings.track_first);
  gate = {.calls_per_minute = 60, .burst = 1};
  start_engine();
  post(3, "SEG", "@carla");
  work();
  bool changed = false;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (changed || changes.placements.size() != 2) return std::nullopt;
    changed = true;
    return CommitOutcome::kConflict;
  };
  engine->track_due(now);
  EXPECT_TRUE(changed);
  EXPECT_EQ(placement("1_1.1").due_at, now + 1s);
  EXPECT_EQ(placement("2_1.1").due_at, now + 1s);
}

TEST_F(TrackPlacements, WhatAnAnswerSaysOfManyIsOneCommitAndOneThatConflictsKeepsNoneBack) {
  constexpr int kOrders = 4;
  for (int n = 1; n <= kOrders; ++n) post(n, "SEG", "@cliente" + std::to_string(n));
  work();
  for (int n = 1; n <= kOrders; ++n) panel.report(std::to_string(1000 + n), OrderProgress::kCompleted);
  std::vector<std::size_t> sizes;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (changes.placements.empty() || changes.placements[0].state != PlacementState::kCompleted) return std::nullopt;
    sizes.push_back(changes.placements.size());
    EXPECT_EQ(changes.exchanges.size(), 1u) << "one answer is kept once";
    return sizes.size() == 1 ? std::optional(CommitOutcome::kConflict) : std::nullopt;
  };
  track();
  EXPECT_EQ(sizes, (std::vector<std::size_t>{kOrders, 1, 1, 1, 1})) << "all together, and after a conflict each alone";
  for (int n = 1; n <= kOrders; ++n) EXPECT_EQ(state(std::to_string(n) + "_1"), PaymentState::kCompleted);
}

TEST_F(TrackPlacements, AsksForAtMostAHundredAtATime) {
  for (int order = 1; order <= 130; ++order) post(order, "SEG", "@user" + std::to_string(order));
  work();
  pass(settings.track_first);
  store->claims_of_tracking = 0;
  EXPECT_EQ(engine->track_due(now), 130);
  EXPECT_EQ(panel.largest_batch, 100u);
  EXPECT_EQ(panel.status_calls, 2);
  EXPECT_EQ(store->claims_of_tracking, 3)
      << "two at this panel, of which the second took all that was left, one at the other";
}

TEST_F(TrackPlacements, TakesTheNumbersOfAPurchaseThatGoesOn) {
  buy_one_line();
  panel.report("1001", OrderProgress::kInProgress, 40);
  panel.statuses["1001"].charge = Money{270'000, "USD"};
  track();
  panel.report("1001", OrderProgress::kInProgress, 30);
  track();
  EXPECT_EQ(placement("1_1.1").remains, 30);
  EXPECT_EQ(placement("1_1.1").charge, (Money{270'000, "USD"}));
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(TrackPlacements, AWordThatIsNotKnownChangesNoState) {
  buy_one_line();
  for (const OrderProgress progress : {OrderProgress::kUnrecognised, OrderProgress::kProblem}) {
    panel.report("1001", progress);
    track();
    EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
    EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  }
  EXPECT_TRUE(timeline_has("1_1", "note", "the provider says"));
}

TEST_F(TrackPlacements, AProblemThatLastsIsAPersonsAndIsFollowedOn) {
  buy_one_line();
  panel.report("1001", OrderProgress::kProblem);
  track();
  pass(settings.problem_after - settings.track_longest - 1min);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced) << "not yet";
  for (int i = 0; i < 3; ++i) track();
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(reason("1_1"), Reason::kStalled);
  EXPECT_EQ(store->list_review().size(), 1u);
  int notes = 0;
  for (const Event& event : store->timeline("1_1")) notes += event.kind == "note" ? 1 : 0;
  EXPECT_EQ(notes, 1) << "said once for as long as it is the same";
  panel.report("1001", OrderProgress::kInProgress);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced) << "it goes on again";
  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(TrackPlacements, AProblemThatComesBackHasItsTimeAnew) {
  buy_one_line();
  panel.report("1001", OrderProgress::kProblem);
  track();
  panel.report("1001", OrderProgress::kInProgress);
  track();
  pass(settings.problem_after);
  panel.report("1001", OrderProgress::kProblem);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(TrackPlacements, APurchaseThatDoesNotEndIsAPersonsAndItsEndStillCounts) {
  buy_one_line();
  panel.report("1001", OrderProgress::kPending);
  pass(settings.stale_after - settings.track_longest - 1min);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  for (int i = 0; i < 2; ++i) track();
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(placement("1_1.1").reason, Reason::kStalled);
  panel.report("1001", OrderProgress::kInProgress);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kReview) << "that it goes on is no end in sight";
  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(TrackPlacements, APurchaseNobodyAnswersAboutIsAPersonsInTheEnd) {
  gate.breaker_failures = 1'000;
  start_engine();
  buy_one_line();
  panel.status_failure = Failure{.code = FailureCode::kInternal};
  pass(settings.stale_after);
  track();
  EXPECT_EQ(reason("1_1"), Reason::kStalled);
  panel.status_failure.reset();

  post(2, "SEG", "@joana");
  work();
  panel.out_of_service = "its plugin is not loaded";
  pass(settings.stale_after);
  track();
  EXPECT_EQ(reason("2_1"), Reason::kStalled);
}

TEST_F(TrackPlacements, APurchaseAtAProviderThatIsNotConfiguredAnyMoreIsAPersonsUntilItIsConfiguredAgain) {
  engine->check_providers(now);
  buy_one_line();
  engine =
      std::make_unique<Engine>(EnginePorts{*store, shop, {&other_panel}, {&checker}, [] { return std::uint64_t{5}; }},
                               settings, std::vector<GateConfig>{});
  pass(settings.track_first);
  engine->track_placements(now);
  EXPECT_EQ(reason("1_1"), Reason::kStalled);
  EXPECT_NE(payment("1_1").reason_detail.find("machinesmm"), std::string::npos);
  start_engine();
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(TrackPlacements, ProgressNeverLeadsBack) {
  buy_one_line();
  panel.report("1001", OrderProgress::kInProgress);
  track();
  panel.report("1001", OrderProgress::kPending);
  track();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kInProgress);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  panel.report("1001", OrderProgress::kInProgress);
  track();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kCompleted);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(TrackPlacements, PartialCanceledAndRefundedAreAPersons) {
  const std::pair<OrderProgress, Reason> ends[] = {{OrderProgress::kPartial, Reason::kPartiallyDelivered},
                                                   {OrderProgress::kCanceled, Reason::kCanceledByProvider},
                                                   {OrderProgress::kRefunded, Reason::kCanceledByProvider}};
  int order = 0;
  for (const auto& [progress, expected] : ends) {
    ++order;
    post(order, "SEG", "@user" + std::to_string(order));
    work();
    panel.report(std::to_string(1000 + order), progress, 40);
    track();
    EXPECT_EQ(state(std::to_string(order) + "_1"), PaymentState::kReview);
    EXPECT_EQ(reason(std::to_string(order) + "_1"), expected);
  }
  EXPECT_EQ(store->list_review().size(), 3u);
}

TEST_F(TrackPlacements, AnOrderTheProviderDoesNotKnowYetIsAskedForAgain) {
  buy_one_line();
  panel.statuses["1001"] = {.order_id = "1001", .error = FailureCode::kNotFound};
  for (int i = 0; i < 3; ++i) track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(TrackPlacements, AnOrderTheProviderNeverKnowsIsAPersonsAndComesBackByItself) {
  buy_one_line();
  panel.statuses["1001"] = {.order_id = "1001", .error = FailureCode::kNotFound};
  for (int i = 0; i < 10; ++i) track();
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  panel.report("1001", OrderProgress::kInProgress);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(TrackPlacements, AFailedBatchIsAskedForAgainLater) {
  buy_one_line();
  panel.status_failure = Failure{.code = FailureCode::kUpstreamDown};
  track();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  panel.status_failure.reset();
  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(TrackPlacements, ALineIsCompletedWhenAllOfItsPostsAre) {
  post(1, "CURT", "@maria");
  work();
  for (const char* id : {"1001", "1002", "1003"}) panel.report(id, OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("1004", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

}  // namespace
}  // namespace smmhost::testing
