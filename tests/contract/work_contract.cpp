// Contract: claiming what is due, leases, and waking what waits.
#include <gmock/gmock.h>

#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

template <class Row>
std::vector<std::string> ids(const std::vector<Row>& rows) {
  std::vector<std::string> result;
  for (const Row& row : rows) result.push_back(row.id);
  return result;
}

Payment due_at(const std::string& id, std::optional<Time> due) {
  Payment payment = sample_payment(id);
  payment.due_at = due;
  return payment;
}

Placement followed(const std::string& id, std::optional<Time> due, PlacementState state = PlacementState::kAccepted) {
  Placement placement = sample_placement(id, "https://www.instagram.com/" + id);
  placement.state = state;
  placement.due_at = due;
  return placement;
}

TEST_P(StoreContract, ClaimsGiveWhatIsDueOldestFirst) {
  stored(due_at("100_1", kNoon - seconds(1)));
  stored(due_at("100_2", kNoon - seconds(3)));
  stored(due_at("100_3", kNoon - seconds(2)));
  stored(due_at("100_4", kNoon));
  stored(due_at("100_5", kNoon + milliseconds(1)));
  stored(due_at("100_6", std::nullopt));
  EXPECT_THAT(ids(store().claim_due("a", kNoon, minutes(3), 3)), ElementsAre("100_2", "100_3", "100_1"));
  EXPECT_THAT(ids(store().claim_due("a", kNoon, minutes(3), 3)), ElementsAre("100_4"));
  EXPECT_THAT(store().claim_due("a", kNoon, minutes(3), 3), IsEmpty());
}

TEST_P(StoreContract, WhatIsWrittenAfterAClaimAndWasDueBeforeItIsFoundAtOnce) {
  const Time later = kNoon + hours(1);
  EXPECT_THAT(store().claim_due("a", later, minutes(3), 10), IsEmpty());
  EXPECT_EQ(store().ingest(paid_order("d1", 100, {"100_1"})).outcome, CommitOutcome::kCommitted);
  EXPECT_THAT(ids(store().claim_due("a", later, minutes(3), 10)), ElementsAre("100_1"));

  Changes changes;
  changes.payments = {due_at("200_1", kNoon - minutes(1))};
  changes.placements = {followed("300_1.1", kNoon - minutes(3))};
  changes.shop_updates = {sample_shop_update(4)};
  changes.shop_updates[0].due_at = kNoon - minutes(2);
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().next_due(), kNoon - minutes(3));
  EXPECT_THAT(ids(store().claim_due("a", later, minutes(3), 10)), ElementsAre("200_1"));
  EXPECT_THAT(ids(store().claim_tracking("machinesmm", later, minutes(3), 10)), ElementsAre("300_1.1"));
  EXPECT_THAT(ids(store().claim_shop_updates(later, minutes(3), 10)), ElementsAre("4/delivered"));
}

TEST_P(StoreContract, AClaimLeases) {
  const Payment before = stored(sample_payment());
  const auto claimed = store().claim_due("host a", kNoon, minutes(3), 10);
  ASSERT_THAT(claimed, SizeIs(1));
  EXPECT_EQ(claimed[0].due_at, kNoon + minutes(3));
  EXPECT_EQ(claimed[0].lease_owner, "host a");
  EXPECT_EQ(claimed[0].fence, before.fence + 1);
  EXPECT_EQ(claimed[0].version, before.version + 1);
  const Payment read = read_payment("100_1");
  EXPECT_EQ(read.due_at, kNoon + minutes(3));
  EXPECT_EQ(read.fence, claimed[0].fence);
  EXPECT_EQ(read.version, claimed[0].version);
  EXPECT_EQ(commit_payment(claimed[0]), CommitOutcome::kCommitted);
}

TEST_P(StoreContract, AnExpiredLeaseComesBackByItself) {
  stored(sample_payment());
  ASSERT_THAT(store().claim_due("dead", kNoon, minutes(3), 1), SizeIs(1));
  EXPECT_THAT(store().claim_due("alive", kNoon + minutes(3) - milliseconds(1), minutes(3), 1), IsEmpty());
  EXPECT_THAT(store().claim_due("alive", kNoon + minutes(3), minutes(3), 1), SizeIs(1));
}

TEST_P(StoreContract, OnePaymentCanBeClaimedBeforeItIsDue) {
  stored(due_at("100_1", kNoon + hours(1)));
  const auto claimed = store().claim("100_1", "a", kNoon, minutes(3));
  ASSERT_TRUE(claimed);
  EXPECT_EQ(claimed->due_at, kNoon + minutes(3));
  EXPECT_EQ(claimed->lease_owner, "a");
  EXPECT_EQ(claimed->fence, 1);
  EXPECT_FALSE(store().claim("no such", "a", kNoon, minutes(3)));
}

