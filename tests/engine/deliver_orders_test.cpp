// Telling the shop: when, once, and only what is true.
#include "host/app/draining_store.h"
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class DeliverOrders : public EngineTest {
 protected:
  void complete_one_line() {
    buy_one_line();
    panel.report("1001", OrderProgress::kCompleted);
    track();
    ASSERT_EQ(state("1_1"), PaymentState::kCompleted);
  }

  // Orders 1 to `count`, of one line each; the shop was told of none.
  void complete_orders(int count) {
    for (int order = 1; order <= count; ++order) {
      post(order, "SEG", "@user" + std::to_string(order));
      panel.report(std::to_string(1000 + order), OrderProgress::kCompleted);
    }
    work();
    track();
  }

  // What the shop answers when it took that long.
  Reply<Told> told_after(Duration time) {
    Reply<Told> reply = answered(Told::kTold);
    reply.exchanges[0].started_at = now;
    reply.exchanges[0].ended_at = now + time;
    return reply;
  }
};

TEST_F(DeliverOrders, AnOrderIsDeliveredOnlyWhenAllOfItsLinesAre) {
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "SEG", .quantity = 1, .customization = "@joana"}});
  work();
  panel.report("1001", OrderProgress::kCompleted);
  track();
  engine->update_delivered(now);
  EXPECT_TRUE(shop.calls.empty());
  panel.report("1002", OrderProgress::kCompleted);
  track();
  engine->update_delivered(now);
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
  EXPECT_EQ(state("1_2"), PaymentState::kDelivered);
}

TEST_F(DeliverOrders, ManyOrdersAreQueuedInOneCommit) {
  constexpr int kOrders = 5;
  for (int n = 1; n <= kOrders; ++n) post(n, "SEG", "@cliente" + std::to_string(n));
  work();
  for (int n = 1; n <= kOrders; ++n) panel.report(std::to_string(1000 + n), OrderProgress::kCompleted);
  track();
  std::vector<std::size_t> sizes;
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    const bool queues = !changes.shop_updates.empty() && changes.shop_updates.front().attempts == 0 &&
                        changes.shop_updates.front().state == ShopUpdateState::kPending;
    if (!queues) return std::nullopt;
    sizes.push_back(changes.shop_updates.size());
    // As if another writer had changed one of them.
    return sizes.size() == 1 ? std::optional(CommitOutcome::kConflict) : std::nullopt;
  };
  engine->update_delivered(now);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{kOrders, 1, 1, 1, 1, 1}))
      << "all together, and after a conflict each alone";
  EXPECT_EQ(shop.calls.size(), std::size_t{kOrders});
}

TEST_F(DeliverOrders, NothingIsToldWhileThePurchaseOnlyRuns) {
  buy_one_line();
  engine->update_delivered(now);
  EXPECT_TRUE(shop.calls.empty());
}

TEST_F(DeliverOrders, ALineThatWasGivenUpKeepsTheOrderForAPerson) {
  panel.will(lost_answer());
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "SEG", .quantity = 1, .customization = "@joana"}});
  work();
  engine->decide("1_1.1", {.kind = DecisionKind::kGiveUp}, now);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  engine->update_delivered(now);
  EXPECT_TRUE(shop.calls.empty());
  EXPECT_EQ(engine->tell_shop_now(1, "delivered", now)->state, ShopUpdateState::kTold);
  EXPECT_EQ(state("1_2"), PaymentState::kDelivered);
  EXPECT_EQ(state("1_1"), PaymentState::kCancelled);
}

TEST_F(DeliverOrders, ALineThatWasNotUnderstoodKeepsTheOrderForAPerson) {
  post(1, {{.sku = "SEG", .quantity = 1, .customization = "@maria"},
           {.sku = "SEG", .quantity = 0, .customization = "@joana"}});
  work();
  engine->process_payments(now);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  engine->update_delivered(now);
  EXPECT_TRUE(shop.calls.empty());
  EXPECT_EQ(reason("1_2"), Reason::kLineNotUnderstood);
  EXPECT_EQ(panel.placed.size(), 1u);

  EXPECT_EQ(engine->decide("1_2", {.kind = DecisionKind::kGiveUp}, now), DecisionOutcome::kDone);
  EXPECT_EQ(engine->tell_shop_now(1, "delivered", now)->state, ShopUpdateState::kTold);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
}

