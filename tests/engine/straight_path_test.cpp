// From a paid order to a told delivery, when nothing goes wrong.
#include <map>

#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

TEST_F(EngineTest, FollowersAreBoughtOnceWithTheProfilesLinkAndToldDelivered) {
  post(1, "SEG", "@Maria", 3);
  work();
  ASSERT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(panel.placed[0].service_id, "7");
  EXPECT_EQ(panel.placed[0].link, "https://www.instagram.com/maria/");
  EXPECT_EQ(panel.placed[0].quantity, 300);
  EXPECT_EQ(panel.placed[0].request_key.size(), 32u);

  const Payment placed = payment("1_1");
  EXPECT_EQ(placed.state, PaymentState::kPlaced);
  EXPECT_EQ(placed.profile_status, ProfileStatus::kPublic);
  EXPECT_EQ(placed.username, "maria");
  EXPECT_EQ(placed.customization, "@Maria");
  EXPECT_EQ(placed.lease_owner, "");
  EXPECT_EQ(placed.due_at, std::nullopt);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
  EXPECT_FALSE(placed.finished);

  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
  EXPECT_TRUE(payment("1_1").finished);

  engine->update_delivered(now);
  EXPECT_EQ(shop.calls, (std::vector<ScriptedShop::Call>{{1, "delivered"}}));
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(EngineTest, EveryChangeOfStateIsInTheTimelineWithItsExchange) {
  buy_one_line();
  std::vector<std::string> path;
  for (const Event& event : store->timeline("1_1"))
    if (event.kind == "state" && event.placement_id == "1_1.1") path.push_back(event.from + ">" + event.to);
  EXPECT_EQ(path, (std::vector<std::string>{">intent", "intent>sent", "sent>accepted"}));

  const std::vector<Exchange> exchanges = store->exchanges_of("1_1.1");
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].operation, "place");
  EXPECT_EQ(exchanges[0].attempt, 1);
  EXPECT_EQ(store->timeline("1_1").back().kind, "state");
}

TEST_F(EngineTest, TheIntentAndTheSentMarkAreStoredBeforeTheCall) {
  bool looked = false;
  panel.next_places.push_back([&](const PlaceOrder& order) {
    looked = true;
    const Placement stored = placement("1_1.1");
    EXPECT_EQ(stored.state, PlacementState::kSent);
    EXPECT_EQ(stored.link, order.link);
    EXPECT_EQ(stored.quantity, order.quantity);
    EXPECT_EQ(stored.request_key, order.request_key);
    EXPECT_TRUE(store->link_occupied("machinesmm", "7", order.link));
    EXPECT_EQ(state("1_1"), PaymentState::kPlacing);
    return accepted("1001");
  });
  buy_one_line();
  EXPECT_TRUE(looked);
}

// A power cut must find the mark on the disk when the panel has the order, and the answer when the shop is told of it.
TEST_F(EngineTest, TheSentMarkAndTheAnswerDoNotWaitForALaterFlush) {
  std::map<PlacementState, Durability> durability_of;
  store->before_commit = [&](const Changes& changes) {
    for (const Placement& placement : changes.placements) durability_of[placement.state] = changes.durability;
    return std::optional<CommitOutcome>{};
  };
  buy_one_line();
  EXPECT_FALSE(durability_of.contains(PlacementState::kIntent)) << "a commit that nobody needs";
  EXPECT_EQ(durability_of.at(PlacementState::kSent), Durability::kNow);
  EXPECT_EQ(durability_of.at(PlacementState::kAccepted), Durability::kNow);
}

TEST_F(EngineTest, AProviderWithoutStatusCountsAsCompletedOnAcceptance) {
  panel.able.status = false;
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kCompleted);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(EngineTest, WithDeliveredWhenAcceptedABoughtLineIsFinishedAndToldDelivered) {
  settings.delivered_when = DeliveredWhen::kAccepted;
  start_engine();
  buy_one_line();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_TRUE(payment("1_1").finished);
  engine->update_delivered(now);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);

  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kCompleted) << "followed all the same";
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
}

TEST_F(EngineTest, ALineThatAPersonMarkedFinishedIsNotBought) {
  post(1, "SEG", "@maria");
  Payment edited = payment("1_1");
  edited.finished = true;
  Changes changes;
  changes.payments = {edited};
  ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
  work();
  EXPECT_TRUE(panel.placed.empty());
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(EngineTest, ALineThatAPersonFinishedWhileItWaitedIsNotBought) {
  panel.will(refused(FailureCode::kNoFunds));
  post(1, "SEG", "@maria");
  work();
  Payment edited = payment("1_1");
  edited.finished = true;
  edited.due_at = now;
  Changes changes;
  changes.payments = {edited};
  ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
  engine->resume_provider("machinesmm", now);
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
}

TEST_F(EngineTest, WorkingTwiceOnAPlacedPaymentBuysNothing) {
  buy_one_line();
  EXPECT_TRUE(engine->work_on("1_1", now));
  EXPECT_TRUE(engine->work_on("1_1", now));
  EXPECT_EQ(panel.placed.size(), 1u);
}

}  // namespace
}  // namespace smmhost::testing
