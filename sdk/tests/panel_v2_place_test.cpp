// Buying at a panel: only a clear acceptance is an order, only a clear refusal is a refusal, all else is unknown.
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

std::string outcome(uint32_t status, std::string_view body) {
  const auto result = panel::read_placed(answered(status, body), "");
  return result.ok() ? "order " + result.value().order_id : std::string(code_name(result.failure().code));
}

struct Case {
  uint32_t status;
  const char* body;
  const char* expected;
};

class panel_place : public ::testing::TestWithParam<Case> {};

TEST_P(panel_place, comes_out_as) {
  const Case& c = GetParam();
  EXPECT_EQ(outcome(c.status, c.body), c.expected) << "HTTP " << c.status << " " << c.body;
}

INSTANTIATE_TEST_SUITE_P(
    acceptances, panel_place,
    ::testing::Values(Case{200, R"({"order":23501})", "order 23501"}, Case{200, R"({"order":"23501"})", "order 23501"},
                      Case{201, R"({"order":23501})", "order 23501"}, Case{200, R"({"order":"abc"})", "order abc"},
                      Case{200, R"({"order":"ord_01HG"})", "order ord_01HG"},
                      Case{200, R"({"order":"65f1c0ffee65f1c0ffee65f1"})", "order 65f1c0ffee65f1c0ffee65f1"},
                      Case{200, R"({"order":9007199254740993})", "order 9007199254740993"},
                      Case{200, R"({"order":18446744073709551615})", "order 18446744073709551615"},
                      Case{200, R"({"status":"success","order":151})", "order 151"},
                      Case{200, R"({"status":"success","data":{"order_id":7}})", "order 7"},
                      Case{200, R"({"data":{"order":"8"}})", "order 8"}, Case{200, R"({"order_id":9})", "order 9"},
                      Case{200, R"({"orderId":"10"})", "order 10"}, Case{200, R"({"id":11})", "order 11"},
                      Case{200, R"({"order":{"id":12}})", "order 12"},
                      Case{200, R"({"error":null,"order":13})", "order 13"},
                      Case{200, R"({"error":"","errors":[],"order":14})", "order 14"},
                      Case{200, R"({"error":false,"order":15})", "order 15"},
                      Case{200, R"({"order":16,"message":"Order received"})", "order 16"}));

INSTANTIATE_TEST_SUITE_P(
    refusals, panel_place,
    ::testing::Values(Case{200, R"({"error":"Not enough funds on balance"})", "NO_FUNDS"},
                      Case{200, R"({"Error":"Incorrect service ID"})", "BAD_SERVICE"},
                      Case{200, R"({"errors":["Bad link"]})", "BAD_LINK"},
                      Case{422, R"({"errors":{"quantity":["Invalid quantity"]}})", "BAD_QUANTITY"},
                      Case{200, R"({"status":"error","msg":"Invalid API key"})", "AUTH"},
                      Case{200, R"({"status":"fail","message":"Incorrect service ID"})", "BAD_SERVICE"},
                      Case{200, R"({"status":"fail"})", "REJECTED"}, Case{200, R"({"status":false})", "REJECTED"},
                      Case{200, R"({"success":false,"message":"Insufficient balance"})", "NO_FUNDS"},
                      Case{200, R"({"error":true,"message":"Bad link"})", "BAD_LINK"},
                      Case{200, R"({"error":{"code":5,"message":"Quantity less than minimal 10"}})", "BAD_QUANTITY"},
                      Case{200, R"({"order":{"error":"Incorrect request"}})", "CONFIG"},
                      Case{200, R"({"error":"Blacklisted"})", "REJECTED"},
                      Case{400, R"({"message":"Unable to verify your domain submission."})", "CONFIG"},
                      Case{401, R"({"error":"Nope"})", "AUTH"}, Case{402, R"({"error":"Pay"})", "NO_FUNDS"},
                      Case{403, R"({"error":"Forbidden"})", "AUTH"}, Case{404, R"({"error":"?"})", "REJECTED"},
                      Case{429, R"({"message":"Slow down"})", "RATE_LIMITED"}, Case{429, "", "RATE_LIMITED"},
                      Case{429, "<html>", "RATE_LIMITED"},
                      Case{200, R"({"error":"We are processing another transaction"})", "RATE_LIMITED"},
                      Case{500, R"({"error":"Not enough funds on balance"})", "NO_FUNDS"}));

INSTANTIATE_TEST_SUITE_P(
    unclear, panel_place,
    ::testing::Values(
        Case{200, "", "OUTCOME_UNKNOWN"}, Case{200, "{}", "OUTCOME_UNKNOWN"}, Case{200, "[]", "OUTCOME_UNKNOWN"},
        Case{200, "null", "OUTCOME_UNKNOWN"}, Case{200, "\"23501\"", "OUTCOME_UNKNOWN"},
        Case{200, "23501", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":0})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":"0"})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":null})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":""})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":" "})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":-5})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":1.5})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":true})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":"null"})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":"N/A"})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":[5]})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":{}})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":0,"id":5})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"order":"not now, please"})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"status":"success"})", "OUTCOME_UNKNOWN"}, Case{200, R"({"order":235)", "OUTCOME_UNKNOWN"},
        Case{200, "<html>OK</html>", "OUTCOME_UNKNOWN"},
        Case{200, R"({"error":"Bad link","order":5})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"status":"fail","order":5})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"error":"Request timed out"})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"error":"Internal Server Error"})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"error":"Erro interno do servidor"})", "OUTCOME_UNKNOWN"},
        Case{200, R"({"status":"fail","message":"An error occurred, please try again"})", "OUTCOME_UNKNOWN"},
        Case{400, R"({"message":"Ocorreu um erro"})", "OUTCOME_UNKNOWN"},
        Case{500, R"({"error":"Oops"})", "OUTCOME_UNKNOWN"}, Case{500, R"({"order":5})", "OUTCOME_UNKNOWN"},
        Case{502, "", "OUTCOME_UNKNOWN"},
        Case{503, R"({"error":"Service Temporarily Unavailable"})", "OUTCOME_UNKNOWN"},
        Case{504, "<html>", "OUTCOME_UNKNOWN"}, Case{404, "<html>", "OUTCOME_UNKNOWN"},
        Case{403, "<html>Cloudflare</html>", "OUTCOME_UNKNOWN"}, Case{400, R"({"order":5})", "OUTCOME_UNKNOWN"},
        Case{301, R"({"error":"Bad link"})", "OUTCOME_UNKNOWN"}, Case{302, R"({"order":5})", "OUTCOME_UNKNOWN"},
        Case{0, R"({"order":5})", "OUTCOME_UNKNOWN"}));

