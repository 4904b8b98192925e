// What POST /api/webhook must store, and what it must answer.
#include <gtest/gtest.h>

#include "host/server/api_fixture.h"
#include "host/server/unavailable_store.h"

namespace smmhost::server_test {
namespace {

TEST_F(ApiTest, ASignedPaidOrderIsStoredBeforeTheAnswerAndWakesTheEngine) {
  const Answer answer = post_webhook(paid_order(170000001));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json(), (Json{{"status", "OK"}}));
  const auto stored = store_->payment("170000001_1700000010");
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->payment.item_sku, "F100");
  EXPECT_EQ(stored->payment.item_quantity, 2);
  EXPECT_EQ(stored->payment.customization, "ana.teste");
  EXPECT_EQ(woken_, (std::vector<std::string>{"170000001_1700000010"}));
}

TEST_F(ApiTest, TheSignatureIsOverTheRawBytes) {
  const std::string known =
      R"({"event":"order.paid","time":"2026-01-15 10:20:31","merchant":{"id":90001,"alias":"loja-teste"},"resource":{"id":170000001,"number":34724,"status":{"data":{"id":4,"alias":"paid","name":"Pagamento aprovado"}},"payments":[{"alias":"pix","icon_url":"https:\/\/icons.yampi.me\/svg\/pix.svg"}],"customer":{"data":{"name":"Jo\u00e3o Teste"}}}})";
  const auto post = [&](const std::string& signature) {
    return anonymous("POST", "/api/webhook", known, {{"X-Yampi-Hmac-SHA256", signature}}).status;
  };
  EXPECT_EQ(post("4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das="), 200);
  EXPECT_EQ(post("TYURQWGkBXhVUSaDc+WkocFm+X5vlW1bSNCe4JjcG+o="), 401);
  EXPECT_EQ(post("ZTA5OWUzYjZlNmVkNzE4OWFjMjE4YzA5ZTViNGQyY2U0OWE4YzY2ODlkM2M2ZTkxYzk5NTU0YmE1Zjc5NzVhYg=="), 401);
}

TEST_F(ApiTest, AWrongSignatureStoresNothing) {
  EXPECT_EQ(anonymous("POST", "/api/webhook", paid_order(7)).status, 401);
  EXPECT_EQ(
      anonymous("POST", "/api/webhook", paid_order(7), {{"X-Yampi-Hmac-SHA256", sign_webhook(paid_order(7), "other")}})
          .status,
      401);
  EXPECT_EQ(anonymous("POST", "/api/webhook").status, 401);
  EXPECT_TRUE(store_->list_deliveries(0, 10).empty());
  EXPECT_TRUE(store_->list_payments({}).empty());
  EXPECT_EQ(wakes_, 0);
}

TEST_F(ApiTest, TheSameBytesAgainAreOneDelivery) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post_webhook(paid_order(7)).status, 200);
  const auto deliveries = store_->list_deliveries(0, 10);
  ASSERT_EQ(deliveries.size(), 1u);
  EXPECT_EQ(deliveries[0].copies, 3);
  EXPECT_EQ(store_->list_payments({}).size(), 1u);
  EXPECT_EQ(wakes_, 1);
}

TEST_F(ApiTest, WhatIsSignedButNotUnderstoodIsKeptAndAnswered200) {
  for (const char* body :
       {"not json", "[]", R"({"event":"order.paid"})", R"({"event":"moon.landed","resource":{"id":1}})"})
    EXPECT_EQ(post_webhook(body).status, 200) << body;
  const auto deliveries = store_->list_deliveries(0, 10);
  EXPECT_EQ(deliveries.size(), 4u);
  for (const Delivery& delivery : deliveries)
    EXPECT_EQ(delivery.outcome, DeliveryOutcome::kNotUnderstood) << delivery.payload;
}

TEST_F(ApiTest, TwoMebibytesAre413) {
  EXPECT_EQ(post_webhook(std::string(2 << 20, ' ')).status, 413);
}

TEST_F(ApiTest, ForgeriesOverTheRateAre429AndStoreNothing) {
  start(nullptr, 8);  // a burst of two
  EXPECT_EQ(anonymous("POST", "/api/webhook", paid_order(1)).status, 401);
  EXPECT_EQ(anonymous("POST", "/api/webhook", paid_order(2)).status, 401);
  const Answer over = anonymous("POST", "/api/webhook", paid_order(3));
  EXPECT_EQ(over.status, 429);
  EXPECT_FALSE(over.header("retry-after").empty());
  EXPECT_TRUE(store_->list_deliveries(0, 10).empty());
}

TEST_F(ApiTest, AFloodOfForgeriesDoesNotKeepASignedPostOut) {
  start(nullptr, 8);  // a burst of two
  for (int i = 0; i < 40; ++i) {
    EXPECT_NE(anonymous("POST", "/api/webhook", paid_order(900 + i)).status, 200);
    EXPECT_EQ(post_webhook(paid_order(1 + i)).status, 200);
  }
  EXPECT_EQ(store_->list_payments({}).size(), 40u);
}

TEST_F(ApiTest, InDoubtIsNever200) {
  UnavailableStore store;
  store.writes = CommitOutcome::kInDoubt;
  start(&store);
  EXPECT_EQ(post_webhook(paid_order(7)).status, 503);
  EXPECT_EQ(wakes_, 0);
}

}  // namespace
}  // namespace smmhost::server_test
