// What holds for every route: who may ask, errors as problems, request ids, and that openapi.json describes them all.
#include "host/server/api.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "host/server/api_fixture.h"
#include "host/server/embedded.h"
#include "host/server/unavailable_store.h"

namespace smmhost::server_test {
namespace {

// The pattern with something in the place of each parameter.
std::string filled(const std::string& pattern) {
  std::string path = pattern;
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{'))
    path.replace(open, path.find('}') - open + 1, "1");
  return path;
}

TEST_F(ApiTest, EveryRouteButWebhookAndHealthNeedsTheToken) {
  port();
  const std::set<std::string> open{"POST /api/webhook", "GET /healthz", "GET /readyz"};
  std::set<std::string> seen;
  for (const RouteEntry& route : api_->router().routes()) {
    const std::string name = route.method + " " + route.pattern;
    if (route.access == Access::kPublic) {
      EXPECT_TRUE(open.count(name)) << name;
      seen.insert(name);
      continue;
    }
    const Answer none = anonymous(route.method, filled(route.pattern));
    EXPECT_EQ(none.status, 401) << name;
    EXPECT_EQ(none.header("www-authenticate").substr(0, 6), "Bearer") << name;
    for (const char* wrong :
         {"Bearer wrong", "Bearer ", "Bearer a-long-test-toke", "Basic a-long-test-token", "a-long-test-token"})
      EXPECT_EQ(anonymous(route.method, filled(route.pattern), {}, {{"Authorization", wrong}}).status, 401)
          << name << wrong;
    EXPECT_NE(call(route.method, filled(route.pattern), "{}").status, 401) << name;
  }
  EXPECT_EQ(seen, open);
}

TEST_F(ApiTest, UnknownPathsTellNothingWithoutTheToken) {
  EXPECT_EQ(anonymous("GET", "/nowhere").status, 401);
  EXPECT_EQ(anonymous("PATCH", "/api/payments").status, 401);
  EXPECT_EQ(anonymous("GET", "/api/webhook").status, 401);
  EXPECT_EQ(call("GET", "/nowhere").status, 404);
}

TEST_F(ApiTest, AnEmptyTokenLetsNobodyIn) {
  const BearerAuth auth{Secret()};
  ServerRequest request;
  request.headers = {{"Authorization", "Bearer "}};
  EXPECT_FALSE(auth.admits(request));
}

TEST_F(ApiTest, OtherMethodsAre405WithAllow) {
  const Answer answer = call("PATCH", "/api/payments/1");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("allow"), "GET, HEAD, PUT, DELETE, OPTIONS");
  const Answer options = call("OPTIONS", "/api/products");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("allow"), "GET, HEAD, POST, OPTIONS");
}

TEST_F(ApiTest, ErrorsAreProblems) {
  const Answer answer = call("GET", "/api/payments/none");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  const Json body = answer.json();
  EXPECT_EQ(body["status"], 404);
  EXPECT_EQ(body["title"], "Not Found");
  EXPECT_EQ(body["type"], "urn:smmhost:problem:not-found");
  EXPECT_FALSE(body["detail"].get<std::string>().empty());
}

TEST_F(ApiTest, EveryAnswerBearsItsRequestsId) {
  EXPECT_EQ(anonymous("GET", "/healthz").header("x-request-id").size(), 16u);
  EXPECT_EQ(anonymous("GET", "/healthz", {}, {{"X-Request-Id", "proxy-7.a"}}).header("x-request-id"), "proxy-7.a");
  EXPECT_EQ(anonymous("GET", "/healthz", {}, {{"X-Request-Id", "a b\"c"}}).header("x-request-id").size(), 16u);
}

TEST_F(ApiTest, NotJsonIs400WhateverItsType) {
  for (const char* body : {"nonsense", "[1]", "\"text\"", "{\"a\":1", "{\"a\":1}x", "\xff\xfe"})
    EXPECT_EQ(call("POST", "/api/products", body).status, 400) << body;
  const std::string deep = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(call("POST", "/api/products", deep).status, 400);
}

TEST_F(ApiTest, WithoutTheStoreEveryRouteThatNeedsItIs503) {
  UnavailableStore store;
  start(&store);
  const std::set<std::string> without{"GET /healthz",
                                      "GET /openapi.json",
                                      "GET /",
                                      "POST /api/update-order-status",
                                      "GET /api/jobs",
                                      "POST /api/jobs/{name}/run",
                                      "GET /api/plugins",
                                      "POST /api/plugins/{id}/reload",
                                      "POST /api/backup"};
  const std::map<std::string, std::string> bodies{
      {"POST /api/products", R"({"sku":"A","service_id":1,"api":"machinesmm","base_quantity":1,"type":"likes"})"},
      {"POST /api/review/{id}", R"({"decision":"give_up"})"}};
  actions_.decision_outcome = DecisionOutcome::kUnavailable;
  actions_.commit_outcome = CommitOutcome::kInDoubt;
  for (const RouteEntry& route : api_->router().routes()) {
    const std::string name = route.method + " " + route.pattern;
    if (without.count(name)) continue;
    std::string path = filled(route.pattern);
    if (path.starts_with("/api/providers/")) path = "/api/providers/machinesmm" + path.substr(path.rfind('/'));
    const auto body = bodies.find(name);
    const Answer answer = route.pattern == "/api/webhook"
                              ? post_webhook(paid_order(7))
                              : call(route.method, path, body == bodies.end() ? "{}" : body->second);
    EXPECT_EQ(answer.status, 503) << name << " " << answer.body;
    EXPECT_FALSE(answer.header("retry-after").empty()) << name;
  }
  EXPECT_EQ(anonymous("GET", "/healthz").status, 200);
}

TEST_F(ApiTest, ReadyOnlyWithTheStore) {
  EXPECT_EQ(anonymous("GET", "/readyz").status, 200);
}

TEST_F(ApiTest, OpenapiDescribesEveryRouteAndNoOther) {
  port();
  std::set<std::string> routed;
  for (const RouteEntry& route : api_->router().routes()) routed.insert(route.method + " " + route.pattern);
  const Json document = call("GET", "/openapi.json").json();
  ASSERT_EQ(document["openapi"], "3.1.0");
  std::set<std::string> described;
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      described.insert(upper + " " + path);
      EXPECT_EQ(operation.contains("security"), path == "/api/webhook" || path == "/healthz" || path == "/readyz")
          << path;
    }
  EXPECT_EQ(described, routed);
}

