// A purchase that was possibly made: never repeated, proved where it can be, else a person's.
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class UnknownOutcome : public EngineTest {
 protected:
  void lose_one_answer() {
    panel.will(lost_answer());
    post(1, "SEG", "@maria");
    work();
    ASSERT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
  }

  FoundOrder listed(std::string order_id) const {
    return {.order_id = std::move(order_id),
            .service_id = "7",
            .link = "https://www.instagram.com/maria/",
            .quantity = 100,
            .created_at = now};
  }

  // What a process leaves behind that died between the `sent` commit and the answer's.
  void die_while_sending() {
    panel.next_places.push_back([this](const PlaceOrder&) {
      store->before_commit = [](const Changes&) { return CommitOutcome::kUnavailable; };
      return accepted("1001");
    });
    post(1, "SEG", "@maria");
    work();
    store->before_commit = nullptr;
    start_engine();
  }
};

TEST_F(UnknownOutcome, IsNeverSentAgain) {
  lose_one_answer();
  for (int i = 0; i < 10; ++i) {
    pass(2h);
    engine->process_payments(now);
    engine->track_placements(now);
    engine->check_providers(now);
    engine->work_on("1_1", now);
  }
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(reason("1_1"), Reason::kOutcomeUnknown);
  ASSERT_EQ(store->list_review().size(), 1u);
}

TEST_F(UnknownOutcome, A5xxWithAGenericRefusalIsUnknown) {
  panel.will(failed<PlacedOrder>(FailureCode::kRejected, TransportOutcome::kAnswered, 502));
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
}