TEST(panel_place_charge, is_exact_and_takes_the_default_currency) {
  const auto placed = panel::read_placed(answered(200, R"({"order":1,"charge":"0,27"})"), "BRL");
  ASSERT_TRUE(placed.ok());
  ASSERT_TRUE(placed.value().charge);
  EXPECT_EQ(placed.value().charge->micros, 270'000);
  EXPECT_EQ(placed.value().charge->currency, "BRL");
}

TEST(panel_place_refusal, bears_the_panels_words_and_delay) {
  HttpResponse response = answered(429, R"({"error":"Too many requests"})");
  response.headers = {{"retry-after", "7"}};
  const auto result = panel::read_placed(response, "");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().upstream_text, "Too many requests");
  EXPECT_EQ(result.failure().retry_after_ms, 7000U);
}

class PanelRequest : public ::testing::Test {
 protected:
  static PanelV2 panel_with(PanelOptions options) {
    static const std::string url = "https://panel.example/api/v2";
    static const std::string key = "${secret:api_key}";
    static const smm_pair values[] = {{to_str("url"), to_str(url)}, {to_str("api_key"), to_str(key)}};
    auto raw = make_struct<smm_config>();
    raw.values = values;
    raw.value_count = 2;
    return PanelV2(Config(raw), std::move(options));
  }
  static PlaceInput order() { return {"12", "https://instagram.com/u/", 100, {}, {}}; }
};

TEST_F(PanelRequest, of_a_plain_order_is_a_form_sent_once) {
  const auto request = panel_with({}).build_place(order());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.value().effect, SMM_WRITE_ONCE);
  EXPECT_EQ(request.value().method, "POST");
  EXPECT_EQ(request.value().url, "https://panel.example/api/v2");
  EXPECT_EQ(request.value().body,
            "key=${secret:api_key}&action=add&service=12&link=https%3A%2F%2Finstagram.com%2Fu%2F&quantity=100");
}

TEST_F(PanelRequest, is_json_where_the_panel_wants_it) {
  PanelOptions options;
  options.json_body = true;
  const auto request = panel_with(options).build_place(order());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(
      request.value().body,
      R"({"key":"${secret:api_key}","action":"add","service":"12","link":"https://instagram.com/u/","quantity":"100"})");
  EXPECT_EQ(request.value().headers[1].second, "application/json");
}

TEST_F(PanelRequest, bears_what_the_type_of_service_needs) {
  PlaceInput package = order();
  package.extra = {{"type", "Package"}};
  EXPECT_EQ(panel_with({}).build_place(package).value().body.find("quantity"), std::string::npos);
  PlaceInput mentions = order();
  mentions.extra = {{"type", "Mentions Hashtag"}, {"hashtag", "gatos"}};
  const std::string body = panel_with({}).build_place(mentions).value().body;
  EXPECT_NE(body.find("&quantity=100&hashtag=gatos"), std::string::npos) << body;
  PlaceInput subscription = order();
  subscription.extra = {{"type", "Subscriptions"}, {"username", "u"}};
  EXPECT_EQ(panel_with({}).build_place(subscription).value().body.find("link="), std::string::npos);
}

TEST_F(PanelRequest, is_refused_unsent_when_it_cannot_be_an_order) {
  PlaceInput no_quantity = order();
  no_quantity.quantity = 0;
  EXPECT_EQ(panel_with({}).build_place(no_quantity).failure().code, SMM_BAD_QUANTITY);
  PlaceInput no_link = order();
  no_link.link = "";
  EXPECT_EQ(panel_with({}).build_place(no_link).failure().code, SMM_BAD_LINK);
  PlaceInput no_service = order();
  no_service.service_id = "";
  EXPECT_EQ(panel_with({}).build_place(no_service).failure().code, SMM_BAD_SERVICE);
  PlaceInput overriding = order();
  overriding.extra = {{"action", "balance"}};
  EXPECT_EQ(panel_with({}).build_place(overriding).failure().code, SMM_CONFIG);
}

TEST_F(PanelRequest, is_never_made_twice_in_one_history) {
  const PanelV2 panel = panel_with({});
  Call call;
  Event failed;
  failed.kind = SMM_EVENT_TRANSPORT_FAILED;
  for (const bool maybe : {false, true}) {
    failed.maybe_sent = maybe;
    call.history = {failed};
    const auto step = panel.step_place(order(), call);
    ASSERT_TRUE(std::holds_alternative<Failure>(step));
    EXPECT_EQ(std::get<Failure>(step).code, maybe ? SMM_OUTCOME_UNKNOWN : SMM_UPSTREAM_DOWN);
  }
}

}  // namespace
}  // namespace smm::sdk
