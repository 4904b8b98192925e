#include <gtest/gtest.h>

#include <set>

#include "core/fulfilment/engine.h"

namespace smmhost {
namespace {

const Time kNow = from_unix_ms(1'768'483'231'000);

ShopOrder paid_order() {
  ShopOrder order;
  order.order_id = 170000001;
  order.status_alias = "paid";
  order.customer_name = "João Teste";
  order.updated_at = kNow;
  order.lines = {{.item_id = "501", .sku = "SEG-100", .quantity = 2, .customization = "@maria"},
                 {.item_id = "502", .sku = "CURT-50", .quantity = 1, .customization = "  "}};
  return order;
}

TEST(IngestOrder, APaidOrderBecomesOnePaymentALine) {
  const Ingest ingest = ingest_order(paid_order(), {}, kNow);
  ASSERT_EQ(ingest.new_payments.size(), 2u);
  const Payment& first = ingest.new_payments[0];
  EXPECT_EQ(first.id, "170000001_501");
  EXPECT_EQ(first.order_id, 170000001);
  EXPECT_EQ(first.item_sku, "SEG-100");
  EXPECT_EQ(first.item_quantity, 2);
  EXPECT_EQ(first.customization, "@maria");
  EXPECT_FALSE(first.customization_borrowed);
  EXPECT_EQ(first.state, PaymentState::kReceived);
  EXPECT_EQ(first.due_at, kNow) << "worked on at once";
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kAccepted);
  EXPECT_EQ(ingest.delivery.order_id, 170000001);
  EXPECT_EQ(ingest.status_at, kNow);
  EXPECT_FALSE(ingest.cancel);
}

TEST(IngestOrder, ALineWithoutCustomizationBorrowsAnothers) {
  const Payment borrower = ingest_order(paid_order(), {}, kNow).new_payments[1];
  EXPECT_EQ(borrower.customization, "@maria");
  EXPECT_TRUE(borrower.customization_borrowed);
}

TEST(IngestOrder, ALineWithoutCustomizationBorrowsNothingWhereTheOthersDisagree) {
  ShopOrder order = paid_order();
  order.lines.push_back({.item_id = "503", .sku = "SEG-100", .quantity = 1, .customization = "@joana"});
  Payment alone = ingest_order(order, {}, kNow).new_payments[1];
  EXPECT_EQ(alone.customization, "  ");
  EXPECT_FALSE(alone.customization_borrowed);
  order.lines[2].customization = "https://www.instagram.com/Maria/";
  EXPECT_EQ(ingest_order(order, {}, kNow).new_payments[1].customization, "@maria");
}

TEST(IngestOrder, WithNothingToBorrowTheTextStaysAsTyped) {
  ShopOrder order = paid_order();
  order.lines[0].customization = "";
  for (const Payment& payment : ingest_order(order, {}, kNow).new_payments)
    EXPECT_FALSE(payment.customization_borrowed);
}

TEST(IngestOrder, TheIdIsTheItemsOwnAndNotItsPosition) {
  ShopOrder order = paid_order();
  std::swap(order.lines[0], order.lines[1]);
  EXPECT_EQ(ingest_order(order, {}, kNow).new_payments[0].id, "170000001_502");
}

TEST(IngestOrder, TheSameLineTwiceIsOnePayment) {
  ShopOrder order = paid_order();
  order.lines.push_back(order.lines[0]);
  EXPECT_EQ(ingest_order(order, {}, kNow).new_payments.size(), 2u);
}

TEST(IngestOrder, CancellationsStopAndBuyNothing) {
  for (const char* status : {"cancelled", "refused", "refunded"}) {
    ShopOrder order = paid_order();
    order.status_alias = status;
    const Ingest ingest = ingest_order(order, {}, kNow);
    EXPECT_TRUE(ingest.cancel) << status;
    EXPECT_TRUE(ingest.new_payments.empty()) << status;
  }
}

TEST(IngestOrder, UnpaidAndLaterStatusesBuyNothing) {
  for (const char* status : {"waiting_payment", "partially_paid", "handling_products", "delivered", "Paid", ""}) {
    ShopOrder order = paid_order();
    order.status_alias = status;
    const Ingest ingest = ingest_order(order, {}, kNow);
    EXPECT_TRUE(ingest.new_payments.empty()) << status;
    EXPECT_FALSE(ingest.cancel) << status;
    EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kIgnored) << status;
    EXPECT_EQ(ingest.status_alias, status);
  }
}

TEST(IngestOrder, ALineWithoutAnItemIdWaitsForAPersonUnderAnIdOfItsSku) {
  ShopOrder order = paid_order();
  order.lines[0].item_id = "";
  const Ingest ingest = ingest_order(order, {}, kNow);
  ASSERT_EQ(ingest.new_payments.size(), 2u);
  const Payment& odd = ingest.new_payments[0];
  EXPECT_EQ(odd.id, "170000001_sku-01cbd5e757d191c0");
  EXPECT_EQ(odd.state, PaymentState::kReview);
  EXPECT_EQ(odd.reason, Reason::kLineNotUnderstood);
  EXPECT_FALSE(odd.reason_detail.empty());
  EXPECT_FALSE(odd.due_at);
  EXPECT_EQ(odd.item_quantity, 2);
  EXPECT_EQ(ingest.new_payments[1].state, PaymentState::kReceived);
  EXPECT_EQ(ingest.delivery.outcome, DeliveryOutcome::kAccepted);
}

TEST(IngestOrder, LinesWithoutAnItemIdAreToldApartBySkuAndNeverByTheirPosition) {
  ShopOrder order = paid_order();
  order.lines = {{.sku = "A", .quantity = 1}, {.sku = "B", .quantity = 1}, {.sku = "A", .quantity = 1}};
  std::set<std::string> ids;
  for (const Payment& payment : ingest_order(order, {}, kNow).new_payments) ids.insert(payment.id);
  EXPECT_EQ(ids.size(), 3u);
  std::swap(order.lines[0], order.lines[1]);
  for (const Payment& payment : ingest_order(order, {}, kNow).new_payments) EXPECT_TRUE(ids.contains(payment.id));
}

TEST(IngestOrder, ALineWithoutAUsableQuantityIsStoredAndWaitsForAPerson) {
  for (const std::int64_t quantity : {std::int64_t{0}, std::int64_t{-3}, std::int64_t{1'000'001}}) {
    ShopOrder order = paid_order();
    order.lines[0].quantity = quantity;
    const Ingest ingest = ingest_order(order, {}, kNow);
    ASSERT_EQ(ingest.new_payments.size(), 2u) << quantity;
    EXPECT_EQ(ingest.new_payments[0].id, "170000001_501");
    EXPECT_EQ(ingest.new_payments[0].state, PaymentState::kReview) << quantity;
    EXPECT_EQ(ingest.new_payments[0].reason, Reason::kLineNotUnderstood);
    EXPECT_EQ(ingest.new_payments[1].state, PaymentState::kReceived);
  }
  ShopOrder order = paid_order();
  order.lines[0].quantity = 1'000'000;
  EXPECT_EQ(ingest_order(order, {}, kNow).new_payments[0].state, PaymentState::kReceived);
}

TEST(IngestOrder, APaidOrderWithoutLinesIsShownToAPerson) {
  ShopOrder order = paid_order();
  order.lines.clear();
  EXPECT_EQ(ingest_order(order, {}, kNow).delivery.outcome, DeliveryOutcome::kNotUnderstood);
}

}  // namespace
}  // namespace smmhost