TEST_F(UnknownOutcome, KeepsTheLinkForItself) {
  lose_one_answer();
  post(2, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("2_1"), Reason::kLinkBusy);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(UnknownOutcome, TheBalanceIsEvidenceAndNoProof) {
  engine->check_providers(now);
  panel.balance_reply = answered(Money{99'000'000, "USD"});
  lose_one_answer();
  EXPECT_TRUE(timeline_has("1_1", "evidence", "balance now 99 USD, before 100"));
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
}

TEST_F(UnknownOutcome, TheProvidersOwnListProvesIt) {
  panel.able.reconcile = true;
  panel.found_orders = {listed("555")};
  panel.will(lost_answer());
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "555");
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_TRUE(timeline_has("1_1", "evidence", "proved by the provider's own list"));
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(UnknownOutcome, AnOrderThatIsListedLaterProvesItToo) {
  panel.able.reconcile = true;
  lose_one_answer();
  panel.found_orders = {listed("555")};
  pass(settings.track_first);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(UnknownOutcome, NothingIsProvedByTwoCandidatesOrByOthersOrders) {
  panel.able.reconcile = true;
  panel.will(accepted("600"));
  post(9, "SEG", "@someone");
  work();

  FoundOrder older = listed("1"), other_quantity = listed("2"), other_link = listed("3"), undated = listed("4"),
             known = listed("600");
  older.created_at = now - 3min;
  other_quantity.quantity = 99;
  other_link.link = "https://www.instagram.com/joana/";
  undated.created_at.reset();
  panel.found_orders = {older, other_quantity, other_link, undated, known};
  lose_one_answer();
  panel.found_orders = {listed("7"), listed("8")};
  pass(settings.track_first);
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
  EXPECT_TRUE(timeline_has("1_1", "evidence", "lists 2 order(s)"));
}

TEST_F(UnknownOutcome, AProviderThatBuysOnceAKeyIsAskedAgainWithTheSameKey) {
  panel.able.idempotent_at = "keyed 1";
  panel.will(lost_answer());
  post(1, "SEG", "@maria");
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(panel.placed[0].request_key, panel.placed[1].request_key);
  EXPECT_EQ(panel.placed[0].attempt, panel.placed[1].attempt);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(UnknownOutcome, ARefusalOfTheSecondCallWithTheKeyProvesNothing) {
  panel.able.idempotent_at = "keyed 1";
  panel.will(lost_answer());
  panel.will(refused(FailureCode::kNoFunds));
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
}

TEST_F(UnknownOutcome, ItIsStoredWhomTheKeyGoesToBeforeItGoes) {
  panel.able.idempotent_at = "keyed 1";
  panel.next_places.push_back([this](const PlaceOrder& order) {
    EXPECT_EQ(placement("1_1.1").idempotent_at, "keyed 1");
    EXPECT_EQ(order.idempotent_at, "keyed 1");
    return accepted("1001");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(UnknownOutcome, APurchaseThatWasSentWithoutAKeyIsNotRepeatedByAPluginThatSendsOne) {
  die_while_sending();
  panel.able.idempotent_at = "keyed 2";  // installed while the host was down
  EXPECT_EQ(engine->recover(now), 1);
  for (int i = 0; i < 5; ++i) {
    work();
    pass(2h);
  }
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_TRUE(
      timeline_has("1_1", "evidence", "not asked again: nothing says that the purchase was sent with a request key"));
}

TEST_F(UnknownOutcome, AKeyIsSentAgainOnlyToWhomItWentBefore) {
  panel.able.idempotent_at = "keyed 1 at old.example";
  die_while_sending();
  panel.able.idempotent_at = "keyed 1 at new.example";
  EXPECT_EQ(engine->recover(now), 1);
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_TRUE(timeline_has("1_1", "evidence", "not asked again: only keyed 1 at old.example knows its request key"));
}

TEST_F(UnknownOutcome, AfterARestartTheSameProviderIsAskedAgainWithTheSameKey) {
  panel.able.idempotent_at = "keyed 1";
  die_while_sending();
  EXPECT_EQ(engine->recover(now), 1);
  work();
  ASSERT_EQ(panel.placed.size(), 2u);
  EXPECT_EQ(panel.placed[0].request_key, panel.placed[1].request_key);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(UnknownOutcome, ACancelledOrderIsNotAskedForAgainWithItsKey) {
  panel.able.idempotent_at = "keyed 1";
  panel.next_places.push_back([this](const PlaceOrder&) {
    post_status(1, "cancelled");
    return lost_answer();
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
}

TEST_F(UnknownOutcome, ASentMarkWithoutAnAnswerBecomesUnknownAfterARestart) {
  die_while_sending();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kSent);
  EXPECT_EQ(engine->recover(now), 1);
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(UnknownOutcome, AnExpiredLeaseOnASentMarkIsUnknownAndNotSentAgain) {
  die_while_sending();
  pass(settings.lease);
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(UnknownOutcome, ADeadWorkersIntentIsSafeToSend) {
  int commits = 0;
  store->before_commit = [&](const Changes&) -> std::optional<CommitOutcome> {
    // The first purchase and its answer are stored, the second one's `sent` mark is not.
    if (++commits > 2) return CommitOutcome::kUnavailable;
    return std::nullopt;
  };
  post(1, "CURT", "@maria");
  engine->work_due(now, 10);
  store->before_commit = nullptr;
  start_engine();
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(placement("1_1.2").state, PlacementState::kIntent);
  pass(settings.lease);
  work();
  EXPECT_EQ(panel.placed.size(), 4u);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(UnknownOutcome, AnAnswerThatCannotBeStoredIsKeptAndStoredLater) {
  panel.next_places.push_back([this](const PlaceOrder&) {
    store->before_commit = [](const Changes&) { return CommitOutcome::kUnavailable; };
    return accepted("1001");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kSent);
  EXPECT_EQ(engine->flush_unsaved(now), 1);
  store->before_commit = nullptr;
  EXPECT_EQ(engine->flush_unsaved(now), 0);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
}

TEST_F(UnknownOutcome, ALateAnswerToTheSameAttemptIsTheProof) {
  panel.next_places.push_back([this](const PlaceOrder&) {
    // Another host finds the lease run out while this call still hangs.
    pass(settings.lease);
    Engine other(EnginePorts{*store, shop, {&panel}, {&checker}, [] { return std::uint64_t{9}; }, "other"}, settings,
                 {});
    other.work_due(now, 10);
    EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
    return accepted("1001");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(UnknownOutcome, ALateAnswerToAnOlderAttemptIsOnlyEvidence) {
  panel.next_places.push_back([this](const PlaceOrder&) {
    pass(settings.lease);
    Engine other(EnginePorts{*store, shop, {&panel}, {&checker}, [] { return std::uint64_t{9}; }, "other"}, settings,
                 {});
    other.work_due(now, 10);
    EXPECT_EQ(other.decide("1_1.1", {.kind = DecisionKind::kNotPlaced}, now), DecisionOutcome::kDone);
    return accepted("77");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(placement("1_1.1").attempt, 2);
  EXPECT_EQ(placement("1_1.1").provider_order_id, "1001");
  EXPECT_TRUE(timeline_has("1_1", "evidence", "names the provider's order 77"));
}

TEST_F(UnknownOutcome, ACallInProgressIsNoOrphanInItsOwnProcess) {
  panel.next_places.push_back([this](const PlaceOrder&) {
    EXPECT_FALSE(engine->work_on("1_1", now)) << "this process works on it";
    pass(settings.lease);
    engine->work_due(now, 10);
    EXPECT_EQ(placement("1_1.1").state, PlacementState::kSent);
    return accepted("1001");
  });
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_FALSE(timeline_has("1_1", "state", "stopped before an answer"));
}

}  // namespace
}  // namespace smmhost::testing
