// Following purchases at their providers.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class TrackPlacements : public EngineTest {};

TEST_F(TrackPlacements, AsksFirstAfterTheConfiguredTimeAndThenMoreRarely) {
  buy_one_line();
  engine->track_due(now);
  EXPECT_EQ(panel.status_calls, 0);
  pass(settings.track_first);
  EXPECT_EQ(engine->track_due(now), 1);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kInProgress);
  EXPECT_EQ(placement("1_1.1").due_at, now + settings.track_first);
  pass(24h);
  engine->track_due(now);
  EXPECT_EQ(placement("1_1.1").due_at, now + settings.track_longest);
}

TEST_F(TrackPlacements, AsksForAtMostAHundredAtATime) {
  for (int order = 1; order <= 130; ++order) post(order, "SEG", "@user" + std::to_string(order));
  work();
  pass(settings.track_first);
  EXPECT_EQ(engine->track_due(now), 130);
  EXPECT_EQ(panel.largest_batch, 100u);
  EXPECT_EQ(panel.status_calls, 2);
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
