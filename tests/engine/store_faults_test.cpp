// A store that is gone, full, in doubt, or written to by others at the worst moment.
#include <utility>

#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class StoreFaults : public EngineTest {
 protected:
  static bool sends(const Changes& changes) {
    return !changes.placements.empty() && changes.placements[0].state == PlacementState::kSent;
  }
};

TEST_F(StoreFaults, ASentMarkInDoubtThatWasNotMadeIsMadeBeforeTheCall) {
  bool doubted = false;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (!sends(changes) || doubted) return std::nullopt;
    doubted = true;
    return CommitOutcome::kInDoubt;
  };
  panel.next_places.push_back([&](const PlaceOrder&) {
    EXPECT_EQ(placement("1_1.1").state, PlacementState::kSent) << "no byte without the mark";
    return accepted("1001");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_TRUE(doubted);
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(StoreFaults, EveryCommitInDoubtThatWasMadeIsSeenToBeMade) {
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    return database->commit(changes) == CommitOutcome::kCommitted ? CommitOutcome::kInDoubt : CommitOutcome::kConflict;
  };
  post(1, "CURT", "@maria");
  work();
  EXPECT_EQ(panel.placed.size(), 4u);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_FALSE(timeline_has("1_1", "state", "stopped before an answer"));
}

TEST_F(StoreFaults, WithoutTheSentMarkNothingIsSent) {
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (sends(changes)) return CommitOutcome::kUnavailable;
    return std::nullopt;
  };
  post(1, "SEG", "@maria");
  work();
  EXPECT_TRUE(panel.placed.empty());
  store->before_commit = nullptr;
  pass(settings.lease);
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(StoreFaults, AWorkerThatLostItsLeaseSendsNothing) {
  bool stolen = false;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (sends(changes) && !stolen) {
      stolen = true;
      EXPECT_TRUE(store->claim("1_1", "other", now + settings.lease, settings.lease).has_value());
    }
    return std::nullopt;
  };
  post(1, "SEG", "@maria");
  work();
  EXPECT_TRUE(stolen);
  EXPECT_TRUE(panel.placed.empty());
  EXPECT_EQ(payment("1_1").lease_owner, "other");
}

TEST_F(StoreFaults, AnEditDuringTheCheckIsNotOverruled) {
  bool edited = false;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (!changes.placements.empty() && !edited) {
      edited = true;
      Payment person = store->payment("1_1")->payment;
      person.customization = "@joana";
      Changes edit;
      edit.payments = {person};
      EXPECT_EQ(database->commit(edit), CommitOutcome::kCommitted);
    }
    return std::nullopt;
  };
  post(1, "SEG", "@maria");
  work();
  ASSERT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(panel.placed[0].link, "https://www.instagram.com/joana/");
}

TEST_F(StoreFaults, AStoreThatCannotBeReadStopsTheWorkAndNothingElse) {
  class Unreadable final : public ForwardingStore {
   public:
    using ForwardingStore::ForwardingStore;
    std::vector<PaymentDetail> payments(std::span<const std::string>) override { throw StoreUnavailable("gone"); }
    std::optional<Product> product(const std::string&) override { throw StoreUnavailable("gone"); }
  } unreadable(*database);
  Engine blind(EnginePorts{unreadable, shop, {&panel}, {&checker}, [] { return std::uint64_t{3}; }}, settings, {});
  post(1, "SEG", "@maria");
  EXPECT_EQ(blind.work_due(now, 10), 0);
  EXPECT_FALSE(blind.process_payments(now).summary.empty());
  EXPECT_TRUE(panel.placed.empty());
  pass(settings.lease);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(StoreFaults, WhatWasClaimedAndCouldNotBeReadIsDueAgainAtOnce) {
  class FailsOnce final : public ForwardingStore {
   public:
    using ForwardingStore::ForwardingStore;
    bool fails = false;
    std::vector<PaymentDetail> payments(std::span<const std::string> ids) override {
      if (std::exchange(fails, false)) throw StoreUnavailable("gone for a moment");
      return next().payments(ids);
    }
  } failing(*database);
  Engine buyer(EnginePorts{failing, shop, {&panel}, {&checker}, [] { return std::uint64_t{3}; }}, settings,
               {{"machinesmm", gate}, {"looter", gate}});
  for (int order = 1; order <= 3; ++order) {
    post(order, "SEG", "@maria" + std::to_string(order));
    panel.will(not_sent());
  }
  ASSERT_EQ(buyer.work_due(now, 10), 3);  // they are no longer as they came: they have to be read
  pass(settings.backoff_longest);
  failing.fails = true;
  EXPECT_EQ(buyer.work_due(now, 10), 0);
  EXPECT_EQ(buyer.work_due(now, 10), 3);
  EXPECT_EQ(panel.placed.size(), 6u);
}

// Nothing but this process knows of an acceptance that was not stored yet.
TEST_F(StoreFaults, AReadThatFailsAfterOneKeptAnswerWasStoredLosesNoneOfTheOthers) {
  class FailingReads final : public ForwardingStore {
   public:
    using ForwardingStore::ForwardingStore;
    bool commits_fail = false;
    int placements_unread = 0;

    CommitOutcome commit(const Changes& changes) override {
      return commits_fail ? CommitOutcome::kUnavailable : next().commit(changes);
    }
    std::optional<Placement> placement(const std::string& id) override {
      if (placements_unread > 0 && placements_unread--) throw StoreUnavailable("gone for a moment");
      return next().placement(id);
    }
  } failing(*database);
  Engine buyer(EnginePorts{failing, shop, {&panel}, {&checker}, [] { return std::uint64_t{3}; }}, settings,
               {{"machinesmm", gate}, {"looter", gate}});
  for (const char* order : {"1001", "1002"}) {
    panel.next_places.push_back([&failing, order](const PlaceOrder&) {
      failing.commits_fail = true;
      return accepted(order);
    });
  }
  post(1, "SEG", "@maria");
  buyer.work_on("1_1", now);
  failing.commits_fail = false;
  post(2, "SEG", "@joana");
  buyer.work_on("2_1", now);
  ASSERT_EQ(panel.placed.size(), 2u);
  ASSERT_EQ(placement("1_1.1").state, PlacementState::kSent);

  failing.commits_fail = false;
  failing.placements_unread = 1;
  EXPECT_EQ(buyer.flush_unsaved(now), 0);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
  EXPECT_EQ(placement("2_1.1").provider_order_id, "1002");
}

}  // namespace
}  // namespace smmhost::testing
