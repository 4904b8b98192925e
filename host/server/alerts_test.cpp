// Alerts: raised while their cause lasts, and seen wherever an operator looks.
#include "host/server/alerts.h"

#include <gmock/gmock.h>

#include "host/app/forwarding_store.h"
#include "host/server/api_fixture.h"

namespace smmhost::server_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class AlertsTest : public ApiTest {
 protected:
  void has_balance(const std::string& provider, std::int64_t micros) {
    ProviderStatus status = store_->provider(provider).value_or(ProviderStatus{.name = provider});
    status.balance = Money{micros, "USD"};
    status.balance_at = clock_.now();
    Changes changes;
    changes.providers = {status};
    ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  }

  void was_refused(const std::string& id, std::int64_t order_id) {
    Changes changes;
    changes.shop_updates = {{.id = id, .order_id = order_id, .status_alias = "delivered"}};
    changes.shop_updates[0].state = ShopUpdateState::kRefused;
    changes.shop_updates[0].last_error = "auth: the credentials are refused (401)";
    changes.shop_updates[0].created_at = clock_.now();
    ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  }
};

TEST_F(AlertsTest, NothingIsAlarmingAtFirst) {
  has_balance("machinesmm", 10'000'000);
  EXPECT_EQ(call("GET", "/api/alerts").json(), Json::array());
  EXPECT_EQ(anonymous("GET", "/readyz").json()["alerts"], Json::array());
  EXPECT_THAT(call("GET", "/metrics").body, Not(HasSubstr("smmhost_alert{")));
}

TEST_F(AlertsTest, AWebhookThatIsOffIsSaidUntilTheMarkIsEmpty) {
  Changes changes;
  changes.marks = {{"webhook_trouble", "2026-01-15T13:00:00.000Z webhook 12 is switched off at Yampi"}};
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "webhook_off");
  EXPECT_EQ(alerts[0]["subject"], "yampi");
  EXPECT_EQ(alerts[0]["message"], "webhook 12 is switched off at Yampi");
  EXPECT_EQ(alerts[0]["since"], "2026-01-15T13:00:00.000Z");
  changes.marks = {{"webhook_trouble", ""}};
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(call("GET", "/api/alerts").json(), Json::array());
}

TEST_F(AlertsTest, ABalanceBelowItsBoundIsSeenEverywhereUntilItIsToppedUp) {
  has_balance("machinesmm", 9'990'000);
  has_balance("worldsmm", 0);
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u) << "worldsmm has no bound";
  EXPECT_EQ(alerts[0]["kind"], "low_balance");
  EXPECT_EQ(alerts[0]["subject"], "machinesmm");
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr("9.99 USD is below min_balance 10"));
  EXPECT_EQ(anonymous("GET", "/readyz").json()["alerts"], Json::array({"low_balance"}));
  EXPECT_THAT(call("GET", "/metrics").body, HasSubstr("smmhost_alert{kind=\"low_balance\",subject=\"machinesmm\"} 1"));
  const Json providers = call("GET", "/api/providers").json();
  EXPECT_EQ(providers[0]["min_balance"], "10");
  EXPECT_EQ(providers[0]["low_balance"], true);
  EXPECT_EQ(providers[1]["min_balance"], nullptr);
  EXPECT_EQ(providers[1]["low_balance"], false);

  has_balance("machinesmm", 25'000'000);
  EXPECT_EQ(call("GET", "/api/alerts").json(), Json::array());
}

TEST_F(AlertsTest, ADatabaseThatTakesNoWritesIsNamedWithItsCauseAndTheHostIsNotReady) {
  class FullDisk final : public ForwardingStore {
   public:
    using ForwardingStore::ForwardingStore;
    std::optional<std::string> write_trouble() override { return "database or disk is full"; }
  } full(*store_);
  start(&full);
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "store_refuses_writes");
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr("database or disk is full"));
  EXPECT_EQ(anonymous("GET", "/readyz").status, 503);
}

