// What the routes of products, review, providers, jobs, deliveries and order statuses must show and do.
#include <gtest/gtest.h>

#include "host/server/api_fixture.h"

namespace smmhost::server_test {
namespace {

constexpr char kProduct[] =
    R"({"sku":"F100","service_id":17,"api":"machinesmm","base_quantity":100,"type":"followers"})";

TEST_F(ApiTest, AProductLivesThroughItsRoutes) {
  const Answer made = call("POST", "/api/products", kProduct);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json()["service_id"], 17);
  EXPECT_EQ(made.json()["routes"], Json::array());
  EXPECT_EQ(call("POST", "/api/products", kProduct).status, 409);
  EXPECT_EQ(call("GET", "/api/products").json().size(), 1u);
  const Answer changed =
      call("PUT", "/api/products/F100", R"({"base_quantity":"250","routes":[{"api":"worldsmm","service_id":"a9"}]})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  const Json product = call("GET", "/api/products/F100").json();
  EXPECT_EQ(product["base_quantity"], 250);
  EXPECT_EQ(product["api"], "machinesmm");
  EXPECT_EQ(product["routes"], (Json{{{"api", "worldsmm"}, {"service_id", "a9"}}}));
  EXPECT_EQ(call("DELETE", "/api/products/F100").json(), (Json{{"deleted", true}}));
  for (const char* method : {"GET", "PUT", "DELETE"})
    EXPECT_EQ(call(method, "/api/products/F100", "{}").status, 404) << method;
}

TEST_F(ApiTest, ServiceIdsKeepTheirDigits) {
  ASSERT_EQ(call("POST", "/api/products",
                 R"({"sku":"A","service_id":"007","api":"worldsmm","base_quantity":1,"type":"likes"})")
                .status,
            201);
  EXPECT_EQ(call("GET", "/api/products/A").json()["service_id"], "007");
}

TEST_F(ApiTest, WrongProductsAre422AndSayWhy) {
  const std::pair<const char*, const char*> wrongs[] = {
      {R"({"sku":"A","service_id":1,"api":"machinesmm","base_quantity":0,"type":"likes"})", "base_quantity"},
      {R"({"sku":"A","service_id":1,"api":"machinesmm","base_quantity":1.5,"type":"likes"})", "base_quantity"},
      {R"({"sku":"A","service_id":1,"api":"nobody","base_quantity":1,"type":"likes"})", "machinesmm, worldsmm"},
      {R"({"sku":"A","service_id":1,"api":"machinesmm","base_quantity":1,"type":"comments"})",
       "followers, likes or views"},
      {R"({"sku":"A","service_id":[],"api":"machinesmm","base_quantity":1,"type":"likes"})", "service_id"},
      {R"({"service_id":1,"api":"machinesmm","base_quantity":1,"type":"likes"})", "sku"},
      {R"({"sku":"A","service_id":1,"api":"machinesmm","base_quantity":1,"type":"likes","colour":1})", "colour"},
      {R"({"sku":"A","service_id":1,"api":"machinesmm","base_quantity":1,"type":"likes","routes":[{"api":"nobody","service_id":1}]})",
       "routes"},
      {R"({})", "sku is missing; service_id is missing"}};
  for (const auto& [body, word] : wrongs) {
    const Answer answer = call("POST", "/api/products", body);
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_NE(answer.body.find(word), std::string::npos) << answer.body;
  }
  EXPECT_EQ(call("GET", "/api/products").json(), Json::array());
}

TEST_F(ApiTest, WhatWasGivenAndIsWrongIsNotCalledMissing) {
  const Answer answer =
      call("POST", "/api/products", R"({"sku":[],"service_id":[],"api":"nobody","base_quantity":1,"type":"comments"})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.body.find("missing"), std::string::npos) << answer.body;
}

TEST_F(ApiTest, ANewProductWakesThePaymentsThatWaitedForIt) {
  Payment held;
  held.id = "7_1";
  held.order_id = 7;
  held.item_sku = "F100";
  held.state = PaymentState::kHeld;
  held.reason = Reason::kUnknownSku;
  Changes changes;
  changes.payments.push_back(held);
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  ASSERT_EQ(call("POST", "/api/products", kProduct).status, 201);
  EXPECT_EQ(store_->payment("7_1")->payment.due_at, clock_.now());
  EXPECT_EQ(wakes_, 1);
}

TEST_F(ApiTest, ReviewShowsTheEvidence) {
  const auto id = stored_payment(7, PaymentState::kReview, PlacementState::kUnknown);
  Changes changes;
  Exchange exchange;
  exchange.id = "x1";
  exchange.peer = "machinesmm";
  exchange.operation = "place";
  exchange.payment_id = id;
  exchange.placement_id = id + ".1";
  exchange.outcome = TransportOutcome::kMaybeSent;
  exchange.error = "the connection ended";
  changes.exchanges.push_back(exchange);
  changes.events.push_back({.payment_id = id,
                            .placement_id = id + ".1",
                            .at = clock_.now(),
                            .kind = "evidence",
                            .why = "balance fell by 0.27",
                            .actor = "engine"});
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  const Json list = call("GET", "/api/review").json();
  ASSERT_EQ(list.size(), 1u);
  const Json& entry = list[0];
  EXPECT_EQ(entry["id"], id + ".1");
  EXPECT_EQ(entry["payment_id"], id);
  EXPECT_EQ(entry["provider"], "machinesmm");
  EXPECT_EQ(entry["link"], "https://www.instagram.com/ana.teste/");
  EXPECT_EQ(entry["quantity"], 100);
  EXPECT_EQ(entry["why"], "outcome_unknown");
  ASSERT_EQ(entry["evidence"].size(), 2u);
  EXPECT_EQ(entry["evidence"][0]["error"], "the connection ended");
  EXPECT_EQ(entry["evidence"][1]["why"], "balance fell by 0.27");
}

TEST_F(ApiTest, ADecisionReachesTheEngineWhole) {
  const auto id = stored_payment(7, PaymentState::kReview, PlacementState::kUnknown) + ".1";
  const Answer answer = call("POST", "/api/review/" + id,
                             R"({"decision":"placed","provider_order_id":12345,"note":"seen at the panel"})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(actions_.decided_id, id);
  EXPECT_EQ(actions_.decided.kind, DecisionKind::kPlaced);
  EXPECT_EQ(actions_.decided.provider_order_id, "12345");
  EXPECT_EQ(actions_.decided.note, "seen at the panel");
  EXPECT_EQ(woken_, (std::vector<std::string>{"7_1"}));
}

TEST_F(ApiTest, EveryOutcomeOfADecisionHasItsStatus) {
  const std::pair<DecisionOutcome, int> outcomes[] = {
      {DecisionOutcome::kDone, 200},         {DecisionOutcome::kNotFound, 404},
      {DecisionOutcome::kNotInReview, 409},  {DecisionOutcome::kOrderIdMissing, 422},
      {DecisionOutcome::kOrderIdTaken, 409}, {DecisionOutcome::kNothingBought, 422},
      {DecisionOutcome::kConflict, 409},     {DecisionOutcome::kUnavailable, 503}};
  for (const auto& [outcome, status] : outcomes) {
    actions_.decision_outcome = outcome;
    EXPECT_EQ(call("POST", "/api/review/7_1.1", R"({"decision":"give_up"})").status, status);
  }
  actions_.decision_outcome = DecisionOutcome::kDone;
  for (const char* body : {"{}", R"({"decision":"maybe"})", R"({"decision":1})", R"({"decision":"placed","note":[]})"})
    EXPECT_EQ(call("POST", "/api/review/7_1.1", body).status, 422) << body;
  EXPECT_EQ(call("POST", "/api/review/7_1.1", R"({"decision":"placed","colour":1})").status, 400);
}

TEST_F(ApiTest, ProvidersShowHealthBalanceRateAndBreaker) {
  ProviderStatus status;
  status.name = "worldsmm";
  status.paused = Reason::kNoFunds;
  status.pause_detail = "balance too low";
  status.balance = Money{1'500'000, "USD"};
  Changes changes;
  changes.providers.push_back(status);
  ASSERT_EQ(store_->commit(changes), CommitOutcome::kCommitted);
  const Json list = call("GET", "/api/providers").json();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]["name"], "machinesmm");
  EXPECT_EQ(list[0]["health"], "unreachable");
  EXPECT_EQ(list[0]["rate"], 60.0);
  EXPECT_EQ(list[0]["breaker"]["open"], true);
  EXPECT_EQ(list[0]["breaker"]["why"], "5 calls failed");
  EXPECT_EQ(list[1]["health"], "paused");
  EXPECT_EQ(list[1]["pause_reason"], "no_funds");
  EXPECT_EQ(list[1]["balance"], "1.5");
  EXPECT_EQ(list[1]["currency"], "USD");
}

TEST_F(ApiTest, ProvidersArePausedAndResumed) {
  EXPECT_EQ(call("POST", "/api/providers/machinesmm/pause").status, 200);
  EXPECT_EQ(actions_.paused, "machinesmm: ");
  EXPECT_EQ(call("POST", "/api/providers/machinesmm/pause", R"({"why":"prices"})").status, 200);
  EXPECT_EQ(actions_.paused, "machinesmm: prices");
  EXPECT_EQ(call("POST", "/api/providers/machinesmm/resume").json()["name"], "machinesmm");
  EXPECT_EQ(actions_.resumed, "machinesmm");
  EXPECT_EQ(call("POST", "/api/providers/nobody/pause").status, 404);
  EXPECT_EQ(call("POST", "/api/providers/nobody/resume").status, 404);
  EXPECT_EQ(call("POST", "/api/providers/machinesmm/pause", R"({"why":1})").status, 422);
}

TEST_F(ApiTest, JobsAreListedAndRun) {
  const Json job = call("GET", "/api/jobs").json()[0];
  EXPECT_EQ(job, (Json{{"name", "check_profiles"},
                       {"schedule", "every 10m"},
                       {"last_run", "2027-01-15T08:00:00.000Z"},
                       {"last_result", "3 checked"},
                       {"next_run", nullptr},
                       {"running", true}}));
  const std::pair<RunOutcome, int> outcomes[] = {{RunOutcome::kStarted, 202},
                                                 {RunOutcome::kUnknownJob, 404},
                                                 {RunOutcome::kAlreadyRunning, 409},
                                                 {RunOutcome::kUnavailable, 503}};
  for (const auto& [outcome, status] : outcomes) {
    jobs_.outcome = outcome;
    EXPECT_EQ(call("POST", "/api/jobs/check_profiles/run").status, status);
  }
  EXPECT_EQ(jobs_.ran, "check_profiles");
}

TEST_F(ApiTest, DeliveriesAreListedShownAndReplayed) {
  ASSERT_EQ(post_webhook(paid_order(7)).status, 200);
  ASSERT_EQ(post_webhook("not json").status, 200);
  const Answer page = call("GET", "/api/deliveries?limit=1");
  EXPECT_EQ(page.json().size(), 1u);
  EXPECT_EQ(page.json()[0]["outcome"], "not_understood");
  const std::string link = page.header("link");
  const Json second = call("GET", link.substr(1, link.find('>') - 1)).json();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0]["order_id"], 7);
  const std::string path = "/api/deliveries/" + std::to_string(second[0]["id"].get<int>());
  EXPECT_EQ(call("GET", path).json()["payload"]["resource"]["id"], 7);