TEST_F(DeliverOrders, ALineThatCompletesAfterAPersonToldTheShopIsDeliveredWithoutTellingAgain) {
  buy_one_line();
  engine->tell_shop_now(1, "delivered", now);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  panel.report("1001", OrderProgress::kCompleted);
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 1u);
}

TEST_F(DeliverOrders, SoIsALineThatCompletesWhileAPersonTellsTheShop) {
  buy_one_line();
  shop.next_tells.push_back([&](const ScriptedShop::Call&) {
    panel.report("1001", OrderProgress::kCompleted);
    track();
    return answered(Told::kTold);
  });
  engine->tell_shop_now(1, "delivered", now);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered) << "the order was read before it";
}

TEST_F(DeliverOrders, SoIsALineWhoseCompletionWasInDoubtAndHadBeenMade) {
  buy_one_line();
  engine->tell_shop_now(1, "delivered", now);
  panel.report("1001", OrderProgress::kCompleted);
  store->before_commit = [&](const Changes& changes) -> std::optional<CommitOutcome> {
    if (changes.placements.empty() || changes.placements[0].state != PlacementState::kCompleted) return std::nullopt;
    EXPECT_EQ(database->commit(changes), CommitOutcome::kCommitted);
    return CommitOutcome::kInDoubt;
  };
  track();
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered) << "nothing else would look at it again";
}

TEST_F(DeliverOrders, WhatCanBeRepeatedIsRepeatedLater) {
  complete_one_line();
  shop.will(failed<Told>(FailureCode::kUpstreamDown, TransportOutcome::kNotSent));
  shop.will(failed<Told>(FailureCode::kRateLimited, TransportOutcome::kAnswered, 429, 1min));
  engine->update_delivered(now);
  EXPECT_EQ(told("1/delivered"), ShopUpdateState::kPending);
  pass(settings.backoff_first);
  engine->tell_shop_due(now, 10);
  engine->tell_shop_due(now + 30s, 10);
  EXPECT_EQ(shop.calls.size(), 2u) << "the shop asked for a minute";
  pass(1min);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
}

TEST_F(DeliverOrders, AHostThatStopsTellsNoneOfTheOthers) {
  complete_orders(3);
  StopFlag stop;
  DrainingStore draining(*store, stop);
  Engine stopping(
      {.store = draining, .shop = shop, .entropy = [] { return 1; }, .is_stopping = [&] { return stop.raised(); }},
      settings, {});
  shop.next_tells.push_back([&](const ScriptedShop::Call&) {
    stop.raise();
    return answered(Told::kTold);
  });
  stopping.update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 1u);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls.size(), 3u) << "what was not told can be told at once by another";
}

TEST_F(DeliverOrders, WithNothingToTellNoOrderIsRead) {
  const int before = store->reads_of_lines;
  EXPECT_EQ(engine->tell_shop_due(now, 10), 0);
  EXPECT_EQ(store->reads_of_lines, before);
}

TEST_F(DeliverOrders, WhereAllUpdatesWereClaimedTheStoreIsNotAskedForMore) {
  complete_orders(3);
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 3u);
  EXPECT_EQ(store->claims_of_updates.size(), 1u);
}

TEST_F(DeliverOrders, AShopThatDoesNotAnswerKeepsNoneOfTheOthersWaiting) {
  complete_orders(3);
  shop.will(failed<Told>(FailureCode::kUpstreamDown, TransportOutcome::kNotSent));
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 3u);
  int told = 0;
  for (const std::string line : {"1_1", "2_1", "3_1"}) told += state(line) == PaymentState::kDelivered ? 1 : 0;
  EXPECT_EQ(told, 2) << "they were claimed together with the one that failed";
  ASSERT_GT(store->claims_of_updates.size(), 2u);
  EXPECT_GT(store->claims_of_updates[0], 1);
  EXPECT_EQ(store->claims_of_updates[1], 1) << "claimed together, all would wait for a shop that does not answer";
}