TEST_F(AlertsTest, StatusesThatTheShopRefusedAreSeenUnlessAPersonHadAskedForThem) {
  was_refused("7/delivered/1", 7);
  EXPECT_EQ(call("GET", "/api/alerts").json(), Json::array());
  was_refused("8/delivered", 8);
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "shop_refused");
  EXPECT_EQ(alerts[0]["subject"], "yampi");
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr("\"delivered\" of order 8: auth"));
  const Json ready = anonymous("GET", "/readyz").json();
  EXPECT_EQ(ready["status"], "ready");
  EXPECT_EQ(ready["alerts"], Json::array({"shop_refused"}));
}

TEST_F(AlertsTest, PurchasesWithoutAnEndInSightAreSeenAlsoAtAProviderThatIsGone) {
  for (const std::int64_t order : {1, 2}) {
    const std::string id = stored_payment(order, PaymentState::kReview, PlacementState::kInProgress);
    Placement placement = store_->placement(id + ".1").value();
    placement.reason = order == 1 ? Reason::kStalled : Reason::kCancelledAfterPurchase;
    placement.reason_detail = "no provider \"gone\" is configured";
    placement.provider = "gone";
    placement.link = "https://www.instagram.com/p/" + std::to_string(order) + "/";
    Changes changes;
    changes.placements = {placement};
    ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  }
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "stalled");
  EXPECT_EQ(alerts[0]["subject"], "gone");
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr("1; the oldest: 1_1.1: no provider"));
}

TEST_F(AlertsTest, AProviderThatDoesNotTakeOurRequestsIsAnAlertAndAPersonsPauseIsNot) {
  Changes changes;
  changes.providers = {{.name = "machinesmm", .paused = Reason::kProviderConfig},
                       {.name = "worldsmm", .paused = Reason::kProviderPaused},
                       {.name = "no_longer_configured", .paused = Reason::kNoFunds}};
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "provider_paused");
  EXPECT_EQ(alerts[0]["subject"], "machinesmm");
}

TEST_F(AlertsTest, AServiceThatAProviderListsNoMoreIsAnAlertOfTheProductsThatNeedIt) {
  const auto add = [&](const std::string& sku, const std::string& api, const std::string& service,
                       std::vector<Route> routes = {}) {
    const Product product{.sku = sku,
                          .service_id = service,
                          .api = api,
                          .base_quantity = 100,
                          .type = "followers",
                          .routes = std::move(routes)};
    ASSERT_EQ(store_->put_product(product), CommitOutcome::kCommitted);
  };
  const std::vector<ProviderService> listed{{.provider = "machinesmm", .service_id = "17"}};
  ASSERT_EQ(store_->replace_services("machinesmm", listed, clock_.now()), CommitOutcome::kCommitted);
  add("A", "machinesmm", "17");
  add("B", "worldsmm", "5");  // has not listed its services yet
  add("C", "no_longer_configured", "5");
  EXPECT_EQ(call("GET", "/api/alerts").json(), Json::array());

  add("D", "worldsmm", "5", {{"machinesmm", "18"}});
  for (int i = 0; i < 6; ++i) add("E" + std::to_string(i), "machinesmm", "19");
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "service_gone");
  EXPECT_EQ(alerts[0]["subject"], "machinesmm");
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr("18 of D"));
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr(" and 2 more"));
}

TEST_F(AlertsTest, ACheckerThatRefusesOurKeyIsAnAlert) {
  actions_.more_gates = {
      {.name = "looter", .key_refused_since = clock_.now(), .key_refusal = "auth: not subscribed"},
      {.name = "instagram230"},
      {.name = "worldsmm", .key_refused_since = clock_.now(), .key_refusal = "auth: its pause says it"}};
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "key_refused");
  EXPECT_EQ(alerts[0]["subject"], "looter");
  EXPECT_THAT(alerts[0]["message"].get<std::string>(), HasSubstr("not subscribed"));
}

TEST_F(AlertsTest, AJobWhoseLastRunFailedIsAnAlert) {
  jobs_.last_result = "failed: yampi answered 500";
  const Json alerts = call("GET", "/api/alerts").json();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["kind"], "job_failed");
  EXPECT_EQ(alerts[0]["subject"], "check_profiles");
  EXPECT_EQ(alerts[0]["message"], "failed: yampi answered 500");
  EXPECT_EQ(anonymous("GET", "/readyz").json()["alerts"], Json::array({"job_failed"}));
}

}  // namespace
}  // namespace smmhost::server_test