TEST_P(StoreContract, OnePaymentIsNotClaimedFromAnotherOwnersRunningLease) {
  stored(due_at("100_1", std::nullopt));
  ASSERT_TRUE(store().claim("100_1", "a", kNoon, minutes(3)));
  EXPECT_FALSE(store().claim("100_1", "b", kNoon + minutes(1), minutes(3)));
  EXPECT_TRUE(store().claim("100_1", "b", kNoon + minutes(3), minutes(3)));
}

TEST_P(StoreContract, AReleasedPaymentCanBeClaimedByAnyone) {
  stored(sample_payment());
  Payment claimed = store().claim("100_1", "a", kNoon, minutes(3)).value();
  claimed.lease_owner.clear();
  claimed.due_at = kNoon + minutes(10);
  stored(claimed);
  EXPECT_TRUE(store().claim("100_1", "b", kNoon + minutes(1), minutes(3)));
}

TEST_P(StoreContract, TrackingClaimsOnlyFollowedPlacementsOfTheProvider) {
  stored(followed("1_1.1", kNoon - seconds(1)));
  stored(followed("1_1.2", kNoon - seconds(2), PlacementState::kInProgress));
  stored(followed("1_1.3", kNoon + seconds(1)));
  stored(followed("1_1.4", std::nullopt));
  stored(followed("1_1.5", kNoon - seconds(1), PlacementState::kCompleted));
  stored(followed("1_1.6", kNoon - seconds(1), PlacementState::kIntent));
  Placement elsewhere = followed("1_1.7", kNoon - seconds(1));
  elsewhere.provider = "worldsmm";
  stored(elsewhere);

  const auto claimed = store().claim_tracking("machinesmm", kNoon, minutes(2), 100);
  EXPECT_THAT(ids(claimed), ElementsAre("1_1.2", "1_1.1"));
  EXPECT_EQ(claimed[0].due_at, kNoon + minutes(2));
  EXPECT_EQ(claimed[0].version, 2);
  EXPECT_THAT(store().claim_tracking("machinesmm", kNoon, minutes(2), 100), IsEmpty());
  EXPECT_THAT(ids(store().claim_tracking("worldsmm", kNoon, minutes(2), 100)), ElementsAre("1_1.7"));
}

TEST_P(StoreContract, TrackingRespectsItsLimit) {
  for (int i = 1; i <= 5; ++i) stored(followed("1_1." + std::to_string(i), kNoon));
  EXPECT_THAT(store().claim_tracking("machinesmm", kNoon, minutes(2), 3), SizeIs(3));
  EXPECT_THAT(store().claim_tracking("machinesmm", kNoon, minutes(2), 3), SizeIs(2));
}

TEST_P(StoreContract, ShopUpdatesAreClaimedWhilePendingAndDue) {
  Changes changes;
  changes.shop_updates = {sample_shop_update(1), sample_shop_update(2), sample_shop_update(3), sample_shop_update(4)};
  changes.shop_updates[0].due_at = kNoon - seconds(1);
  changes.shop_updates[1].due_at = kNoon - seconds(2);
  changes.shop_updates[2].state = ShopUpdateState::kTold;
  changes.shop_updates[3].due_at = kNoon + seconds(1);
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  const auto claimed = store().claim_shop_updates(kNoon, minutes(1), 10);
  EXPECT_THAT(ids(claimed), ElementsAre("2/delivered", "1/delivered"));
  EXPECT_EQ(claimed[0].due_at, kNoon + minutes(1));
  EXPECT_EQ(claimed[0].version, 2);
  EXPECT_THAT(store().claim_shop_updates(kNoon, minutes(1), 10), IsEmpty());
  Changes told;
  told.shop_updates = claimed;
  told.shop_updates[0].state = ShopUpdateState::kTold;
  EXPECT_EQ(store().commit(told), CommitOutcome::kCommitted);
}

TEST_P(StoreContract, BrokenLeasesComeBackAtOnceAndOnlyTheOwners) {
  stored(sample_payment("100_1"));
  stored(sample_payment("100_2"));
  stored(due_at("100_3", kNoon + hours(1)));
  const Payment mine = store().claim("100_1", "a", kNoon, minutes(3)).value();
  ASSERT_TRUE(store().claim("100_2", "b", kNoon, minutes(3)));
  EXPECT_EQ(store().break_leases("a", kNoon + seconds(1), minutes(3)), 1);
  EXPECT_EQ(commit_payment(mine), CommitOutcome::kConflict) << "whoever held it before is fenced off";
  EXPECT_THAT(ids(store().claim_due("a", kNoon + seconds(1), minutes(3), 10)), ElementsAre("100_1"));
}

