// Contract: what an arriving order does to the database.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

TEST_P(StoreContract, APaidOrderBecomesOnePaymentALine) {
  const IngestResult result = store().ingest(paid_order("d1", 100, {"100_1", "100_2"}));
  EXPECT_EQ(result.outcome, CommitOutcome::kCommitted);
  EXPECT_FALSE(result.duplicate_delivery);
  EXPECT_THAT(result.created, ElementsAre("100_1", "100_2"));
  EXPECT_EQ(store().payments_of_order(100).size(), 2U);
}

TEST_P(StoreContract, EveryFieldOfAPaymentComesBack) {
  Payment given = sample_payment();
  given.cancel_requested = true;
  given.archived = true;
  given.finished = true;
  given.lease_owner = "host a";
  Ingest ingest = paid_order("d1", 100, {});
  ingest.new_payments = {given};
  ASSERT_EQ(store().ingest(ingest).outcome, CommitOutcome::kCommitted);

  const Payment read = read_payment("100_1");
  EXPECT_EQ(read.order_id, 100);
  EXPECT_EQ(read.status_alias, "paid");
  EXPECT_EQ(read.customer_name, "Ana Teste");
  EXPECT_EQ(read.email, "ana@example.com");
  EXPECT_EQ(read.phone_full_number, "11900000000");
  EXPECT_EQ(read.item_sku, "SEG-100");
  EXPECT_EQ(read.item_quantity, 3);
  EXPECT_EQ(read.customization, "@ana");
  EXPECT_TRUE(read.customization_borrowed);
  EXPECT_TRUE(read.finished);
  EXPECT_EQ(read.profile_status, ProfileStatus::kPrivate);
  EXPECT_EQ(read.state, PaymentState::kReceived);
  EXPECT_EQ(read.reason, Reason::kProfilePrivate);
  EXPECT_EQ(read.reason_detail, "the profile is private");
  EXPECT_EQ(read.username, "ana");
  EXPECT_EQ(read.profile_waiting_since, kNoon + seconds(1));
  EXPECT_EQ(read.profile_checks, 2);
  EXPECT_TRUE(read.cancel_requested);
  EXPECT_TRUE(read.archived);
  EXPECT_EQ(read.due_at, kNoon);
  EXPECT_EQ(read.lease_owner, "host a");
  EXPECT_EQ(read.fence, 0);
  EXPECT_EQ(read.version, 1);
  EXPECT_EQ(read.created_at, kNoon);
  EXPECT_EQ(read.updated_at, kNoon);
}

TEST_P(StoreContract, TextComesBackByteForByte) {
  Ingest ingest = paid_order("d1", 100, {"100_1"});
  ingest.new_payments[0].customization = "jo\xC3\xA3o 'x' \"y\" ; -- \xF0\x9F\x98\x80 \0 end"s;
  ASSERT_EQ(store().ingest(ingest).outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(read_payment("100_1").customization, ingest.new_payments[0].customization);
}

TEST_P(StoreContract, EveryFieldOfADeliveryComesBack) {
  ASSERT_EQ(store().ingest(paid_order("d1", 100, {"100_1"})).outcome, CommitOutcome::kCommitted);
  const auto deliveries = store().list_deliveries(0, 10);
  ASSERT_EQ(deliveries.size(), 1U);
  const auto read = store().delivery(deliveries[0].id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->received_at, kNoon);
  EXPECT_EQ(read->source, "webhook");
  EXPECT_EQ(read->digest, "d1");
  EXPECT_EQ(read->signature, "c2lnbmF0dXJl");
  EXPECT_EQ(read->event, "order.paid");
  EXPECT_EQ(read->order_id, 100);
  EXPECT_EQ(read->outcome, DeliveryOutcome::kAccepted);
  EXPECT_EQ(read->note, "a note");
  EXPECT_EQ(read->payload, R"({"id":100})");
  EXPECT_EQ(read->body_bytes, 337);
  EXPECT_EQ(read->copies, 1);
}

TEST_P(StoreContract, TheSameBytesAgainOnlyCountACopy) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  const Payment before = read_payment("100_1");
  Ingest again = paid_order("d1", 100, {"100_1", "100_2"});
  again.cancel = true;
  const IngestResult result = store().ingest(again);
  EXPECT_EQ(result.outcome, CommitOutcome::kCommitted);
  EXPECT_TRUE(result.duplicate_delivery);
  EXPECT_THAT(result.created, IsEmpty());
  const auto deliveries = store().list_deliveries(0, 10);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].copies, 2);
  EXPECT_EQ(store().payments_of_order(100).size(), 1U);
  EXPECT_EQ(read_payment("100_1").version, before.version);
  EXPECT_FALSE(read_payment("100_1").cancel_requested);
}

