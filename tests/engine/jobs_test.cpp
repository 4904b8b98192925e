// The periodic jobs: polling the shop, checking the providers, looking at what is held.
#include "core/fulfilment/past.h"
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

class Jobs : public EngineTest {
 protected:
  ShopOrder listed(std::int64_t order_id) const {
    return {
        .order_id = order_id,
        .status_alias = "paid",
        .lines = {{.item_id = "1", .sku = "SEG", .quantity = 1, .customization = "@user" + std::to_string(order_id)}},
        .updated_at = now};
  }
};

TEST_F(Jobs, PaidOrdersThatNeverArrivedAreStoredAsIfPosted) {
  shop.paid = {listed(1), listed(2), listed(3)};
  post(2, "SEG", "@user2");
  const JobReport report = engine->reconcile_shop(now);
  EXPECT_EQ(report.handled, 2);
  EXPECT_EQ(report.failed, 0);
  work();
  EXPECT_EQ(panel.placed.size(), 3u);
  EXPECT_EQ(engine->reconcile_shop(now).handled, 0);
  EXPECT_EQ(store->list_deliveries(0, 10).size(), 3u) << "polling again stores nothing";
}

TEST_F(Jobs, AnOrderThatWasCancelledHereAndIsPaidAtTheShopIsNotPassedOver) {
  post(1, "SEG", "@user1");
  post_status(1, "cancelled");
  work();
  ASSERT_EQ(state("1_1"), PaymentState::kCancelled);
  pass(1h);
  shop.paid = {listed(1)};
  engine->reconcile_shop(now);
  work();
  EXPECT_EQ(reason("1_1~2"), Reason::kPaidAfterCancellation);
  EXPECT_TRUE(panel.placed.empty());
}

TEST_F(Jobs, AnOrderThatHadMovedOnBeforeTheBeginningIsSomebodyElses) {
  note_beginning(*store, now);
  ShopOrder before = listed(1);
  before.status_alias = "invoiced";
  before.moved_on = MovedOn::kPaidHistory;
  before.paid_at = now - 1min;
  ShopOrder after = listed(2);
  after.status_alias = "invoiced";
  after.moved_on = MovedOn::kPaidHistory;
  after.paid_at = now + 1min;
  ShopOrder unknown = after;
  unknown.order_id = 3;
  unknown.paid_at.reset();
  shop.paid = {before, after, unknown};
  pass(15min);
  EXPECT_EQ(engine->reconcile_shop(now).handled, 1);
  work();
  EXPECT_EQ(state("2_1"), PaymentState::kPlaced);
  EXPECT_EQ(payment("2_1").status_alias, "invoiced");
  EXPECT_EQ(panel.placed.size(), 1u);
  EXPECT_EQ(store->list_deliveries(0, 10).size(), 1u);
}

TEST_F(Jobs, TheBeginningIsNotedOnce) {
  EXPECT_FALSE(read_past(*store).begun_at);
  note_beginning(*store, now);
  note_beginning(*store, now + 1h);
  EXPECT_EQ(read_past(*store).begun_at, now);
}

TEST_F(Jobs, APollThatFailsSaysSo) {
  shop.list_failure = Failure{.code = FailureCode::kUpstreamDown, .message = "connection refused"};
  const JobReport report = engine->reconcile_shop(now);
  EXPECT_EQ(report.failed, 1);
  EXPECT_NE(report.summary.find("connection refused"), std::string::npos);
}

TEST_F(Jobs, CheckProvidersKeepsBalanceAndServices) {
  panel.services_reply =
      answered(std::vector<ProviderService>{{.provider = "machinesmm", .service_id = "7", .min = 10, .max = 500}});
  const JobReport report = engine->check_providers(now);
  EXPECT_EQ(store->provider("machinesmm")->balance, (Money{100'000'000, "USD"}));
  EXPECT_EQ(store->service("machinesmm", "7")->max, 500);
  EXPECT_EQ(report.failed, 1) << "worldsmm lists no services";
  EXPECT_FALSE(store->knows_services("worldsmm")) << "an empty list would hold every payment";
}

// Without its plugin there is nothing to ask, and so nothing that could fail.
TEST_F(Jobs, AProviderWhosePluginIsNotLoadedIsNotWell) {
  panel.services_reply = answered(std::vector<ProviderService>{{.provider = "machinesmm", .service_id = "7"}});
  other_panel.out_of_service = "the plugin worldsmm is not loaded: the host runs in safe mode";
  const JobReport report = engine->check_providers(now);
  EXPECT_EQ(report.handled, 1);
  EXPECT_EQ(report.failed, 1);
  EXPECT_EQ(report.summary,
            "worldsmm: the plugin worldsmm is not loaded: the host runs in safe mode; 1 of 2 providers are well");
  EXPECT_EQ(other_panel.service_calls, 0);
}

TEST_F(Jobs, AWrongUrlPausesTheProviderBeforeAnythingIsBoughtThere) {
  panel.balance_reply = failed<Money>(FailureCode::kConfig, TransportOutcome::kAnswered, 404);
  panel.services_reply = failed<std::vector<ProviderService>>(FailureCode::kConfig, TransportOutcome::kAnswered, 404);
  engine->check_providers(now);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kProviderConfig);
  post(1, "SEG", "@maria");
  work();
  EXPECT_EQ(reason("1_1"), Reason::kProviderConfig);
  EXPECT_TRUE(panel.placed.empty());
  panel.balance_reply = answered(Money{100'000'000, "USD"});
  engine->check_providers(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(Jobs, APanelThatHasNoListOfServicesIsNotPausedForIt) {
  panel.services_reply = failed<std::vector<ProviderService>>(FailureCode::kConfig, TransportOutcome::kAnswered, 200);
  engine->check_providers(now);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kNone);
}

TEST_F(Jobs, APersonsPauseIsNotEndedByABalance) {
  engine->pause_provider("machinesmm", "maintenance", now);
  engine->check_providers(now);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kProviderPaused);
}

TEST_F(Jobs, AProviderWithoutABalanceIsTriedAgainAfterAWhile) {
  panel.able.balance = false;
  panel.will(refused(FailureCode::kNoFunds));
  post(1, "SEG", "@maria");
  work();
  engine->check_providers(now);
  EXPECT_EQ(store->provider("machinesmm")->paused, Reason::kNoFunds);
  pass(settings.held_recheck);
  engine->check_providers(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(Jobs, ProcessPaymentsLooksAtWhatIsHeld) {
  post(1, "NEW", "@maria");
  work();
  add_product("NEW", "followers");
  EXPECT_EQ(engine->process_payments(now).handled, 1);
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
}

TEST_F(Jobs, ProcessPaymentsDoesNotHurryABackoff) {
  panel.will(refused(FailureCode::kBusyLink));
  post(1, "SEG", "@maria");
  work();
  engine->process_payments(now);
  EXPECT_EQ(panel.placed.size(), 1u);
}

TEST_F(Jobs, TheGatesAreShown) {
  gate.breaker_failures = 1;
  start_engine();
  panel.will(not_sent());
  post(1, "SEG", "@maria");
  work();
  for (const GateView& view : engine->gates(now)) {
    EXPECT_EQ(view.open, view.name == "machinesmm");
    EXPECT_EQ(view.open, view.why.find("upstream_down") != std::string::npos);
  }
  EXPECT_EQ(engine->gates(now).size(), 4u);
}

}  // namespace
}  // namespace smmhost::testing