  ASSERT_EQ(call("DELETE", "/api/payments/7_70").json(), (Json{{"deleted", true}}));
  const Json replayed = call("POST", path + "/replay").json();
  EXPECT_EQ(replayed["created"], (Json{"7_70"}));
  EXPECT_EQ(call("GET", "/api/payments/7_70").status, 200);
  EXPECT_EQ(call("POST", path + "/replay").json()["created"], Json::array());
  EXPECT_EQ(call("GET", "/api/deliveries/99").status, 404);
  EXPECT_EQ(call("GET", "/api/deliveries/x").status, 404);
  EXPECT_EQ(call("GET", "/api/deliveries?limit=0").status, 400);
}

TEST_F(ApiTest, TheShopIsToldByHand) {
  const Answer told = call("POST", "/api/update-order-status", R"({"order_id":170000001,"status_alias":"delivered"})");
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.json()["state"], "told");
  EXPECT_EQ(told.json()["order_id"], 170000001);
  actions_.shop_state = ShopUpdateState::kPending;
  EXPECT_EQ(call("POST", "/api/update-order-status", R"({"order_id":"5","status_alias":"delivered"})").status, 202);
  actions_.shop_state = ShopUpdateState::kRefused;
  EXPECT_EQ(call("POST", "/api/update-order-status", R"({"order_id":5,"status_alias":"delivered"})").status, 422);
  actions_.shop_state.reset();
  EXPECT_EQ(call("POST", "/api/update-order-status", R"({"order_id":5,"status_alias":"delivered"})").status, 503);
  for (const char* body : {"{}", R"({"order_id":5})", R"({"order_id":"x","status_alias":"delivered"})",
                           R"({"order_id":5,"status_alias":"../x"})", R"({"order_id":-5,"status_alias":"delivered"})"})
    EXPECT_EQ(call("POST", "/api/update-order-status", body).status, 422) << body;
}

}  // namespace
}  // namespace smmhost::server_test