TEST_F(DeliverOrders, AnOrderThatChangedDuringALongCallForAnotherIsLookedAtAgain) {
  complete_orders(2);
  shop.next_tells.push_back([&](const ScriptedShop::Call& call) {
    const std::int64_t other = call.order_id == 1 ? 2 : 1;
    post(other, {{.sku = "SEG", .quantity = 1, .customization = "@user" + std::to_string(other)},
                 {.sku = "SEG", .quantity = 1, .customization = "@late"}});
    return told_after(2s);
  });
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 1u) << "the other order has a line that is not done";
}

TEST_F(DeliverOrders, OrdersThatAreToldTogetherAreReadTogether) {
  complete_orders(5);
  store->reads_of_lines = 0;
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 5u);
  EXPECT_EQ(store->reads_of_lines, 2) << "once to queue them and once to tell them";
}

TEST_F(DeliverOrders, ALongRunTellsEachOnceThoughOneMustBeRepeated) {
  complete_orders(3);
  for (int i = 0; i < 3; ++i)
    shop.next_tells.push_back([&](const ScriptedShop::Call&) {
      Reply<Told> reply = failed<Told>(FailureCode::kOutcomeUnknown, TransportOutcome::kMaybeSent);
      reply.exchanges[0].started_at = now;
      reply.exchanges[0].ended_at = now + 10min;
      return reply;
    });
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 3u);
  EXPECT_EQ(engine->tell_shop_due(now + 11min, 10), 3);
}

TEST_F(DeliverOrders, ARefusalIsKeptForAPersonAndNotRepeatedAfterABackoff) {
  complete_one_line();
  for (const FailureCode code : {FailureCode::kAuth, FailureCode::kRejected, FailureCode::kNotFound}) {
    shop.calls.clear();
    shop.will(failed<Told>(code, TransportOutcome::kAnswered, 401));
    pass(24h);
    engine->update_delivered(now);
    EXPECT_EQ(told("1/delivered"), ShopUpdateState::kRefused);
    EXPECT_TRUE(timeline_has("1_1", "shop", "refused \"delivered\": " + std::string(to_string(code))));
    EXPECT_EQ(state("1_1"), PaymentState::kCompleted);
    for (int i = 0; i < 10; ++i) {
      pass(settings.backoff_longest);
      engine->tell_shop_due(now, 10);
      engine->update_delivered(now);
    }
    EXPECT_EQ(shop.calls.size(), 1u) << to_string(code);
  }
}

TEST_F(DeliverOrders, APersonCanHaveARefusedStatusToldAndNobodyTellsItAgain) {
  complete_one_line();
  shop.will(answered(Told::kNotAllowed));
  engine->update_delivered(now);
  ASSERT_EQ(told("1/delivered"), ShopUpdateState::kRefused);
  EXPECT_EQ(engine->tell_shop_now(1, "delivered", now)->state, ShopUpdateState::kTold);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
  EXPECT_TRUE(store->refused_shop_updates(10).empty()) << "nothing is left to be done";
  pass(24h);
  start_engine();
  engine->recover(now);
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 2u);
}

TEST_F(DeliverOrders, ARefusedDeliveryIsTriedAgainOnceADay) {
  complete_one_line();
  shop.will(answered(Told::kNotAllowed));
  engine->update_delivered(now);
  pass(24h);
  engine->update_delivered(now);
  engine->update_delivered(now);
  EXPECT_EQ(shop.calls.size(), 2u);
  EXPECT_EQ(told("1/delivered"), ShopUpdateState::kTold);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
}

TEST_F(DeliverOrders, ADeliveryThatIsRefusedForTwoWeeksIsLeftToAPerson) {
  complete_one_line();
  for (int day = 0; day < 30; ++day) {
    shop.will(answered(Told::kNotAllowed));
    engine->update_delivered(now);
    pass(24h);
  }
  EXPECT_EQ(shop.calls.size(), 14u);
  EXPECT_EQ(told("1/delivered"), ShopUpdateState::kRefused);
}

