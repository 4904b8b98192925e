// The webhook of the running program: who may post, what is kept, what is refused.
#include <algorithm>

#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

class WebhookEndToEnd : public EndToEnd {
 protected:
  void SetUp() override { start(); }
  int post_with(const std::string& body, const std::string& signature) {
    return world::post_webhook(host().address() + "/api/webhook", {body, signature}).status;
  }
};

constexpr const char* kVector =
    R"({"event":"order.paid","time":"2026-01-15 10:20:31","merchant":{"id":90001,"alias":"loja-teste"},"resource":{"id":170000001,"number":34724,"status":{"data":{"id":4,"alias":"paid","name":"Pagamento aprovado"}},"payments":[{"alias":"pix","icon_url":"https:\/\/icons.yampi.me\/svg\/pix.svg"}],"customer":{"data":{"name":"Jo\u00e3o Teste"}}}})";

TEST_F(WebhookEndToEnd, TakesTheKnownSignatureAndRefusesItsForgeries) {
  const std::string reserialised = Json::parse(kVector).dump();
  EXPECT_EQ(post_with(kVector, "4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das="), 200);
  EXPECT_EQ(post_with(kVector, "TYURQWGkBXhVUSaDc+WkocFm+X5vlW1bSNCe4JjcG+o="), 401);
  EXPECT_EQ(
      post_with(kVector, "ZTA5OWUzYjZlNmVkNzE4OWFjMjE4YzA5ZTViNGQyY2U0OWE4YzY2ODlkM2M2ZTkxYzk5NTU0YmE1Zjc5NzVhYg=="),
      401);
  EXPECT_EQ(post_with(reserialised, "4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das="), 401);
  EXPECT_EQ(post_with(kVector, ""), 401);
  EXPECT_EQ(get("/api/deliveries").size(), 1u);
}

TEST_F(WebhookEndToEnd, KeepsWhatIsSignedButNotUnderstoodAndAnswers200) {
  const std::vector<std::string> bodies{
      "this is no JSON",
      "[]",
      "{}",
      "\"text\"",
      R"({"event":"order.paid"})",
      R"({"event":"order.paid","merchant":{"alias":"loja-teste"},"resource":{"id":"x","items":3}})",
      R"({"event":"order.paid","resource":)",
      std::string(2000, '[')};
  for (const std::string& body : bodies) EXPECT_EQ(post_signed(body), 200) << body;
  const Json kept = get("/api/deliveries");
  EXPECT_EQ(kept.size(), bodies.size());
  for (const Json& one : kept) EXPECT_EQ(one["outcome"], "not_understood") << one;
  EXPECT_EQ(post_signed(R"({"event":"cart.reminder","merchant":{"alias":"loja-teste"},"resource":{"id":5}})"), 200);
  EXPECT_TRUE(get("/api/payments").empty());
}

TEST_F(WebhookEndToEnd, RefusesABodyOfTwoMebibytes) {
  EXPECT_EQ(post_signed(std::string(2 << 20, 'x')), 413);
  EXPECT_TRUE(get("/api/deliveries").empty());
}

TEST_F(WebhookEndToEnd, EveryRouteButWebhookAndHealthNeedsTheToken) {
  const std::vector<std::pair<std::string, std::string>> routes{{"POST", "/api/update-order-status"},
                                                                {"GET", "/api/payments"},
                                                                {"GET", "/api/payments/1_1"},
                                                                {"PUT", "/api/payments/1_1"},
                                                                {"DELETE", "/api/payments/1_1"},
                                                                {"GET", "/api/payments/1_1/timeline"},
                                                                {"GET", "/api/products"},
                                                                {"POST", "/api/products"},
                                                                {"GET", "/api/products/SEG-1000"},
                                                                {"PUT", "/api/products/SEG-1000"},
                                                                {"DELETE", "/api/products/SEG-1000"},
                                                                {"GET", "/api/review"},
                                                                {"POST", "/api/review/1_1.1"},
                                                                {"GET", "/api/providers"},
                                                                {"POST", "/api/providers/machinesmm/pause"},
                                                                {"POST", "/api/providers/machinesmm/resume"},
                                                                {"GET", "/api/jobs"},
                                                                {"POST", "/api/jobs/purge/run"},
                                                                {"GET", "/api/deliveries"},
                                                                {"GET", "/api/deliveries/1"},
                                                                {"POST", "/api/deliveries/1/replay"},
                                                                {"GET", "/metrics"},
                                                                {"GET", "/openapi.json"},
                                                                {"GET", "/"},
                                                                {"GET", "/nothing/here"}};
  for (const auto& [method, path] : routes) {
    EXPECT_EQ(world::call(method, host().address() + path, "{}").status, 401) << method << " " << path;
    EXPECT_EQ(world::call(method, host().address() + path, "{}", {{"Authorization", "Bearer wrong"}}).status, 401)
        << method << " " << path;
  }
  EXPECT_EQ(world::call("GET", host().address() + "/healthz").status, 200);
  EXPECT_EQ(world::call("GET", host().address() + "/readyz").status, 200);
  EXPECT_EQ(get("/api/products").size(), 4u);
}

}  // namespace
}  // namespace smmhost::e2e
