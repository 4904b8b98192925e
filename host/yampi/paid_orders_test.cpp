// What the client reads of the orders that are paid at the shop, and what it leaves out.
#include "host/yampi/yampi_client_fixture.h"

namespace smmhost::yampi_test {
namespace {

using testing::HasSubstr;

TEST_F(YampiClientTest, AsksForPaidOrdersInWholeDaysOfTheShopsZone) {
  transport.reads = {answer(200, list_answer(json::array(), 1, 1))};
  ASSERT_TRUE(client().paid_orders(*parse_iso8601("2026-01-13T02:00:00Z"), 1, kNow).ok());
  EXPECT_EQ(transport.seen.back().url,
            "https://api.dooki.com.br/v2/loja-teste/orders?include=items%2Ccustomer%2Cstatus%2Cstatuses%2Ctransactions"
            "&status_id%5B%5D=4&status_id%5B%5D=5&date=created_at%3A2026-01-12%7C2026-01-15&orderBy=id&sortedBy=desc&"
            "limit=100&page=1&skipCache=true");
}

TEST_F(YampiClientTest, ReadsPaidOrdersPageByPage) {
  transport.reads = {answer(200, list_answer({paid_order(2), paid_order(1)}, 1, 2)),
                     answer(200, list_answer(json::array({paid_order(3)}), 2, 2))};
  const auto first = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(first.value().last);
  ASSERT_EQ(first.value().orders.size(), 2U);
  EXPECT_EQ(first.value().orders[0].order_id, 2);
  EXPECT_EQ(first.value().orders[0].merchant_alias, "loja-teste");
  ASSERT_EQ(first.value().orders[0].lines.size(), 2U);
  EXPECT_EQ(first.value().orders[0].lines[0].customization, "@cliente.teste");
  const auto second = client().paid_orders(kNow, 2, kNow);
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(second.value().last);
  EXPECT_THAT(transport.seen.back().url, HasSubstr("&page=2&"));
}

TEST_F(YampiClientTest, AnOrderInTheListThatIsNotPaidIsLeftOut) {
  json moved_on = paid_order(5);
  moved_on["status"]["data"] = {{"id", 8}, {"alias", "cancelled"}};
  json broken = paid_order(6);
  broken.erase("id");
  transport.reads = {answer(200, list_answer({moved_on, broken, paid_order(7), nullptr, "text"}, 1, 1))};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page.value().orders.size(), 1U);
  EXPECT_EQ(page.value().orders[0].order_id, 7);
}

TEST_F(YampiClientTest, AnOrderThatWasPaidAndHasMovedOnIsReadByItsHistory) {
  const auto moved_on = [](std::int64_t id, const std::string& alias) {
    json order = paid_order(id);
    order["status"]["data"] = {{"alias", alias}};
    return order;
  };
  json without_history = moved_on(9, "invoiced");
  without_history["statuses"]["data"] = json::array({{{"alias", "waiting_payment"}}});
  transport.reads = {
      answer(200, list_answer({moved_on(1, "invoiced"), moved_on(2, "handling_products"), moved_on(3, "on_carriage"),
                               moved_on(4, "delivered"), moved_on(5, "shipment_exception"), moved_on(6, "refused"),
                               without_history, paid_order(8)},
                              1, 1))};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok());
  std::vector<std::int64_t> ids;
  for (const ShopOrder& order : page.value().orders) ids.push_back(order.order_id);
  EXPECT_EQ(ids, (std::vector<std::int64_t>{1, 2, 8}));
  EXPECT_EQ(page.value().orders[0].moved_on, MovedOn::kPaidHistory);
  EXPECT_EQ(page.value().orders[0].paid_at, parse_iso8601("2026-01-15T13:20:25Z"));
  EXPECT_EQ(page.value().orders[2].moved_on, MovedOn::kNo);
}

TEST_F(YampiClientTest, TheOperatorSaysWhichStatusesCountAsPaid) {
  config.paid_statuses = {"on_carriage"};
  transport.statuses = {answer(200, R"({"data":[{"id":4,"alias":"paid"},{"id":66,"alias":"on_carriage"}]})")};
  json order = paid_order(1);
  order["status"]["data"] = {{"alias", "on_carriage"}};
  transport.reads = {answer(200, list_answer(json::array({order}), 1, 1))};
  EXPECT_EQ(client().paid_orders(kNow, 1, kNow).value().orders.size(), 1U);
  EXPECT_THAT(transport.seen.back().url, HasSubstr("&status_id%5B%5D=4&status_id%5B%5D=66&"));
}

TEST_F(YampiClientTest, AnOddNumberInOneOrderHidesNoOther) {
  json odd = paid_order(2);
  odd["value_total"] = "NUMBER";
  std::string text = list_answer({paid_order(1), odd, paid_order(3)}, 1, 1);
  text.replace(text.find("\"NUMBER\""), 8, "123456789012345678901234567890");
  transport.reads = {answer(200, text)};
  const auto page = client().paid_orders(kNow, 1, kNow);
  ASSERT_TRUE(page.ok()) << page.failure().message;
  EXPECT_EQ(page.value().orders.size(), 3U);
}

TEST_F(YampiClientTest, WithoutPaginationAFullPageMeansThereMayBeMore) {
  json full = json::array();
  for (int i = 0; i < 100; ++i) full.push_back({{"id", i + 1}});
  transport.reads = {answer(200, json{{"data", full}}.dump()), answer(200, R"({"data":[]})")};
  EXPECT_FALSE(client().paid_orders(kNow, 1, kNow).value().last);
  EXPECT_TRUE(client().paid_orders(kNow, 2, kNow).value().last);
}

TEST_F(YampiClientTest, AnAnswerThatIsNoListIsNoEmptyList) {
  for (const char* body : {"{}", R"({"data":{}})", R"({"data":null})", "[]"}) {
    transport.reads = {answer(200, body)};
    const auto page = client().paid_orders(kNow, 1, kNow);
    ASSERT_FALSE(page.ok()) << body;
    EXPECT_EQ(page.failure().code, FailureCode::kBadResponse);
  }
}

}  // namespace
}  // namespace smmhost::yampi_test