TEST_F(DeliverOrders, WhatWasRefusedForTheKeysSakeIsToldAfterARestartWithAnother) {
  complete_one_line();
  checker.is_private["joana"] = true;
  post(2, "SEG", "@joana");
  work();
  shop.will(failed<Told>(FailureCode::kAuth, TransportOutcome::kAnswered, 401));
  shop.will(failed<Told>(FailureCode::kAuth, TransportOutcome::kAnswered, 403));
  engine->update_delivered(now);
  ASSERT_EQ(told("1/delivered"), ShopUpdateState::kRefused);
  ASSERT_EQ(told("2/shipment_exception"), ShopUpdateState::kRefused);
  pass(1min);
  start_engine();
  engine->recover(now);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(told("1/delivered"), ShopUpdateState::kTold);
  EXPECT_EQ(told("2/shipment_exception"), ShopUpdateState::kTold);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
  EXPECT_EQ(shop.calls.size(), 4u);
}

TEST_F(DeliverOrders, ARestartDoesNotRepeatWhatTheShopDoesNotAllow) {
  complete_one_line();
  shop.will(answered(Told::kNotAllowed));
  engine->update_delivered(now);
  start_engine();
  engine->recover(now);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls.size(), 1u);
}

TEST_F(DeliverOrders, ARefusedNoticeOfAPrivateProfileIsForgottenWhenItOpens) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  shop.will(failed<Told>(FailureCode::kAuth, TransportOutcome::kAnswered, 401));
  engine->tell_shop_due(now, 10);
  ASSERT_EQ(told("1/shipment_exception"), ShopUpdateState::kRefused);
  checker.is_private["maria"] = false;
  pass(settings.profile_recheck);
  work();
  start_engine();
  engine->recover(now);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls.size(), 1u);
  EXPECT_EQ(told("1/shipment_exception"), ShopUpdateState::kSuperseded);
}

TEST_F(DeliverOrders, AnOrderThatHadTheStatusAlreadyIsDelivered) {
  complete_one_line();
  shop.will(answered(Told::kAlreadySo));
  engine->update_delivered(now);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered);
}

TEST_F(DeliverOrders, WhatIsNoLongerTrueIsNotTold) {
  complete_one_line();
  shop.will(failed<Told>(FailureCode::kUpstreamDown, TransportOutcome::kNotSent));
  engine->update_delivered(now);
  post_status(1, "cancelled");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kCancelledAfterPurchase);
  pass(settings.backoff_longest);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls.size(), 1u);
  EXPECT_EQ(told("1/delivered"), ShopUpdateState::kSuperseded);

  engine->decide("1_1.1", {.kind = DecisionKind::kPlaced}, now);
  engine->update_delivered(now);
  EXPECT_EQ(state("1_1"), PaymentState::kDelivered) << "true again, told then";
}

TEST_F(DeliverOrders, UpdatesOfOneOrderAreToldInTheOrderOfTheirCauses) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  engine->tell_shop_due(now, 10);
  checker.is_private["maria"] = false;
  panel.able.status = false;
  shop.will(failed<Told>(FailureCode::kUpstreamDown, TransportOutcome::kNotSent));
  pass(settings.profile_recheck);
  work();
  engine->tell_shop_due(now, 10);
  pass(1ms);
  engine->update_delivered(now);
  pass(settings.backoff_longest);
  for (int i = 0; i < 3; ++i) {
    engine->tell_shop_due(now, 10);
    pass(settings.backoff_longest);
  }
  ASSERT_EQ(shop.calls.size(), 4u);
  EXPECT_EQ(shop.calls[2].status_alias, "handling_products");
  EXPECT_EQ(shop.calls[3].status_alias, "delivered");
}

TEST_F(DeliverOrders, APersonsWordIsToldAtOnceAndTakesThePlaceOfWhatWaited) {
  checker.is_private["maria"] = true;
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(engine->tell_shop_now(1, "cancelled", now)->state, ShopUpdateState::kTold);
  engine->tell_shop_due(now, 10);
  EXPECT_EQ(shop.calls, (std::vector<ScriptedShop::Call>{{1, "cancelled"}}));
  EXPECT_EQ(told("1/shipment_exception"), ShopUpdateState::kSuperseded);
}

TEST_F(DeliverOrders, APersonMayAskTheSameThingTwice) {
  EXPECT_EQ(engine->tell_shop_now(5, "invoiced", now)->id, "5/invoiced/1");
  EXPECT_EQ(engine->tell_shop_now(5, "invoiced", now)->id, "5/invoiced/2");
  EXPECT_EQ(shop.calls.size(), 2u);
}

}  // namespace
}  // namespace smmhost::testing
