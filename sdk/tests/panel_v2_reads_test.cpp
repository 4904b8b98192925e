// Reading a panel's answers about orders and the account: batches, lone rows, missing and foreign ids, listings.
#include <gtest/gtest.h>

#include "smm/sdk/names.hpp"
#include "smm/sdk/panel_v2.hpp"

namespace smm::sdk {
namespace {

HttpResponse answered(uint32_t status, std::string_view body) {
  HttpResponse out;
  out.status = status;
  out.body = body;
  return out;
}

std::string row_text(const StatusRow& row) {
  return row.order_id + ":" + std::string(row.code == SMM_OK ? name_of(kStateNames, row.state) : code_name(row.code));
}

/// The rows as "id:STATE" or "id:CODE", or the failure's code.
std::string statuses(const Ids& ids, uint32_t status, std::string_view body) {
  const auto result = panel::read_statuses(ids, answered(status, body), "");
  if (!result.ok()) return std::string(code_name(result.failure().code));
  std::string out;
  for (const StatusRow& row : result.value()) out += (out.empty() ? "" : " ") + row_text(row);
  return out;
}

TEST(panel_status, of_a_batch_is_keyed_by_id_or_a_list_of_rows) {
  EXPECT_EQ(statuses({"1", "2"}, 200, R"({"2":{"status":"Completed"},"1":{"status":"Pending"}})"),
            "1:PENDING 2:COMPLETED");
  EXPECT_EQ(statuses({"1", "2"}, 200, R"([{"order":2,"status":"Completed"},{"order":"1","status":0}])"),
            "1:PENDING 2:COMPLETED");
}

TEST(panel_status, reports_ids_left_out_and_ignores_those_not_asked) {
  EXPECT_EQ(statuses({"1", "2"}, 200, R"({"2":{"status":"Completed"},"3":{"status":"Canceled"}})"),
            "1:BAD_RESPONSE 2:COMPLETED");
  EXPECT_EQ(statuses({"1", "2"}, 200, "[]"), "1:BAD_RESPONSE 2:BAD_RESPONSE");
  EXPECT_EQ(statuses({"1", "2"}, 200, "{}"), "1:BAD_RESPONSE 2:BAD_RESPONSE");
}

TEST(panel_status, of_one_order_is_not_taken_for_another) {
  EXPECT_EQ(statuses({"1526"}, 200, R"({"order":1526,"status":"Completed"})"), "1526:COMPLETED");
  EXPECT_EQ(statuses({"1526"}, 200, R"({"order":1527,"status":"Completed"})"), "1526:BAD_RESPONSE");
  EXPECT_EQ(statuses({"7"}, 200, R"({"7":{"order":8,"status":"Completed"}})"), "7:BAD_RESPONSE");
}

TEST(panel_status, keeps_an_error_of_one_row_to_that_row) {
  EXPECT_EQ(statuses({"1", "10"}, 200, R"({"1":{"status":"Partial"},"10":{"error":"Incorrect order ID"}})"),
            "1:PARTIAL 10:NOT_FOUND");
  EXPECT_EQ(statuses({"1", "10"}, 200, R"({"1":{"error":"?"},"10":"Incorrect order ID"})"), "1:REJECTED 10:NOT_FOUND");
  EXPECT_EQ(statuses({"5"}, 200, R"({"error":"Incorrect order ID"})"), "5:NOT_FOUND");
  EXPECT_EQ(statuses({"5"}, 404, R"({"error":"Order not found"})"), "5:NOT_FOUND");
}

TEST(panel_status, of_a_failed_order_is_not_a_failed_call) {
  EXPECT_EQ(statuses({"5"}, 200, R"({"charge":"0","status":"Fail","remains":"10"})"), "5:PROBLEM");
  EXPECT_EQ(statuses({"5"}, 200, R"({"status":"error","msg":"Invalid API key"})"), "AUTH");
}

TEST(panel_status, fails_as_a_whole_when_nothing_can_be_read) {
  EXPECT_EQ(statuses({"1", "2"}, 200, R"({"error":"Incorrect API key"})"), "AUTH");
  EXPECT_EQ(statuses({"1", "2"}, 200, "<html>"), "BAD_RESPONSE");
  EXPECT_EQ(statuses({"1", "2"}, 200, "\"hello\""), "BAD_RESPONSE");
  EXPECT_EQ(statuses({"1", "2"}, 500, ""), "UPSTREAM_DOWN");
  EXPECT_EQ(statuses({"1", "2"}, 403, "<html>"), "UPSTREAM_DOWN");
  EXPECT_EQ(statuses({"1", "2"}, 404, "<html>"), "CONFIG");
  EXPECT_EQ(statuses({"1", "2"}, 301, ""), "CONFIG");
  EXPECT_EQ(statuses({"1", "2"}, 429, "slow"), "RATE_LIMITED");
  EXPECT_EQ(statuses({"1", "2"}, 401, "no"), "AUTH");
}

TEST(panel_status, has_only_the_numbers_that_were_told) {
  const auto result = panel::read_statuses(
      {"1"}, answered(200, R"({"charge":0.08011655652,"start_count":"Unknown","status":3,"remains":null})"), "");
  ASSERT_TRUE(result.ok());
  const StatusRow& row = result.value().front();
  ASSERT_TRUE(row.charge);
  EXPECT_EQ(row.charge->micros, 80'117);
  EXPECT_EQ(row.charge->currency, "");
  EXPECT_FALSE(row.start_count);
  EXPECT_FALSE(row.remains);
  EXPECT_EQ(row.text, "3");
  EXPECT_EQ(row.state, SMM_STATE_PARTIAL);
}

std::string actions(const Ids& ids, uint32_t status, std::string_view body, std::string_view action) {
  const auto result = panel::read_actions(ids, answered(status, body), action);
  if (!result.ok()) return std::string(code_name(result.failure().code));
  std::string out;
  for (const ActionRow& row : result.value()) {
    out += (out.empty() ? "" : " ") + row.order_id + ":" + std::string(code_name(row.code));
    if (!row.action_id.empty()) out += "=" + row.action_id;
  }
  return out;
}

TEST(panel_action, rows_are_read_one_by_one) {
  EXPECT_EQ(
      actions(
          {"1", "2", "3"}, 200,
          R"([{"order":1,"refill":1},{"order":2,"refill":"2"},{"order":3,"refill":{"error":"Incorrect order ID"}}])",
          "refill"),
      "1:OK=1 2:OK=2 3:NOT_FOUND");
  EXPECT_EQ(actions({"9"}, 200, R"({"cancel":1})", "cancel"), "9:OK=1");
  EXPECT_EQ(actions({"9"}, 200, R"({"cancel":"Order cannot be canceled"})", "cancel"), "9:REJECTED");
  EXPECT_EQ(actions({"9"}, 200, R"([{"order":9,"cancel":0}])", "cancel"), "9:REJECTED");
  EXPECT_EQ(actions({"9"}, 200, R"([{"order":9,"cancel":null}])", "cancel"), "9:OUTCOME_UNKNOWN");
  EXPECT_EQ(actions({"9"}, 200, R"({"9":{"cancel":true}})", "cancel"), "9:OK");
  EXPECT_EQ(actions({"9"}, 200, R"({"status":"success"})", "cancel"), "9:OK");
}

TEST(panel_action, that_is_not_answered_clearly_is_unknown) {
  EXPECT_EQ(actions({"9", "8"}, 200, R"([{"order":9,"cancel":1}])", "cancel"), "9:OK=1 8:OUTCOME_UNKNOWN");
  EXPECT_EQ(actions({"9"}, 200, "<html>", "cancel"), "OUTCOME_UNKNOWN");
  EXPECT_EQ(actions({"9"}, 502, "", "cancel"), "OUTCOME_UNKNOWN");
  EXPECT_EQ(actions({"9"}, 200, R"({"error":"Invalid API key"})", "cancel"), "AUTH");
  EXPECT_EQ(actions({"9"}, 429, "", "cancel"), "RATE_LIMITED");
}

// A host takes three capitals or nothing, and would throw the whole answer away.
TEST(panel_currency, is_three_capitals_or_unknown) {
  EXPECT_EQ(panel::currency_code("USD"), "USD");
  EXPECT_EQ(panel::currency_code(" brl "), "BRL");
  for (const char* none : {"", "$", "US$", "USDT", "US", "US\nD", "U1D"})
    EXPECT_EQ(panel::currency_code(none), "") << none;
  const auto balance = panel::read_balance(answered(200, R"({"balance":"5","currency":"Usd"})"), "EUR");
  EXPECT_EQ(balance.value().currency, "USD");
  EXPECT_EQ(panel::read_balance(answered(200, R"({"balance":"5","currency":"USDT"})"), "EUR").value().currency, "");
  EXPECT_EQ(panel::read_balance(answered(200, R"({"balance":"5"})"), "eur").value().currency, "EUR");
}

TEST(panel_balance, is_read_from_text_number_and_comma) {
  const auto micros = [](std::string_view body) { return panel::read_balance(answered(200, body), "").value().micros; };
  EXPECT_EQ(micros(R"({"balance":"100.84292","currency":"USD"})"), 100'842'920);
  EXPECT_EQ(micros(R"({"balance":100.84292})"), 100'842'920);
  EXPECT_EQ(micros(R"({"balance":"1.234,56","currency":"BRL"})"), 1'234'560'000);
  EXPECT_EQ(micros(R"({"status":"success","data":{"balance":"-1"}})"), -1'000'000);
  EXPECT_FALSE(panel::read_balance(answered(200, R"({"balance":"much"})"), "").ok());
  EXPECT_FALSE(panel::read_balance(answered(200, R"({"balance":"5","error":"Invalid API key"})"), "").ok());
}

TEST(panel_services, are_read_from_arrays_and_objects_of_rows) {
  for (const char* body : {R"([{"service":1,"rate":"2"},{"service":"2","rate":"x"}])",
                           R"({"1":{"service":1,"rate":"2"},"7":{"service":2}})",
                           R"({"services":[{"service":1,"rate":"2"},{"service":2}]})"}) {
    const auto services = panel::read_services(answered(200, body));
    ASSERT_TRUE(services.ok()) << body;
    ASSERT_EQ(services.value().rows.size(), 2U) << body;
    EXPECT_EQ(services.value().rows[0].rate_micros, 2'000'000);
    EXPECT_FALSE(services.value().rows[1].rate_micros) << body;
  }
}

TEST(panel_services, that_are_none_are_not_believed) {
  EXPECT_EQ(panel::read_services(answered(200, "[]")).failure().code, SMM_BAD_RESPONSE);
  EXPECT_EQ(panel::read_services(answered(200, R"([{"name":"no id"}])")).failure().code, SMM_BAD_RESPONSE);
  EXPECT_EQ(panel::read_services(answered(200, R"({"error":"Invalid API key"})")).failure().code, SMM_AUTH);
}

class PanelListing : public ::testing::Test {
 protected:
  ReconcileInput sought_{"12", "https://instagram.com/u/", 100, 1'760'000'000'000};
  Result<Candidates> read(std::string_view body, size_t asked) {
    return panel::read_candidates(sought_, answered(200, body), asked, "");
  }
};

TEST_F(PanelListing, gives_orders_with_the_same_service_and_link) {
  const auto found = read(R"([{"order":5,"service":12,"link":"https://Instagram.com/U","quantity":"100"},
                              {"order":6,"service":13,"link":"https://instagram.com/u/"},
                              {"order":7,"service":12,"link":"https://instagram.com/v/"}])",
                          100);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found.value().rows.size(), 1U);
  EXPECT_EQ(found.value().rows[0].order_id, "5");
  EXPECT_EQ(found.value().rows[0].quantity, 100);
  EXPECT_TRUE(found.value().complete);
}

TEST_F(PanelListing, leaves_out_orders_that_are_certainly_older) {
  const auto found = read(R"([{"order":5,"service":"12","link":"https://instagram.com/u/","created":1759990000}])", 1);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found.value().rows.empty());
  EXPECT_TRUE(found.value().complete) << "it reaches back to before the purchase";
}

TEST_F(PanelListing, proves_nothing_when_it_is_full_or_empty_or_unreadable) {
  EXPECT_FALSE(read(R"([{"order":5,"service":"1","link":"x","date":"2025-10-09 10:00:00"}])", 1).value().complete);
  EXPECT_FALSE(read("[]", 100).value().complete);
  EXPECT_FALSE(read(R"([{"order":5,"service":"1","link":"x"},{"order":null}])", 100).value().complete);
  EXPECT_FALSE(read(R"({"error":"Incorrect request"})", 100).ok());
}

PanelV2 panel_with_batches_of(size_t max_batch) {
  const std::string url = "https://p.example/";
  const std::string key = "${secret:api_key}";
  const smm_pair values[] = {{to_str("url"), to_str(url)}, {to_str("api_key"), to_str(key)}};
  auto raw = make_struct<smm_config>();
  raw.values = values;
  raw.value_count = 2;
  PanelOptions options;
  options.max_batch = max_batch;
  return PanelV2(Config(raw), options);
}

TEST(panel_batches, are_asked_one_after_the_other) {
  const PanelV2 panel = panel_with_batches_of(2);
  const Ids ids = {"1", "2", "3"};
  Call call;
  const auto body_of = [&] { return std::get<HttpRequest>(panel.step_status(ids, call)).body; };
  EXPECT_EQ(body_of(), "key=${secret:api_key}&action=status&orders=1%2C2");
  Event first;
  first.kind = SMM_EVENT_RESPONSE;
  first.response = answered(200, R"({"1":{"status":"Pending"},"2":{"status":"Completed"}})");
  call.history.push_back(first);
  EXPECT_EQ(body_of(), "key=${secret:api_key}&action=status&order=3");
  Event second = first;
  second.response = answered(200, R"({"status":"Canceled"})");
  call.history.push_back(second);
  const auto done = panel.step_status(ids, call);
  const auto* rows = std::get_if<std::vector<StatusRow>>(&done);
  ASSERT_NE(rows, nullptr);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ(row_text((*rows)[2]), "3:CANCELED");
}

TEST(panel_batches, of_one_reach_the_end_of_the_most_ids_that_a_host_asks_for) {
  const PanelV2 panel = panel_with_batches_of(1);
  std::vector<std::string> texts;
  for (int i = 1; i <= 100; ++i) texts.push_back(std::to_string(i));
  const Ids ids(texts.begin(), texts.end());
  Event answer;
  answer.kind = SMM_EVENT_RESPONSE;
  answer.response = answered(200, R"({"status":"Completed"})");
  Call call;
  for (const std::string& id : texts) {
    const auto step = panel.step_status(ids, call);
    ASSERT_TRUE(std::holds_alternative<HttpRequest>(step)) << id;
    EXPECT_EQ(std::get<HttpRequest>(step).body, "key=${secret:api_key}&action=status&order=" + id);
    call.history.push_back(answer);
  }
  const auto done = panel.step_status(ids, call);
  const auto* rows = std::get_if<std::vector<StatusRow>>(&done);
  ASSERT_NE(rows, nullptr);
  ASSERT_EQ(rows->size(), 100U);
  EXPECT_EQ(row_text(rows->front()) + " " + row_text(rows->back()), "1:COMPLETED 100:COMPLETED");
}

}  // namespace
}  // namespace smm::sdk
