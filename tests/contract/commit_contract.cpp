// Contract: the write primitive. Whole or not at all, and only over the version that was read.
#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_P(StoreContract, ACommitRaisesTheVersion) {
  Payment payment = stored(sample_payment());
  EXPECT_EQ(payment.version, 1);
  payment.state = PaymentState::kReady;
  EXPECT_EQ(stored(payment).version, 2);
}

TEST_P(StoreContract, ACommitOverAnOldVersionWritesNothing) {
  const Payment old = stored(sample_payment());
  Payment first = old;
  first.state = PaymentState::kReady;
  ASSERT_EQ(commit_payment(first), CommitOutcome::kCommitted);
  Payment second = old;
  second.state = PaymentState::kHeld;
  EXPECT_EQ(commit_payment(second), CommitOutcome::kConflict);
  EXPECT_EQ(read_payment("100_1").state, PaymentState::kReady);
}

TEST_P(StoreContract, AnInsertOfAnIdThatExistsIsAConflict) {
  stored(sample_payment());
  EXPECT_EQ(commit_payment(sample_payment()), CommitOutcome::kConflict);
  stored(sample_placement());
  EXPECT_EQ(commit_placement(sample_placement()), CommitOutcome::kConflict);
}

TEST_P(StoreContract, AnUpdateOfARowThatIsGoneIsAConflict) {
  Payment payment = sample_payment();
  payment.version = 1;
  EXPECT_EQ(commit_payment(payment), CommitOutcome::kConflict);
  EXPECT_FALSE(store().payment("100_1"));
}

TEST_P(StoreContract, AWorkerWhoseLeaseWentToAnotherWritesNothing) {
  stored(sample_payment());
  auto first = store().claim_due("a", kNoon, minutes(3), 1);
  ASSERT_THAT(first, SizeIs(1));
  auto second = store().claim_due("b", kNoon + minutes(3), minutes(3), 1);
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_GT(second[0].fence, first[0].fence);
  first[0].state = PaymentState::kHeld;
  EXPECT_EQ(commit_payment(first[0]), CommitOutcome::kConflict);
  second[0].state = PaymentState::kReady;
  EXPECT_EQ(commit_payment(second[0]), CommitOutcome::kCommitted);
  EXPECT_EQ(read_payment("100_1").state, PaymentState::kReady);
}

TEST_P(StoreContract, AStaleFenceWritesNothingEvenWithTheRightVersion) {
  stored(sample_payment());
  Payment claimed = store().claim_due("a", kNoon, minutes(3), 1).at(0);
  --claimed.fence;
  EXPECT_EQ(commit_payment(claimed), CommitOutcome::kConflict);
}

TEST_P(StoreContract, OneConflictUndoesTheWholeCommit) {
  const Payment stale = stored(sample_payment("100_1"));
  stored(stale);  // version 2 now
  Changes changes;
  changes.payments = {sample_payment("100_2"), stale};
  changes.placements = {sample_placement("100_2.1")};
  changes.shop_updates = {sample_shop_update()};
  changes.providers = {sample_provider()};
  changes.exchanges = {sample_exchange()};
  changes.events = {sample_event("100_2")};
  EXPECT_EQ(store().commit(changes), CommitOutcome::kConflict);
  EXPECT_FALSE(store().payment("100_2"));
  EXPECT_FALSE(store().placement("100_2.1"));
  EXPECT_FALSE(store().shop_update("100/delivered"));
  EXPECT_FALSE(store().provider("machinesmm"));
  EXPECT_FALSE(store().exchange("x1"));
  EXPECT_THAT(store().timeline("100_2"), IsEmpty());
}

TEST_P(StoreContract, AConflictInTheLastRowUndoesTheFirst) {
  ProviderStatus never_stored = sample_provider();
  never_stored.version = 7;
  Changes changes;
  changes.payments = {sample_payment()};
  changes.providers = {never_stored};
  EXPECT_EQ(store().commit(changes), CommitOutcome::kConflict);
  EXPECT_FALSE(store().payment("100_1"));
}

TEST_P(StoreContract, NoPlacementIsGivenTheProvidersOrderOfAnother) {
  Placement first = stored(sample_placement("1_1.1", "a"));
  Placement second = stored(sample_placement("2_1.1", "b"));
  Placement elsewhere = sample_placement("3_1.1", "c");
  elsewhere.provider = "worldsmm";
  elsewhere = stored(elsewhere);
  first.provider_order_id = second.provider_order_id = elsewhere.provider_order_id = "23501";
  EXPECT_EQ(commit_placement(first), CommitOutcome::kCommitted);
  EXPECT_EQ(commit_placement(second), CommitOutcome::kConflict);
  EXPECT_EQ(read_placement("2_1.1").provider_order_id, "");
  EXPECT_EQ(commit_placement(elsewhere), CommitOutcome::kCommitted) << "numbers of another provider are other orders";
  EXPECT_EQ(commit_placement(read_placement("1_1.1")), CommitOutcome::kCommitted) << "it has the order already";
}