TEST_P(StoreContract, TheSameOrderInOtherBytesLeavesItsPaymentsAlone) {
  store().ingest(paid_order("d1", 100, {"100_1", "100_2"}));
  Payment worked = read_payment("100_1");
  worked.state = PaymentState::kReady;
  ASSERT_EQ(commit_payment(worked), CommitOutcome::kCommitted);

  const IngestResult result = store().ingest(paid_order("d2", 100, {"100_2", "100_1"}));
  EXPECT_FALSE(result.duplicate_delivery);
  EXPECT_THAT(result.created, IsEmpty());
  EXPECT_EQ(read_payment("100_1").state, PaymentState::kReady);
  EXPECT_EQ(read_payment("100_1").version, 2);
  const auto deliveries = store().list_deliveries(0, 10);
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[0].outcome, DeliveryOutcome::kNoChange) << "everything in it was known";
  EXPECT_TRUE(result.no_change);
}

TEST_P(StoreContract, ALineThatTheFirstCopyLackedIsAdded) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  EXPECT_THAT(store().ingest(paid_order("d2", 100, {"100_1", "100_2"})).created, ElementsAre("100_2"));
}

TEST_P(StoreContract, DeliveriesThatAreNotUnderstoodAreKept) {
  Ingest odd;
  odd.delivery = sample_delivery("d1");
  odd.delivery.order_id = 0;
  odd.delivery.event = "";
  odd.delivery.outcome = DeliveryOutcome::kNotUnderstood;
  EXPECT_EQ(store().ingest(odd).outcome, CommitOutcome::kCommitted);
  const auto deliveries = store().list_deliveries(0, 10);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries[0].outcome, DeliveryOutcome::kNotUnderstood);
}

TEST_P(StoreContract, ANewerWordOfTheShopReachesThePayments) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  Ingest newer = paid_order("d2", 100, {}, kNoon + minutes(1));
  newer.status_alias = "on_carriage";
  store().ingest(newer);
  EXPECT_EQ(read_payment("100_1").status_alias, "on_carriage");
  EXPECT_EQ(read_payment("100_1").version, 2) << "a worker that read the row before must notice";
}

TEST_P(StoreContract, AnOlderWordOfTheShopChangesNothing) {
  Ingest newer = paid_order("d1", 100, {"100_1"}, kNoon + minutes(1));
  newer.status_alias = "on_carriage";
  newer.new_payments[0].status_alias = "on_carriage";
  store().ingest(newer);
  store().ingest(paid_order("d2", 100, {"100_1", "100_2"}, kNoon));
  EXPECT_EQ(read_payment("100_1").status_alias, "on_carriage");
  EXPECT_EQ(read_payment("100_1").version, 1);
  EXPECT_EQ(read_payment("100_2").status_alias, "on_carriage") << "the late line belongs to the same order";
}

TEST_P(StoreContract, AnIngestWithoutAWordLeavesTheWord) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  Ingest silent = paid_order("d2", 100, {});
  silent.status_alias.clear();
  silent.status_at.reset();
  store().ingest(silent);
  EXPECT_EQ(read_payment("100_1").status_alias, "paid");
}

TEST_P(StoreContract, ACancellationMarksWhatHasNotEndedAndMakesItDue) {
  store().ingest(paid_order("d1", 100, {"100_1", "100_2"}));
  Payment done = read_payment("100_2");
  done.state = PaymentState::kDelivered;
  done.due_at.reset();
  ASSERT_EQ(commit_payment(done), CommitOutcome::kCommitted);
  Payment waiting = read_payment("100_1");
  waiting.due_at = kNoon + hours(9);
  ASSERT_EQ(commit_payment(waiting), CommitOutcome::kCommitted);

  EXPECT_EQ(store().ingest(cancelled_order("d2", 100)).outcome, CommitOutcome::kCommitted);
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
  EXPECT_EQ(read_payment("100_1").due_at, kNoon + minutes(6));
  EXPECT_EQ(read_payment("100_1").status_alias, "cancelled");
  EXPECT_FALSE(read_payment("100_2").cancel_requested);
  EXPECT_EQ(read_payment("100_2").state, PaymentState::kDelivered);
}

TEST_P(StoreContract, ACancellationThatComesBeforeThePaidOrderIsRemembered) {
  store().ingest(cancelled_order("d1", 100, kNoon + minutes(5)));
  const IngestResult late = store().ingest(paid_order("d2", 100, {"100_1"}, kNoon));
  EXPECT_THAT(late.created, ElementsAre("100_1"));
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
  EXPECT_EQ(read_payment("100_1").status_alias, "cancelled");
}

