#include "core/fulfilment/settle_payment.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

using std::chrono::minutes;

const Time kStart = from_unix_ms(1'768'483'231'000);

Placement placement(PlacementState state, Reason reason = Reason::kNone) {
  Placement p;
  p.id = "1_1.1";
  p.state = state;
  p.reason = reason;
  return p;
}

Placement given_up(PlacementState state) {
  Placement p = placement(state, Reason::kGivenUp);
  p.given_up = true;
  return p;
}

Settled settle(std::vector<Placement> placements, DeliveredWhen when = DeliveredWhen::kCompleted) {
  Payment payment;
  payment.state = PaymentState::kPlacing;
  return settle_payment(payment, placements, when);
}

const Placement kIntent = placement(PlacementState::kIntent);
const Placement kBusy = placement(PlacementState::kIntent, Reason::kLinkBusy);
const Placement kRefusedForFunds = placement(PlacementState::kRejected, Reason::kNoFunds);
const Placement kSent = placement(PlacementState::kSent);
const Placement kAccepted = placement(PlacementState::kAccepted);
const Placement kInProgress = placement(PlacementState::kInProgress);
const Placement kCompleted = placement(PlacementState::kCompleted);
const Placement kPartial = placement(PlacementState::kPartial, Reason::kPartiallyDelivered);
const Placement kPartialTaken = placement(PlacementState::kPartial);
const Placement kCanceled = placement(PlacementState::kCanceled, Reason::kCanceledByProvider);
const Placement kReplaced = placement(PlacementState::kCanceled);
const Placement kNeverBought = placement(PlacementState::kCanceled, Reason::kCancelledByShop);
const Placement kUnknown = placement(PlacementState::kUnknown, Reason::kOutcomeUnknown);

TEST(SettlePayment, OnePlacementDecidesAlone) {
  EXPECT_EQ(settle({kIntent}).state, PaymentState::kPlacing);
  EXPECT_EQ(settle({kSent}).state, PaymentState::kPlacing);
  EXPECT_EQ(settle({kBusy}).state, PaymentState::kHeld);
  EXPECT_EQ(settle({kBusy}).reason, Reason::kLinkBusy);
  EXPECT_EQ(settle({kRefusedForFunds}).reason, Reason::kNoFunds);
  EXPECT_EQ(settle({kAccepted}).state, PaymentState::kPlaced);
  EXPECT_EQ(settle({kInProgress}).state, PaymentState::kPlaced);
  EXPECT_EQ(settle({kCompleted}).state, PaymentState::kCompleted);
  EXPECT_EQ(settle({kPartial}).state, PaymentState::kReview);
  EXPECT_EQ(settle({kPartial}).reason, Reason::kPartiallyDelivered);
  EXPECT_EQ(settle({kPartialTaken}).state, PaymentState::kCompleted);
  EXPECT_EQ(settle({kCanceled}).reason, Reason::kCanceledByProvider);
  EXPECT_EQ(settle({kUnknown}).reason, Reason::kOutcomeUnknown);
}

TEST(SettlePayment, TheMostPressingPlacementDecides) {
  EXPECT_EQ(settle({kCompleted, kAccepted}).state, PaymentState::kPlaced);
  EXPECT_EQ(settle({kCompleted, kAccepted, kIntent}).state, PaymentState::kPlacing);
  EXPECT_EQ(settle({kCompleted, kAccepted, kIntent, kBusy}).state, PaymentState::kHeld);
  EXPECT_EQ(settle({kCompleted, kAccepted, kIntent, kBusy, kUnknown}).state, PaymentState::kReview);
}

TEST(SettlePayment, ACompletedLineIsFinishedAndAnAcceptedOneOnlyWhereTheOperatorChoseSo) {
  EXPECT_TRUE(settle({kCompleted, kCompleted}).finished);
  EXPECT_FALSE(settle({kCompleted, kAccepted}).finished);
  EXPECT_TRUE(settle({kCompleted, kAccepted}, DeliveredWhen::kAccepted).finished);
  EXPECT_FALSE(settle({kCompleted, kIntent}, DeliveredWhen::kAccepted).finished);
  EXPECT_FALSE(settle({kCompleted, kUnknown}, DeliveredWhen::kAccepted).finished);
}

TEST(SettlePayment, ALineWithAPurchaseThatWasGivenUpIsNeverCompleted) {
  EXPECT_EQ(settle({kAccepted, given_up(PlacementState::kCanceled)}).state, PaymentState::kPlaced);
  const Settled ended = settle({kCompleted, given_up(PlacementState::kCanceled)});
  EXPECT_EQ(ended.state, PaymentState::kCancelled);
  EXPECT_EQ(ended.reason, Reason::kGivenUp);
  EXPECT_EQ(ended.detail, "1 of 2 purchases were delivered");
  EXPECT_FALSE(ended.finished);
}

TEST(SettlePayment, ALineOfWhichNothingWasBoughtEndsWithTheShopsCancellation) {
  EXPECT_EQ(settle({kNeverBought, kNeverBought}).state, PaymentState::kCancelled);
  EXPECT_EQ(settle({kNeverBought}).reason, Reason::kCancelledByShop);
}

TEST(SettlePayment, APurchaseThatWasMadeAgainDoesNotCountTwice) {
  EXPECT_EQ(settle({kReplaced, kAccepted}).state, PaymentState::kPlaced);
  EXPECT_EQ(settle({kReplaced, kCompleted}).state, PaymentState::kCompleted);
}

TEST(SettlePayment, ARunningPurchaseOfACancelledOrderWaitsForAPerson) {
  for (const PlacementState state :
       {PlacementState::kAccepted, PlacementState::kInProgress, PlacementState::kCompleted})
    EXPECT_EQ(settle({placement(state, Reason::kCancelledAfterPurchase)}).reason, Reason::kCancelledAfterPurchase);
}

TEST(SettlePayment, ALineThatAPersonMarkedFinishedStaysCompleted) {
  Payment payment;
  payment.state = PaymentState::kCompleted;
  payment.finished = true;
  const Placement dropped = given_up(PlacementState::kCanceled);
  EXPECT_EQ(settle_payment(payment, {&dropped, 1}, DeliveredWhen::kCompleted).state, PaymentState::kCompleted);
}

TEST(SettlePayment, IsDueWhenTheFirstPlacementWantsToBeSent) {
  Placement soon = kIntent, later = kBusy, followed = kAccepted;
  soon.due_at = kStart + minutes{2};
  later.due_at = kStart + minutes{9};
  followed.due_at = kStart;
  EXPECT_EQ(settle({later, soon, followed}).due_at, kStart + minutes{2});
  Placement sent = kSent;
  sent.due_at = kStart + minutes{3};
  EXPECT_EQ(settle({sent, followed}).due_at, kStart + minutes{3}) << "or nobody would miss its answer";
  EXPECT_EQ(settle({followed}).due_at, std::nullopt) << "following is the placement's own affair";
}

TEST(SettlePayment, AnEndedPaymentStaysAsItIs) {
  Payment payment;
  for (const PaymentState end : {PaymentState::kDelivered, PaymentState::kCancelled}) {
    payment.state = end;
    const Placement late = kUnknown;
    EXPECT_EQ(settle_payment(payment, {&late, 1}, DeliveredWhen::kCompleted).state, end);
  }
}

}  // namespace
}  // namespace smmhost
