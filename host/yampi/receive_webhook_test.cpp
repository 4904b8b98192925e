#include "host/yampi/receive_webhook.h"

#include <gtest/gtest.h>

#include "host/yampi/signature.h"
#include "host/yampi/test_support.h"

namespace smmhost {
namespace {

using nlohmann::json;
using yampi_test::sample;
using yampi_test::sample_json;

const Time kNow = *parse_iso8601("2026-01-15T13:20:32Z");

Ingest receive(std::string_view body, std::string_view alias = "loja-teste") {
  return receive_webhook({.body = body, .signature = " sig= ", .merchant_alias = alias, .now = kNow});
}

TEST(ReceiveWebhook, APaidOrderBringsItsPayments) {
  const std::string body = sample("order_paid.json");
  const Ingest ingest = receive(body);
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kAccepted);
  EXPECT_EQ(ingest.delivery.source, "webhook");
  EXPECT_EQ(ingest.delivery.event, "order.paid");
  EXPECT_EQ(ingest.delivery.order_id, 170000001);
  EXPECT_EQ(ingest.delivery.digest, sha256_hex(body));
  EXPECT_EQ(ingest.delivery.signature, "sig=");
  EXPECT_EQ(ingest.delivery.body_bytes, static_cast<std::int64_t>(body.size()));
  EXPECT_EQ(ingest.delivery.received_at, kNow);
  EXPECT_EQ(ingest.delivery.note, "");
  ASSERT_EQ(ingest.new_payments.size(), 2U);
  EXPECT_EQ(ingest.new_payments[0].id, "170000001_230000001");
  EXPECT_EQ(ingest.new_payments[1].customization, "@cliente.teste");
  EXPECT_TRUE(ingest.new_payments[1].customization_borrowed);
}

TEST(ReceiveWebhook, EveryEventThatSaysPaidIsTheSameCommand) {
  for (const char* event : {"order.created", "order.status.updated", "order.updated", "order.paid"}) {
    json body = sample_json("order_paid.json");
    body["event"] = event;
    EXPECT_EQ(receive(body.dump()).new_payments.size(), 2U) << event;
  }
}

TEST(ReceiveWebhook, AnOrderThatIsNotPaidBuysNothing) {
  json body = sample_json("order_paid.json");
  body["event"] = "order.created";
  body["resource"]["status"]["data"]["alias"] = "waiting_payment";
  Ingest ingest = receive(body.dump());
  EXPECT_TRUE(ingest.new_payments.empty());
  EXPECT_FALSE(ingest.cancel);
  EXPECT_EQ(ingest.status_alias, "waiting_payment");
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kIgnored);

  body["event"] = "order.paid";
  ingest = receive(body.dump());
  EXPECT_TRUE(ingest.new_payments.empty());
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kNotUnderstood) << "the shop says both; a person should look";
  EXPECT_NE(ingest.delivery.note.find("waiting_payment"), std::string::npos);
}

const std::vector<std::string> kPaidStatuses{"paid", "handling_products", "invoiced"};

Ingest receive_at(const std::string& event, const std::string& status, bool with_history = true) {
  json body = sample_json("order_paid.json");
  body["event"] = event;
  body["resource"]["status"]["data"] = {{"alias", status}};
  if (!with_history) body["resource"].erase("statuses");
  return receive_webhook({.body = body.dump(), .signature = "", .now = kNow, .paid_statuses = kPaidStatuses});
}

TEST(ReceiveWebhook, AnOrderPaidEventIsBelievedThoughTheOrderHasMovedOn) {
  for (const char* status : {"handling_products", "invoiced", "on_carriage", "delivered", "shipment_exception"}) {
    const Ingest ingest = receive_at("order.paid", status, false);
    EXPECT_EQ(ingest.new_payments.size(), 2U) << status;
    EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kAccepted) << status;
    EXPECT_EQ(ingest.status_alias, status);
    EXPECT_FALSE(ingest.moved_on) << status;
  }
  for (const char* status : {"cancelled", "refused", "partially_paid", "something_else"})
    EXPECT_TRUE(receive_at("order.paid", status).new_payments.empty()) << status;
}

TEST(ReceiveWebhook, AnotherEventOfAnOrderThatHasMovedOnCountsByItsHistory) {
  for (const char* status : {"handling_products", "invoiced"}) {
    const Ingest ingest = receive_at("order.status.updated", status);
    EXPECT_EQ(ingest.new_payments.size(), 2U) << status;
    EXPECT_TRUE(ingest.moved_on) << status;
    EXPECT_EQ(ingest.order_paid_at, parse_iso8601("2026-01-15T13:20:25Z"));
    EXPECT_TRUE(receive_at("order.status.updated", status, false).new_payments.empty()) << status;
  }
  for (const char* status : {"ready_for_shipping", "on_carriage", "delivered", "shipment_exception", "cancelled"})
    EXPECT_TRUE(receive_at("order.status.updated", status).new_payments.empty()) << status;
}