TEST_P(StoreContract, APaidOrderAfterItsCancellationIsStillMarked) {
  store().ingest(cancelled_order("d1", 100, kNoon));
  store().ingest(paid_order("d2", 100, {"100_1"}, kNoon + minutes(5)));
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
  EXPECT_EQ(read_payment("100_1").status_alias, "paid");
}

TEST_P(StoreContract, ACancellationOlderThanAKnownPaymentChangesNothing) {
  store().ingest(paid_order("d1", 100, {"100_1"}, kNoon + minutes(5)));
  const Payment before = read_payment("100_1");
  EXPECT_TRUE(store().ingest(cancelled_order("d2", 100, kNoon)).no_change);
  EXPECT_FALSE(read_payment("100_1").cancel_requested);
  EXPECT_EQ(read_payment("100_1").status_alias, "paid");
  EXPECT_EQ(read_payment("100_1").version, before.version);
  EXPECT_EQ(store().timeline("100_1").size(), 1U);
  store().ingest(paid_order("d3", 100, {"100_2"}, kNoon + minutes(5)));
  EXPECT_FALSE(read_payment("100_2").cancel_requested);
}

TEST_P(StoreContract, ACancellationOfTheSameMomentOrOfAnUnknownOneIsTaken) {
  store().ingest(paid_order("d1", 100, {"100_1"}, kNoon));
  store().ingest(cancelled_order("d2", 100, kNoon));
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
  store().ingest(paid_order("d3", 200, {"200_1"}, kNoon));
  Ingest timeless = cancelled_order("d4", 200);
  timeless.status_at.reset();
  store().ingest(timeless);
  EXPECT_TRUE(read_payment("200_1").cancel_requested);
}

TEST_P(StoreContract, ACancellationOlderThanAnotherWordIsTakenStill) {
  store().ingest(paid_order("d1", 100, {"100_1"}, kNoon));
  Ingest newer = paid_order("d2", 100, {}, kNoon + minutes(9));
  newer.status_alias = "handling_products";
  store().ingest(newer);
  store().ingest(cancelled_order("d3", 100, kNoon + minutes(5)));
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
  EXPECT_EQ(read_payment("100_1").status_alias, "handling_products");
}

TEST_P(StoreContract, APaidWordMakesWhatTheShopsCancellationEndedDueAndLeavesItAsItIs) {
  store().ingest(paid_order("d1", 100, {"100_1", "100_2"}, kNoon));
  store().ingest(cancelled_order("d2", 100, kNoon + minutes(1)));
  for (const char* id : {"100_1", "100_2"}) {
    Payment ended = read_payment(id);
    ended.state = PaymentState::kCancelled;
    ended.reason = std::string(id) == "100_1" ? Reason::kCancelledByShop : Reason::kGivenUp;
    ended.due_at.reset();
    ASSERT_EQ(commit_payment(ended), CommitOutcome::kCommitted);
  }
  Ingest again = paid_order("d3", 100, {"100_1", "100_2"}, kNoon + minutes(2));
  again.delivery.received_at = kNoon + minutes(3);
  store().ingest(again);
  EXPECT_EQ(read_payment("100_1").due_at, kNoon + minutes(3));
  EXPECT_EQ(read_payment("100_1").state, PaymentState::kCancelled);
  EXPECT_EQ(read_payment("100_1").status_alias, "paid");
  EXPECT_EQ(read_payment("100_2").due_at, std::nullopt) << "a person ended this one";
}

// A decision about a payment, as the engine writes it.
Changes decision_at(Payment payment, Time at) {
  payment.cancel_requested = false;
  payment.due_at.reset();
  Event event = sample_event(payment.id);
  event.kind = "decision";
  event.actor = "operator";
  event.at = at;
  Changes changes;
  changes.payments = {payment};
  changes.events = {event};
  return changes;
}

TEST_P(StoreContract, WhatAPersonDecidedAboutACancellationStandsUntilANewerOne) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  store().ingest(cancelled_order("d2", 100, kNoon + minutes(5)));
  ASSERT_EQ(store().commit(decision_at(read_payment("100_1"), kNoon + minutes(20))), CommitOutcome::kCommitted);
  store().ingest(cancelled_order("d3", 100, kNoon + minutes(5)));
  store().ingest(cancelled_order("d4", 100, kNoon + minutes(20)));
  EXPECT_FALSE(read_payment("100_1").cancel_requested);
  store().ingest(cancelled_order("d5", 100, kNoon + minutes(21)));
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
  EXPECT_EQ(read_payment("100_1").due_at, kNoon + minutes(6)) << "when it was received";
}

