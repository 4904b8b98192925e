// The simulated shop signs as Yampi signs and answers as Yampi answers.
#include "examples/world/shop.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "examples/world/http_call.h"

namespace smmhost::world {
namespace {

using Json = nlohmann::json;

class ShopTest : public ::testing::Test {
 protected:
  CallResult rest(const std::string& method, const std::string& target, const std::string& body = {}) {
    return call(method, shop_.base_url() + target, body,
                {{"User-Token", shop_.options().api_key}, {"User-Secret-Key", shop_.options().secret_key}});
  }
  std::int64_t order(const std::string& status = "paid") {
    return shop_.place_order({{{"SEG-1000", 1, "@cliente.teste"}, {"CURT-400", 2, ""}}, status, "pix"});
  }

  Shop shop_;
};

TEST(ShopSignature, MatchesTheKnownAnswer) {
  const std::string body =
      R"({"event":"order.paid","time":"2026-01-15 10:20:31","merchant":{"id":90001,"alias":"loja-teste"},"resource":{"id":170000001,"number":34724,"status":{"data":{"id":4,"alias":"paid","name":"Pagamento aprovado"}},"payments":[{"alias":"pix","icon_url":"https:\/\/icons.yampi.me\/svg\/pix.svg"}],"customer":{"data":{"name":"Jo\u00e3o Teste"}}}})";
  ASSERT_EQ(body.size(), 337u);
  EXPECT_EQ(sign("wh_TESTSECRET_not_real", body), "4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das=");
}

TEST_F(ShopTest, WritesAnOrderAsPhpDoesWithEverythingSensitiveInIt) {
  const std::int64_t id = order();
  const Webhook webhook = shop_.webhook(id);
  EXPECT_NE(webhook.body.find("Jo\\u00e3o"), std::string::npos);
  EXPECT_NE(webhook.body.find("https:\\/\\/"), std::string::npos);
  for (const std::string& secret : sensitive_of(id).all())
    EXPECT_NE(webhook.body.find(secret), std::string::npos) << secret;
  EXPECT_EQ(webhook.signature, sign(shop_.options().webhook_secret, webhook.body));

  const Json json = Json::parse(webhook.body);
  EXPECT_EQ(json["resource"]["items"]["data"][0]["customizations"][0]["value"], "@cliente.teste");
  EXPECT_EQ(Json::parse(shop_.webhook(id, {.style = BodyStyle::kIndented}).body), json);
  EXPECT_NE(shop_.webhook(id, {.style = BodyStyle::kPlain}).body, webhook.body);
  const Json reversed = Json::parse(shop_.webhook(id, {.reverse_items = true}).body);
  EXPECT_EQ(reversed["resource"]["items"]["data"][1], json["resource"]["items"]["data"][0]);
}

TEST_F(ShopTest, TakesAllowedStatusesAndRemembersThem) {
  const std::int64_t id = order();
  const std::string path = "/orders/" + std::to_string(id);
  EXPECT_EQ(rest("PUT", path, R"({"status_id":11})").status, 200);
  EXPECT_EQ(rest("PUT", path, R"({"status_id":7})").status, 200);
  EXPECT_EQ(rest("PUT", path, R"({"status_id":7})").status, 422);
  EXPECT_EQ(rest("PUT", path, R"({"status_alias":"delivered"})").status, 422);
  EXPECT_EQ(rest("PUT", "/orders/1", R"({"status_id":7})").status, 404);
  EXPECT_EQ(shop_.told_to(id), (std::vector<std::string>{"shipment_exception", "delivered"}));
  EXPECT_EQ(call("PUT", shop_.base_url() + path, R"({"status_id":7})", {{"User-Token", "wrong"}}).status, 401);
  EXPECT_EQ(shop_.told().size(), 5u);
}

TEST_F(ShopTest, FiltersOnlyWithBracketsAndPages) {
  for (int n = 0; n < 12; ++n) order();
  order("waiting_payment");
  const Json unfiltered = Json::parse(rest("GET", "/orders?status_id=4&limit=500&skipCache=true").body);
  EXPECT_EQ(unfiltered["meta"]["pagination"]["total"], 13);
  EXPECT_EQ(unfiltered["meta"]["pagination"]["per_page"], 100);
  const Json paid = Json::parse(rest("GET", "/orders?status_id%5B%5D=4&page=2&skipCache=true").body);
  EXPECT_EQ(paid["meta"]["pagination"]["total"], 12);
  EXPECT_EQ(paid["data"].size(), 2u);
}

TEST_F(ShopTest, ServesStaleAnswersUnlessToldNotTo) {
  const std::int64_t id = order();
  const std::string path = "/orders/" + std::to_string(id);
  const auto status = [&](const std::string& query) {
    return Json::parse(rest("GET", path + query).body)["data"]["status"]["data"]["alias"];
  };
  EXPECT_EQ(status(""), "paid");
  shop_.set_status(id, "cancelled");
  EXPECT_EQ(status(""), "paid");
  EXPECT_EQ(status("?skipCache=true"), "cancelled");
}

TEST_F(ShopTest, RefusesTheThirtyFirstWriteOfAMinute) {
  const std::string path = "/orders/" + std::to_string(order());
  for (int n = 0; n < 30; ++n) rest("PUT", path, "{}");
  const CallResult refused = rest("PUT", path, R"({"status_id":7})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(value_of(refused.headers, "x-ratelimit-remaining"), "0");
}

TEST_F(ShopTest, AWebhookThatIsOffIsSwitchedOnByTheWholeObject) {
  shop_.switch_webhook_off();
  const auto listed = [&] { return Json::parse(rest("GET", "/webhooks?skipCache=true").body)["data"][0]; };
  Json webhook = listed();
  EXPECT_EQ(webhook["active"], false);
  EXPECT_EQ(rest("PUT", "/webhooks/1", R"({"active":true})").status, 422);
  EXPECT_FALSE(shop_.webhook_is_on());
  webhook["active"] = true;
  EXPECT_EQ(rest("PUT", "/webhooks/1", webhook.dump()).status, 200);
  EXPECT_EQ(listed()["active"], true);
}

TEST_F(ShopTest, FailsWritesAsScripted) {
  const std::int64_t id = order();
  shop_.fail_writes(1, 503);
  EXPECT_EQ(rest("PUT", "/orders/" + std::to_string(id), R"({"status_id":7})").status, 503);
  EXPECT_EQ(rest("PUT", "/orders/" + std::to_string(id), R"({"status_id":7})").status, 200);
  EXPECT_EQ(shop_.told_to(id).size(), 1u);
}

}  // namespace
}  // namespace smmhost::world