TEST_F(ApiTest, OpenapiRefersOnlyToWhatItDefines) {
  const Json document = Json::parse(kOpenapiJson);
  const std::string text(kOpenapiJson);
  for (auto at = text.find("\"$ref\": \"#"); at != std::string::npos; at = text.find("\"$ref\": \"#", at + 1)) {
    const auto begin = text.find('#', at) + 1;
    const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(document.contains(Json::json_pointer(pointer))) << pointer;
  }
}

TEST_F(ApiTest, ThePageHoldsNoDataAndRunsNothingFromElsewhere) {
  stored_payment(7, PaymentState::kHeld, std::nullopt);
  const Answer without = anonymous("GET", "/");
  const Answer with = call("GET", "/");
  EXPECT_EQ(without.status, 401);
  EXPECT_EQ(with.status, 200);
  EXPECT_EQ(without.body, with.body);
  EXPECT_EQ(without.header("content-type"), "text/html; charset=utf-8");
  const std::string policy = without.header("content-security-policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'sha256-"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(without.body.find("innerHTML"), std::string::npos);
  for (const char* outside : {"http://", "https://", "src=", "@import"})
    EXPECT_EQ(without.body.find(outside), std::string::npos) << outside;
}

TEST_F(ApiTest, MetricsShowWhatHappenedAndWhatIs) {
  EXPECT_EQ(post_webhook(paid_order(7)).status, 200);
  EXPECT_EQ(post_webhook(paid_order(7) + " ").status, 200) << "the same order in other bytes";
  EXPECT_EQ(anonymous("POST", "/api/webhook", "forged").status, 401);
  stored_payment(8, PaymentState::kReview, PlacementState::kUnknown);
  metrics_.provider_call("machinesmm", "place", "ok");
  metrics_.placement("machinesmm", "accepted");
  metrics_.job_run("check_profiles", true);
  // A request is counted once its answer is on the wire, so a client may be faster than the count.
  const std::string both = "smmhost_http_requests_total{method=\"POST\",route=\"/api/webhook\",status=\"200\"} 2";
  Answer answer = call("GET", "/metrics");
  for (int tries = 0; tries < 200 && answer.body.find(both) == std::string::npos; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    answer = call("GET", "/metrics");
  }
  EXPECT_NE(answer.body.find(both), std::string::npos);
  EXPECT_EQ(answer.header("content-type").substr(0, 10), "text/plain");
  for (const char* line :
       {"smmhost_webhooks_total{outcome=\"accepted\"} 1", "smmhost_webhooks_total{outcome=\"bad_signature\"} 1",
        "smmhost_webhooks_total{outcome=\"no_change\"} 1", "smmhost_payments{state=\"received\"} 1",
        "smmhost_payments{state=\"review\"} 1", "smmhost_review 1", "smmhost_payments{state=\"delivered\"} 0",
        "smmhost_provider_calls_total{", "smmhost_placements_total{", "smmhost_job_runs_total{",
        "smmhost_breaker_open{peer=\"machinesmm\"} 1"})
    EXPECT_NE(answer.body.find(line), std::string::npos) << line << "\n" << answer.body;
}

}  // namespace
}  // namespace smmhost::server_test