TEST_P(StoreContract, WhatWasStoredWithTheOrderOfAnotherCanStillBeChanged) {
  for (const char* id : {"1_1.1", "2_1.1"}) {  // the earlier program did not look
    Placement imported = sample_placement(id, id);
    imported.provider_order_id = "23501";
    stored(imported);
  }
  EXPECT_EQ(commit_placement(read_placement("1_1.1")), CommitOutcome::kCommitted);
}

TEST_P(StoreContract, EveryFieldOfAPlacementComesBack) {
  Placement given = sample_placement();
  given.state = PlacementState::kPartial;
  given.reason = Reason::kPartiallyDelivered;
  given.reason_detail = "120 of 300";
  given.provider_order_id = "23501";
  given.charge = Money{278'190, "USD"};
  given.start_count = 3572;
  given.remains = 180;
  given.attempt = 2;
  given.failures = 3;
  given.given_up = true;
  given.idempotent_at = "panel-request-id 1.0.0 at panel.example:443 (5e884898)";
  given.sent_at = kNoon + seconds(1);
  given.answered_at = kNoon + seconds(2);
  given.due_at = kNoon + seconds(3);
  const Placement read = stored(given);
  EXPECT_EQ(read.payment_id, "100_1");
  EXPECT_EQ(read.provider, "machinesmm");
  EXPECT_EQ(read.service_id, "2001");
  EXPECT_EQ(read.link, "https://www.instagram.com/ana");
  EXPECT_EQ(read.quantity, 300);
  EXPECT_EQ(read.state, PlacementState::kPartial);
  EXPECT_EQ(read.reason, Reason::kPartiallyDelivered);
  EXPECT_EQ(read.reason_detail, "120 of 300");
  EXPECT_EQ(read.provider_order_id, "23501");
  EXPECT_EQ(read.charge, (Money{278'190, "USD"}));
  EXPECT_EQ(read.start_count, 3572);
  EXPECT_EQ(read.remains, 180);
  EXPECT_EQ(read.attempt, 2);
  EXPECT_EQ(read.failures, 3);
  EXPECT_EQ(read.route, 1);
  EXPECT_TRUE(read.given_up);
  EXPECT_EQ(read.request_key, "00112233445566778899aabbccddeeff");
  EXPECT_EQ(read.idempotent_at, "panel-request-id 1.0.0 at panel.example:443 (5e884898)");
  EXPECT_EQ(read.sent_at, kNoon + seconds(1));
  EXPECT_EQ(read.answered_at, kNoon + seconds(2));
  EXPECT_EQ(read.due_at, kNoon + seconds(3));
  EXPECT_EQ(read.version, 1);
  EXPECT_EQ(read.created_at, kNoon);
  EXPECT_EQ(read.updated_at, kNoon);
}

TEST_P(StoreContract, WhatAPlacementDoesNotKnowComesBackUnknown) {
  const Placement read = stored(sample_placement());
  EXPECT_FALSE(read.charge);
  EXPECT_FALSE(read.start_count);
  EXPECT_FALSE(read.remains);
  EXPECT_FALSE(read.sent_at);
  EXPECT_FALSE(read.answered_at);
  EXPECT_FALSE(read.due_at);
}

TEST_P(StoreContract, EveryFieldOfTheOtherRowsComesBack) {
  ShopUpdate update = sample_shop_update();
  update.state = ShopUpdateState::kTold;
  update.attempts = 3;
  update.last_error = "429";
  update.told_at = kNoon + hours(1);
  Changes changes;
  changes.shop_updates = {update};
  changes.providers = {sample_provider()};
  changes.exchanges = {sample_exchange()};
  changes.events = {sample_event()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);

  const auto u = store().shop_update("100/delivered");
  ASSERT_TRUE(u);
  EXPECT_EQ(u->order_id, 100);
  EXPECT_EQ(u->status_alias, "delivered");
  EXPECT_EQ(u->state, ShopUpdateState::kTold);
  EXPECT_EQ(u->attempts, 3);
  EXPECT_EQ(u->last_error, "429");
  EXPECT_EQ(u->due_at, kNoon);
  EXPECT_EQ(u->version, 1);
  EXPECT_EQ(u->created_at, kNoon);
  EXPECT_EQ(u->told_at, kNoon + hours(1));

  const auto p = store().provider("machinesmm");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->paused, Reason::kNoFunds);
  EXPECT_EQ(p->pause_detail, "not enough funds on balance");
  EXPECT_EQ(p->paused_at, kNoon);
  EXPECT_EQ(p->balance, (Money{1'230'000, "USD"}));
  EXPECT_EQ(p->balance_at, kNoon + seconds(1));
  EXPECT_EQ(p->balance_when_paused, (Money{20'000, "BRL"}));
  EXPECT_EQ(p->services_at, kNoon + seconds(2));
  EXPECT_EQ(p->version, 1);
  EXPECT_THAT(store().list_providers(), SizeIs(1));

  const auto x = store().exchange("x1");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->peer, "machinesmm");
  EXPECT_EQ(x->operation, "place");
  EXPECT_EQ(x->payment_id, "100_1");
  EXPECT_EQ(x->placement_id, "100_1.1");
  EXPECT_EQ(x->attempt, 2);
  EXPECT_EQ(x->method, "POST");
  EXPECT_EQ(x->url, "https://machinesmm.com/api/v2");
  EXPECT_EQ(x->request_body, "action=add&service=2001");
  EXPECT_EQ(x->outcome, TransportOutcome::kAnswered);
  EXPECT_EQ(x->status, 200);
  EXPECT_EQ(x->response_body, R"({"order":"23501"})");
  EXPECT_EQ(x->error, "none");
  EXPECT_EQ(x->started_at, kNoon + seconds(2));
  EXPECT_EQ(x->ended_at, kNoon + seconds(3));

  const auto events = store().timeline("100_1");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].placement_id, "100_1.1");
  EXPECT_EQ(events[0].at, kNoon + seconds(4));
  EXPECT_EQ(events[0].kind, "state");
  EXPECT_EQ(events[0].from, "ready");
  EXPECT_EQ(events[0].to, "placing");
  EXPECT_EQ(events[0].why, "the intents are written");
  EXPECT_EQ(events[0].actor, "engine");
  EXPECT_EQ(events[0].exchange_id, "x1");
}

TEST_P(StoreContract, AShopUpdateThatExistsIsNoConflictAndStands) {
  ShopUpdate told = sample_shop_update();
  told.state = ShopUpdateState::kTold;
  Changes first;
  first.shop_updates = {told};
  ASSERT_EQ(store().commit(first), CommitOutcome::kCommitted);
  Changes again;
  again.shop_updates = {sample_shop_update()};
  again.payments = {sample_payment()};
  EXPECT_EQ(store().commit(again), CommitOutcome::kCommitted);
  EXPECT_EQ(store().shop_update("100/delivered")->state, ShopUpdateState::kTold);
  EXPECT_TRUE(store().payment("100_1"));
}

TEST_P(StoreContract, AShopUpdateOverAnOldVersionIsAConflict) {
  Changes changes;
  changes.shop_updates = {sample_shop_update()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  changes.shop_updates[0].version = 1;
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().commit(changes), CommitOutcome::kConflict);
}

TEST_P(StoreContract, AnExchangeThatExistsIsSkipped) {
  Changes changes;
  changes.exchanges = {sample_exchange()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  changes.exchanges[0].status = 500;
  EXPECT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().exchange("x1")->status, 200);
}

// One order for a link.

TEST_P(StoreContract, ASecondPlacementForTheSameLinkAndServiceIsRefused) {
  for (const PlacementState busy :
       {PlacementState::kSent, PlacementState::kAccepted, PlacementState::kInProgress, PlacementState::kUnknown}) {
    const std::string name(to_string(busy));
    Placement first = sample_placement(name + "_1.1", "https://www.instagram.com/" + name);
    first.state = busy;
    first = stored(first);
    EXPECT_TRUE(store().link_occupied("machinesmm", "2001", first.link));

    Changes send_second;
    send_second.placements = {stored(sample_placement(name + "_2.1", first.link))};
    send_second.placements[0].state = PlacementState::kSent;
    send_second.events = {sample_event(name + "_2")};
    EXPECT_EQ(store().commit(send_second), CommitOutcome::kLinkBusy) << name;
    EXPECT_EQ(read_placement(name + "_2.1").state, PlacementState::kIntent);
    EXPECT_THAT(store().timeline(name + "_2"), IsEmpty());

    first.state = PlacementState::kCompleted;
    stored(first);
    EXPECT_FALSE(store().link_occupied("machinesmm", "2001", first.link));
    EXPECT_EQ(store().commit(send_second), CommitOutcome::kCommitted) << name;
  }
}

TEST_P(StoreContract, AnInsertOfABusyLinkIsRefusedToo) {
  Placement first = sample_placement("100_1.1");
  first.state = PlacementState::kSent;
  stored(first);
  first.id = "100_1.2";
  EXPECT_EQ(commit_placement(first), CommitOutcome::kLinkBusy);
}

TEST_P(StoreContract, AnotherServiceProviderOrLinkIsFree) {
  Placement placement = sample_placement("100_1.1");
  placement.state = PlacementState::kAccepted;
  stored(placement);
  placement.id = "100_1.2";
  placement.service_id = "2002";
  EXPECT_EQ(commit_placement(placement), CommitOutcome::kCommitted);
  placement.id = "100_1.3";
  placement.provider = "worldsmm";
  EXPECT_EQ(commit_placement(placement), CommitOutcome::kCommitted);
  placement.id = "100_1.4";
  placement.link = "https://www.instagram.com/Ana";
  EXPECT_EQ(commit_placement(placement), CommitOutcome::kCommitted) << "short codes of posts differ by case";
}

TEST_P(StoreContract, ALinkPassesFromOnePlacementToAnotherInOneCommit) {
  Placement leaving = sample_placement("100_1.1");
  leaving.state = PlacementState::kAccepted;
  leaving = stored(leaving);
  leaving.state = PlacementState::kCompleted;
  Placement taking = sample_placement("100_2.1");
  taking.state = PlacementState::kSent;
  Changes changes;
  changes.placements = {taking, leaving};
  EXPECT_EQ(store().commit(changes), CommitOutcome::kCommitted);
}

// What never happens to a row.

TEST_P(StoreContract, AnEndedPaymentNeverLeavesItsState) {
  for (const PaymentState end : {PaymentState::kDelivered, PaymentState::kCancelled}) {
    Payment payment = sample_payment("100_" + std::string(to_string(end)));
    payment.state = end;
    payment = stored(payment);
    for (int i = 0; i <= static_cast<int>(PaymentState::kCancelled); ++i) {
      const auto other = static_cast<PaymentState>(i);
      if (other == end) continue;
      payment.state = other;
      EXPECT_EQ(commit_payment(payment), CommitOutcome::kConflict) << to_string(end) << " -> " << to_string(other);
    }
    EXPECT_EQ(read_payment(payment.id).state, end);
  }
}

TEST_P(StoreContract, AnEndedPaymentCanStillBeEdited) {
  Payment payment = sample_payment();
  payment.state = PaymentState::kDelivered;
  payment = stored(payment);
  payment.archived = true;
  EXPECT_TRUE(stored(payment).archived);
}

TEST_P(StoreContract, TimesOfARowNeverGoBack) {
  Payment payment = sample_payment();
  payment.updated_at = kNoon + hours(1);
  payment = stored(payment);
  payment.updated_at = kNoon;
  payment.created_at = kNoon - hours(1);
  EXPECT_EQ(stored(payment).updated_at, kNoon + hours(1));
  EXPECT_EQ(read_payment("100_1").created_at, kNoon);

  Placement placement = sample_placement();
  placement.updated_at = kNoon + hours(1);
  placement = stored(placement);
  placement.updated_at = kNoon;
  EXPECT_EQ(stored(placement).updated_at, kNoon + hours(1));
}

TEST_P(StoreContract, AMarkIsSetReplacedAndSurvivesReopening) {
  EXPECT_FALSE(store().mark("restored_at"));
  Changes changes;
  changes.marks = {{"restored_at", "1"}, {"imported_order/7", ""}};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  changes.marks = {{"restored_at", "2"}};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  reopen();
  EXPECT_EQ(store().mark("restored_at"), "2");
  EXPECT_EQ(store().mark("imported_order/7"), "");
  EXPECT_FALSE(store().mark("imported_order/8"));
}

TEST_P(StoreContract, AMarkIsNotSetByACommitThatConflicts) {
  stored(sample_payment("1_1", 1));
  Changes changes;
  changes.marks = {{"imported_order/1", "x"}};
  changes.payments = {sample_payment("1_1", 1)};
  EXPECT_EQ(store().commit(changes), CommitOutcome::kConflict);
  EXPECT_FALSE(store().mark("imported_order/1"));
}

TEST_P(StoreContract, ADeletedPaymentIsKnownAsDeletedUntilAReplayBringsItBack) {
  Ingest order = paid_order("d1", 1, {"1_1"});
  ASSERT_EQ(store().ingest(order).created.size(), 1U);
  EXPECT_FALSE(store().was_deleted("1_1"));
  ASSERT_EQ(store().delete_payment("1_1"), CommitOutcome::kCommitted);
  EXPECT_TRUE(store().was_deleted("1_1"));
  EXPECT_FALSE(store().was_deleted("1_2"));
  order.delivery.digest = "d2";
  order.delivery.source = "replay";
  ASSERT_EQ(store().ingest(order).created.size(), 1U);
  EXPECT_FALSE(store().was_deleted("1_1"));
}

}  // namespace
}  // namespace smmhost::contract