TEST_P(StoreContract, AfterACrashClaimsComeBackAtOnceWhereNoOtherHostCanHaveThem) {
  stored(followed("1_1.1", kNoon));
  stored(followed("1_1.2", kNoon + hours(1)));
  Changes changes;
  changes.shop_updates = {sample_shop_update(1), sample_shop_update(2)};
  changes.shop_updates[0].due_at = kNoon;
  changes.shop_updates[1].due_at = kNoon + hours(1);
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  const auto asked = store().claim_tracking("machinesmm", kNoon, minutes(3), 10);
  const auto told = store().claim_shop_updates(kNoon, minutes(3), 10);
  ASSERT_THAT(ids(asked), ElementsAre("1_1.1"));
  ASSERT_THAT(ids(told), ElementsAre("1/delivered"));

  const Time restart = kNoon + seconds(1);
  const int broken = GetParam().shared ? 0 : 2;
  const CommitOutcome late = GetParam().shared ? CommitOutcome::kCommitted : CommitOutcome::kConflict;
  EXPECT_EQ(store().break_leases("a", restart, minutes(3)), broken);
  EXPECT_EQ(store().break_leases("a", restart, minutes(3)), 0);
  EXPECT_THAT(store().claim_tracking("machinesmm", restart, minutes(3), 10), SizeIs(broken / 2));
  EXPECT_THAT(store().claim_shop_updates(restart, minutes(3), 10), SizeIs(broken / 2));
  EXPECT_EQ(commit_placement(asked[0]), late) << "whoever held it before is fenced off";
  Changes late_told;
  late_told.shop_updates = told;
  EXPECT_EQ(store().commit(late_told), late);
}

// Waking.

Payment held(const std::string& id, Reason reason, const std::string& sku = "SEG-100") {
  Payment payment = sample_payment(id);
  payment.state = PaymentState::kHeld;
  payment.reason = reason;
  payment.item_sku = sku;
  payment.due_at = kNoon + hours(1);
  return payment;
}

TEST_P(StoreContract, HeldPaymentsWakeByReason) {
  stored(held("1_1", Reason::kNoFunds));
  stored(held("1_2", Reason::kBadService));
  Payment not_held = held("1_3", Reason::kNoFunds);
  not_held.state = PaymentState::kWaitingProfile;
  stored(not_held);
  Payment without_time = held("1_4", Reason::kNoFunds);
  without_time.due_at.reset();
  stored(without_time);
  EXPECT_EQ(store().wake_held(Reason::kNoFunds, "", "", kNoon), 2);
  EXPECT_EQ(read_payment("1_1").due_at, kNoon);
  EXPECT_EQ(read_payment("1_2").due_at, kNoon + hours(1));
  EXPECT_EQ(read_payment("1_3").due_at, kNoon + hours(1));
  EXPECT_EQ(read_payment("1_4").due_at, kNoon);
}

TEST_P(StoreContract, HeldPaymentsWakeBySku) {
  stored(held("1_1", Reason::kUnknownSku, "A"));
  stored(held("1_2", Reason::kUnknownSku, "B"));
  EXPECT_EQ(store().wake_held(Reason::kUnknownSku, "", "B", kNoon), 1);
  EXPECT_EQ(read_payment("1_1").due_at, kNoon + hours(1));
  EXPECT_EQ(read_payment("1_2").due_at, kNoon);
}

TEST_P(StoreContract, HeldPaymentsWakeByTheProviderOfTheirPlacements) {
  stored(held("1_1", Reason::kNoFunds));
  stored(held("1_2", Reason::kNoFunds));
  Placement rejected = sample_placement("1_1.1", "a");
  rejected.state = PlacementState::kRejected;
  rejected.due_at = kNoon + hours(2);
  stored(rejected);
  Placement elsewhere = sample_placement("1_2.1", "b");
  elsewhere.provider = "worldsmm";
  stored(elsewhere);
  EXPECT_EQ(store().wake_held(Reason::kNoFunds, "machinesmm", "", kNoon), 1);
  EXPECT_EQ(read_payment("1_1").due_at, kNoon);
  EXPECT_EQ(read_payment("1_2").due_at, kNoon + hours(1));
  EXPECT_EQ(read_placement("1_1.1").due_at, kNoon) << "its own backoff must not keep it waiting";
}