TEST(ReplayDelivery, KnowsTheHistoryOfAnOrderThatHasMovedOn) {
  Delivery kept = receive_at("order.status.updated", "invoiced").delivery;
  kept.id = 7;
  const Ingest replay = replay_delivery(kept, "loja-teste", kNow, kPaidStatuses);
  EXPECT_EQ(replay.new_payments.size(), 2U);
  EXPECT_TRUE(replay.moved_on);
  EXPECT_EQ(replay.order_paid_at, parse_iso8601("2026-01-15T13:20:25Z"));
}

TEST(ReceiveWebhook, CancelledAndRefusedOrdersCancel) {
  for (const char* alias : {"cancelled", "refused"}) {
    json body = sample_json("order_delivered.json");
    body["resource"]["status"]["data"]["alias"] = alias;
    const Ingest ingest = receive(body.dump());
    EXPECT_TRUE(ingest.cancel) << alias;
    EXPECT_EQ(ingest.order_id, 170000001);
    EXPECT_TRUE(ingest.new_payments.empty());
  }
}

TEST(ReceiveWebhook, AnotherShopsOrderIsKeptForAPerson) {
  const Ingest ingest = receive(sample("order_paid.json"), "outra-loja");
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kNotUnderstood);
  EXPECT_NE(ingest.delivery.note.find("loja-teste"), std::string::npos);
  EXPECT_TRUE(ingest.new_payments.empty());
  EXPECT_EQ(ingest.order_id, 0);
  EXPECT_EQ(receive(sample("order_paid.json"), "Loja-Teste").new_payments.size(), 2U);
  EXPECT_EQ(receive(sample("order_paid.json"), "").new_payments.size(), 2U);
}

TEST(ReceiveWebhook, NoLineOfAPaidOrderIsLeftOut) {
  json body = sample_json("order_paid.json");
  body["resource"]["items"]["data"][0]["quantity"] = 0;
  body["resource"]["items"]["data"][1].erase("id");
  const Ingest ingest = receive(body.dump());
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kAccepted);
  ASSERT_EQ(ingest.new_payments.size(), 2U);
  for (const Payment& payment : ingest.new_payments) {
    EXPECT_EQ(payment.state, PaymentState::kReview) << payment.id;
    EXPECT_EQ(payment.reason, Reason::kLineNotUnderstood);
  }
  EXPECT_NE(ingest.delivery.note.find("230000001"), std::string::npos);
  EXPECT_NE(ingest.delivery.note.find("CURT-400"), std::string::npos);
  Delivery kept = ingest.delivery;
  kept.id = 7;
  const Ingest replay = replay_delivery(kept, "loja-teste", kNow);
  ASSERT_EQ(replay.new_payments.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(replay.new_payments[i].id, ingest.new_payments[i].id);
}

TEST(ReceiveWebhook, APaidOrderWithoutLinesIsForAPerson) {
  json body = sample_json("order_paid.json");
  body["resource"]["items"]["data"] = json::array();
  const Ingest ingest = receive(body.dump());
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kNotUnderstood);
  EXPECT_TRUE(ingest.new_payments.empty());
  EXPECT_EQ(ingest.delivery.note, "The paid order has no lines.");
}

TEST(ReceiveWebhook, WhatIsNotUnderstoodIsADeliveryStill) {
  for (const std::string& body :
       {std::string(), std::string("lixo"), std::string("{\"event\":\"x\"}"), std::string(100'000, '[')}) {
    const Ingest ingest = receive(body);
    EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kNotUnderstood);
    EXPECT_FALSE(ingest.delivery.note.empty());
    EXPECT_FALSE(ingest.delivery.payload.empty());
    EXPECT_EQ(ingest.delivery.digest, sha256_hex(body));
  }
}

TEST(ReceiveWebhook, TheNoteStaysShortWhateverTheOrderHolds) {
  json body = sample_json("order_paid.json");
  json items = json::array();
  for (int i = 0; i < 3000; ++i) items.push_back({{"item_sku", std::string(300, 'S')}});
  body["resource"]["items"]["data"] = items;
  EXPECT_LE(receive(body.dump()).delivery.note.size(), 2100U);
}

TEST(ReplayDelivery, DoesTheSameAgainUnderItsOwnDigest) {
  Delivery kept = receive(sample("order_paid.json"), "outra-loja").delivery;
  kept.id = 42;
  const Ingest replay = replay_delivery(kept, "loja-teste", kNow);
  const Ingest direct = receive(sample("order_paid.json"));
  EXPECT_EQ(replay.delivery.source, "replay");
  EXPECT_EQ(replay.delivery.signature, "");
  EXPECT_NE(replay.delivery.digest, kept.digest);
  EXPECT_NE(replay.delivery.digest, replay_delivery(kept, "loja-teste", kNow + Duration{1}).delivery.digest);
  EXPECT_NE(replay.delivery.note.find("42"), std::string::npos);
  ASSERT_EQ(replay.new_payments.size(), direct.new_payments.size());
  for (std::size_t i = 0; i < direct.new_payments.size(); ++i) {
    EXPECT_EQ(replay.new_payments[i].id, direct.new_payments[i].id);
    EXPECT_EQ(replay.new_payments[i].customization, direct.new_payments[i].customization);
  }
}

}  // namespace
}  // namespace smmhost
