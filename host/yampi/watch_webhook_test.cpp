#include "host/yampi/watch_webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/store/open_store.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const Time kNow = *parse_iso8601("2026-01-15T13:20:31Z");

// One webhook list for every GET; what was written is kept.
class WebhookShop : public HttpTransport {
 public:
  json webhooks = json::array();
  int read_status = 200;
  int write_status = 200;
  std::vector<HttpRequest> writes;

  HttpResult send(const HttpRequest& request) override {
    HttpResult result;
    result.outcome = TransportOutcome::kAnswered;
    if (request.method == "PUT") writes.push_back(request);
    result.status = request.method == "PUT" ? write_status : read_status;
    result.body = request.method == "PUT" ? R"({"data":{"id":12,"active":true}})" : json{{"data", webhooks}}.dump();
    return result;
  }
};

class WatchWebhook : public testing::Test {
 protected:
  WatchWebhook() {
    config.base_url = "https://api.dooki.com.br/v2/loja-teste";
    config.webhook_secret = Secret("wh_secret");
    config.api_key = Secret("the-user-token");
    store = open_store("sqlite:" + folder.file("test.db"));
  }

  void has(bool active, const std::string& url = "https://host.example.com/api/webhook") {
    shop.webhooks =
        json::array({{{"id", 12}, {"name", "smmhost"}, {"url", url}, {"events", {"order.paid"}}, {"active", active}}});
  }

  JobReport watch(Time now = kNow) {
    YampiClient yampi(config, shop, [] { return 1U; });
    return watch_webhook(yampi, *store, config, now);
  }

  std::string mark() { return store->mark(kWebhookTrouble).value_or(""); }

  WebhookShop shop;
  YampiConfig config;
  tests::TemporaryFolder folder;
  std::unique_ptr<Store> store;
};

TEST_F(WatchWebhook, AnActiveWebhookIsNoTrouble) {
  has(true);
  EXPECT_EQ(watch().failed, 0);
  EXPECT_EQ(mark(), "");
  EXPECT_TRUE(shop.writes.empty());
}

TEST_F(WatchWebhook, OneThatIsOffIsSaidSinceItWasSeenAndLeftOffUnlessTheOperatorAllows) {
  has(false);
  EXPECT_EQ(watch().failed, 1);
  EXPECT_THAT(mark(), HasSubstr("2026-01-15T13:20:31.000Z webhook 12 is switched off"));
  watch(kNow + std::chrono::hours{1});
  EXPECT_THAT(mark(), HasSubstr("2026-01-15T13:20:31.000Z"));
  EXPECT_TRUE(shop.writes.empty());
  has(true);
  EXPECT_EQ(watch().failed, 0);
  EXPECT_EQ(mark(), "");
}

TEST_F(WatchWebhook, WhereAllowedItIsSwitchedOnWithTheWholeObject) {
  config.reenable_webhook = true;
  has(false);
  const JobReport report = watch();
  EXPECT_EQ(report.handled, 1);
  EXPECT_EQ(report.failed, 0);
  ASSERT_EQ(shop.writes.size(), 1U);
  EXPECT_THAT(shop.writes[0].url, HasSubstr("/webhooks/12"));
  EXPECT_EQ(json::parse(shop.writes[0].body), (json{{"name", "smmhost"},
                                                    {"url", "https://host.example.com/api/webhook"},
                                                    {"events", {"order.paid"}},
                                                    {"active", true}}));
}

TEST_F(WatchWebhook, WhatCannotBeSwitchedOnStaysATrouble) {
  config.reenable_webhook = true;
  has(false);
  shop.write_status = 422;
  EXPECT_EQ(watch().failed, 1);
  EXPECT_THAT(mark(), HasSubstr("could not be switched on"));
  shop.webhooks[0].erase("events");
  shop.writes.clear();
  EXPECT_EQ(watch().failed, 1);
  EXPECT_TRUE(shop.writes.empty()) << "half an object would be refused, or take the events away";
}

TEST_F(WatchWebhook, AWebhookOfAnotherProgramIsNotOurs) {
  has(true, "https://erp.example.com/yampi");
  EXPECT_EQ(watch().failed, 1);
  EXPECT_THAT(mark(), HasSubstr("no webhook at Yampi"));
  config.webhook_url = "https://erp.example.com/yampi/";
  EXPECT_EQ(watch().failed, 0);
  config.webhook_url.clear();
  shop.webhooks[0]["secret_key"] = "wh_secret";
  EXPECT_EQ(watch().failed, 0) << "its secret is ours";
}

TEST_F(WatchWebhook, AQuestionWithoutAnAnswerLeavesTheMark) {
  has(false);
  watch();
  const std::string before = mark();
  shop.read_status = 500;
  EXPECT_EQ(watch().failed, 1);
  EXPECT_EQ(mark(), before);
}

TEST_F(WatchWebhook, ExchangesHoldNoSecretOfTheWebhook) {
  has(true);
  shop.webhooks[0]["secret_key"] = "wh_secret";
  YampiClient yampi(config, shop, [] { return 1U; });
  const auto reply = yampi.webhooks(kNow);
  ASSERT_EQ(reply.exchanges.size(), 1U);
  EXPECT_EQ(reply.exchanges[0].response_body, R"([{"id":12,"active":true}])");
}

}  // namespace
}  // namespace smmhost