TEST_P(StoreContract, HeldPaymentsWithoutPlacementsWakeByTheRoutesOfTheirProduct) {
  ASSERT_EQ(store().put_product(sample_product("A")), CommitOutcome::kCommitted);  // machinesmm, then worldsmm, third
  Product other = sample_product("B");
  other.api = "third";
  other.routes.clear();
  ASSERT_EQ(store().put_product(other), CommitOutcome::kCommitted);
  stored(held("1_1", Reason::kProviderPaused, "A"));
  stored(held("1_2", Reason::kProviderPaused, "B"));
  stored(held("1_3", Reason::kProviderPaused, "unknown"));
  EXPECT_EQ(store().wake_held(Reason::kProviderPaused, "worldsmm", "", kNoon), 1);
  EXPECT_EQ(store().wake_held(Reason::kProviderPaused, "third", "", kNoon), 2);
  EXPECT_EQ(store().wake_held(Reason::kProviderPaused, "nobody", "", kNoon), 0);
}

TEST_P(StoreContract, WakingLeavesARunningLeaseButItsWorkerReadsAgain) {
  stored(held("1_1", Reason::kNoFunds));
  const Payment leased = store().claim("1_1", "a", kNoon, minutes(3)).value();
  store().wake_held(Reason::kNoFunds, "", "", kNoon + minutes(1));
  EXPECT_EQ(read_payment("1_1").due_at, kNoon + minutes(3));
  EXPECT_EQ(commit_payment(leased), CommitOutcome::kConflict);
}

TEST_P(StoreContract, WhatIsDueAlreadyIsFoundButNotWrittenAgainWhenItWakes) {
  Payment due = held("1_1", Reason::kNoFunds);
  due.due_at = kNoon - minutes(1);
  stored(due);
  Placement later = sample_placement("1_1.1");
  later.state = PlacementState::kRejected;
  later.due_at = kNoon + hours(2);
  stored(later);
  EXPECT_EQ(store().wake_held(Reason::kNoFunds, "", "", kNoon), 1);
  EXPECT_EQ(read_payment("1_1").version, 1) << "a worker that has just claimed it would have to begin again";
  EXPECT_EQ(read_payment("1_1").due_at, kNoon - minutes(1));
  EXPECT_EQ(read_placement("1_1.1").due_at, kNoon);
}

TEST_P(StoreContract, ALeaseThatHasRunOutDoesNotHideAWake) {
  stored(held("1_1", Reason::kNoFunds));
  const Payment leased = store().claim("1_1", "a", kNoon, minutes(3)).value();
  store().wake_held(Reason::kNoFunds, "", "", kNoon + minutes(4));
  EXPECT_EQ(commit_payment(leased), CommitOutcome::kConflict) << "its late worker has not seen what woke it";
}

TEST_P(StoreContract, PaymentsThatWaitForALinkWakeWhenItIsFree) {
  stored(due_at("1_1", kNoon + hours(1)));
  stored(due_at("1_2", kNoon + hours(1)));
  Placement waiting = sample_placement("1_1.1", "link");
  waiting.reason = Reason::kLinkBusy;
  waiting.due_at = kNoon + hours(1);
  stored(waiting);
  stored(sample_placement("1_2.1", "link"));
  EXPECT_EQ(store().wake_links({}, kNoon), 0);
  EXPECT_EQ(store().wake_link({"machinesmm", "2001", "other"}, kNoon), 0);
  EXPECT_EQ(store().wake_link({"machinesmm", "2001", "link"}, kNoon), 1);
  EXPECT_EQ(read_payment("1_1").due_at, kNoon);
  EXPECT_EQ(read_placement("1_1.1").due_at, kNoon);
  EXPECT_EQ(read_payment("1_2").due_at, kNoon + hours(1));
}

TEST_P(StoreContract, TheNextTimeIsTheEarliestOfAllThatIsDue) {
  EXPECT_FALSE(store().next_due());
  stored(due_at("1_1", std::nullopt));
  EXPECT_FALSE(store().next_due());
  stored(due_at("1_2", kNoon + hours(5)));
  EXPECT_EQ(store().next_due(), kNoon + hours(5));
  Changes changes;
  changes.shop_updates = {sample_shop_update(1), sample_shop_update(2)};
  changes.shop_updates[0].due_at = kNoon + hours(4);
  changes.shop_updates[1].state = ShopUpdateState::kTold;
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store().next_due(), kNoon + hours(4));
  stored(followed("1_2.1", kNoon + hours(3)));
  EXPECT_EQ(store().next_due(), kNoon + hours(3));
  Placement elsewhere = followed("1_2.2", kNoon + hours(2));
  elsewhere.provider = "worldsmm";
  stored(elsewhere);
  EXPECT_EQ(store().next_due(), kNoon + hours(2));
  stored(followed("1_2.3", kNoon + hours(1), PlacementState::kUnknown));
  EXPECT_EQ(store().next_due(), kNoon + hours(2)) << "an unknown outcome is not asked about by time";
}

}  // namespace
}  // namespace smmhost::contract