TEST_P(StoreContract, ADecisionMadeBeforeTheCancellationWasHeardOfDoesNotAnswerIt) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  ASSERT_EQ(store().commit(decision_at(read_payment("100_1"), kNoon + minutes(20))), CommitOutcome::kCommitted);
  store().ingest(cancelled_order("d2", 100, kNoon + minutes(5)));
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
}

TEST_P(StoreContract, ADecisionAboutALineThatArrivedCancelledStandsToo) {
  store().ingest(cancelled_order("d1", 100, kNoon));
  store().ingest(paid_order("d2", 100, {"100_1"}, kNoon + minutes(5)));
  const auto events = store().timeline("100_1");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].to, "received");
  EXPECT_EQ(events[1].kind, "shop") << "the timeline tells why it waits";
  ASSERT_EQ(store().commit(decision_at(read_payment("100_1"), kNoon + minutes(20))), CommitOutcome::kCommitted);
  store().ingest(cancelled_order("d3", 100, kNoon + minutes(6)));
  EXPECT_FALSE(read_payment("100_1").cancel_requested);
}

TEST_P(StoreContract, APaymentInDoubtAboutItsCancellationHearsOfANewerOne) {
  store().ingest(cancelled_order("d1", 100, kNoon));
  store().ingest(paid_order("d2", 100, {"100_1"}, kNoon + minutes(5)));
  Payment waiting = read_payment("100_1");
  waiting.state = PaymentState::kReview;
  waiting.reason = Reason::kPaidAfterCancellation;
  waiting.due_at.reset();
  ASSERT_EQ(commit_payment(waiting), CommitOutcome::kCommitted);
  store().ingest(cancelled_order("d3", 100, kNoon + minutes(4)));
  EXPECT_EQ(read_payment("100_1").due_at, std::nullopt) << "older than the payment";
  store().ingest(cancelled_order("d4", 100, kNoon + minutes(6)));
  EXPECT_EQ(read_payment("100_1").due_at, kNoon + minutes(6)) << "when it was received";
}

TEST_P(StoreContract, ACancellationDoesNotTakeAPaymentFromItsWorker) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  const auto leased = store().claim_due("a", kNoon + minutes(5), minutes(3), 1);
  ASSERT_EQ(leased.size(), 1U);
  store().ingest(cancelled_order("d2", 100));  // at 12:06, the lease runs until 12:08
  EXPECT_THAT(store().claim_due("b", kNoon + minutes(6), minutes(3), 1), IsEmpty());
  EXPECT_EQ(commit_payment(leased[0]), CommitOutcome::kConflict) << "the worker must read the cancellation";
  EXPECT_TRUE(read_payment("100_1").cancel_requested);
}

// The same six deliveries for an order of its own.
std::vector<Ingest> six_copies(std::int64_t order_id) {
  const std::string order = std::to_string(order_id);
  const std::vector<std::string> lines = {order + "_1", order + "_2"};
  const std::vector<std::string> swapped = {order + "_2", order + "_1"};
  return {paid_order(order + "a", order_id, lines),   paid_order(order + "b", order_id, swapped),
          paid_order(order + "a", order_id, lines),   cancelled_order(order + "c", order_id),
          paid_order(order + "b", order_id, swapped), cancelled_order(order + "c", order_id)};
}

TEST_P(StoreContract, CopiesInAnyOrderMakeOnePaymentALine) {
  std::mt19937 shuffle(7);  // NOLINT: the same orders in every run
  for (std::int64_t order_id = 1; order_id <= 40; ++order_id) {
    std::vector<Ingest> copies = six_copies(order_id);
    std::shuffle(copies.begin(), copies.end(), shuffle);
    for (const Ingest& copy : copies) ASSERT_EQ(store().ingest(copy).outcome, CommitOutcome::kCommitted);
    const auto payments = store().payments_of_order(order_id);
    ASSERT_EQ(payments.size(), 2U);
    for (const PaymentDetail& detail : payments) {
      ASSERT_TRUE(detail.payment.cancel_requested);
      ASSERT_EQ(detail.payment.status_alias, "cancelled");
    }
  }
}

TEST_P(StoreContract, TheTimelineBeginsWithTheArrival) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  store().ingest(cancelled_order("d2", 100));
  const auto events = store().timeline("100_1");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, "state");
  EXPECT_EQ(events[0].to, "received");
  EXPECT_EQ(events[0].at, kNoon);
  EXPECT_EQ(events[0].actor, "shop");
  EXPECT_EQ(events[1].kind, "shop");
  EXPECT_LT(events[0].id, events[1].id);
}

}  // namespace
}  // namespace smmhost::contract
