// The panel API v2's words: texts of errors and names of states, in every spelling that panels are known to use.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "smm/sdk/names.hpp"
#include "smm/sdk/panel_v2_errors.hpp"
#include "smm/sdk/panel_v2_states.hpp"

namespace smm::sdk::panel {
namespace {

using Words = std::vector<std::pair<const char*, smm_code>>;

TEST(panel_error_text, is_classified) {
  const Words words = {
      {"Invalid API key", SMM_AUTH},
      {"Incorrect API key", SMM_AUTH},
      {"invalid key", SMM_AUTH},
      {"API key not found", SMM_AUTH},
      {"Unauthorized", SMM_AUTH},
      {"Chave de API inv\xC3\xA1lida", SMM_AUTH},
      {"Incorrect request", SMM_CONFIG},
      {"The Request Not Found", SMM_CONFIG},
      {"Incorrect service ID", SMM_BAD_SERVICE},
      {"error.incorrect_service_id", SMM_BAD_SERVICE},
      {"neworder.error.incorrect_service_id", SMM_BAD_SERVICE},
      {"Disabled service ID", SMM_BAD_SERVICE},
      {"Service not found/inactive", SMM_BAD_SERVICE},
      {"Not enough funds on balance", SMM_NO_FUNDS},
      {"neworder.error.not_enough_funds", SMM_NO_FUNDS},
      {"neworder.error.insufficient_balance", SMM_NO_FUNDS},
      {"Insufficient funds", SMM_NO_FUNDS},
      {"SALDO INSUFICIENTE", SMM_NO_FUNDS},
      {"You have active order with this link. Please wait until order being completed.", SMM_BUSY_LINK},
      {"neworder.error.link_duplicate", SMM_BUSY_LINK},
      {"This link already has an order", SMM_BUSY_LINK},
      {"Link currently active", SMM_BUSY_LINK},
      {"Quantity less than minimal 50", SMM_BAD_QUANTITY},
      {"neworder.error.min_quantity", SMM_BAD_QUANTITY},
      {"Quantity more than maximum 10000", SMM_BAD_QUANTITY},
      {"Quantity less than maximum 10000", SMM_BAD_QUANTITY},
      {"neworder.error.max_quantity", SMM_BAD_QUANTITY},
      {"neworder.error.link", SMM_BAD_LINK},
      {"Bad link", SMM_BAD_LINK},
      {"Incorrect link", SMM_BAD_LINK},
      {"invalid link", SMM_BAD_LINK},
      {"neworder.error.comments", SMM_REJECTED},
      {"Incorrect order ID", SMM_NOT_FOUND},
      {"Order Not found", SMM_NOT_FOUND},
      {"Refill not found", SMM_NOT_FOUND},
      {"Order not eligible for refill.", SMM_REJECTED},
      {"processing another transaction", SMM_RATE_LIMITED},
      {"Too many requests", SMM_RATE_LIMITED},
      {"Rate limit exceeded", SMM_RATE_LIMITED},
      {"Temporarily unavailable", SMM_RATE_LIMITED},
      {"Erro interno do servidor", SMM_UPSTREAM_DOWN},
      {"Erro inesperado", SMM_UPSTREAM_DOWN},
      {"Erro desconhecido.", SMM_UPSTREAM_DOWN},
      {"Tempo esgotado", SMM_UPSTREAM_DOWN},
      {"Tempo limite excedido", SMM_UPSTREAM_DOWN},
      {"Server error", SMM_UPSTREAM_DOWN},
      {"SQLSTATE[40001]: Serialization failure", SMM_UPSTREAM_DOWN},
      {"An error occurred", SMM_UPSTREAM_DOWN},
      {"An error has occurred, contact support", SMM_UPSTREAM_DOWN},
      {"Ocorreu um erro ao processar o pedido", SMM_UPSTREAM_DOWN},
      {"Something went wrong", SMM_UPSTREAM_DOWN},
      {"Please try again later", SMM_UPSTREAM_DOWN},
      {"Tente novamente mais tarde", SMM_UPSTREAM_DOWN},
      {"Too many requests, try again later", SMM_RATE_LIMITED},
      {"An error occurred: not enough funds", SMM_NO_FUNDS},
      {"", SMM_REJECTED},
  };
  for (const auto& [text, code] : words) EXPECT_EQ(code_name(classify(text).code), code_name(code)) << text;
}

TEST(panel_error_text, is_recognised_only_if_known) {
  EXPECT_TRUE(classify("Bad link").recognised);
  EXPECT_FALSE(classify("S\xE1ldo").recognised);
  EXPECT_FALSE(classify("unheard of").recognised);
}

TEST(panel_error, is_found_in_every_shape) {
  for (const char* body :
       {R"({"error":"text"})", R"({"Error":"text"})", R"({"ERROR":"text"})", R"({"errors":["text"]})",
        R"({"errors":[{"message":"text"}]})", R"({"errors":{"link":["text"]}})",
        R"({"status":"error","msg":"text","error":"text"})", R"({"status":"error","msg":"text"})",
        R"({"status":"fail","message":"text"})", R"({"status":"Failed","message":" text "})",
        R"({"success":false,"message":"text"})", R"({"ok":false,"description":"text"})",
        R"({"refill":{"error":"text"}})", R"({"cancel":{"error":"text"}})", R"({"data":{"error":"text"}})",
        R"({"error":1,"message":"text"})", R"({"error":{"text":"text"}})"}) {
    const auto root = parse_json(body);
    ASSERT_TRUE(root) << body;
    EXPECT_EQ(find_error(*root, 200), "text") << body;
  }
}

TEST(panel_error, without_words_is_an_error_all_the_same) {
  for (const char* body : {R"({"error":true})", R"({"error":7})", R"({"errors":[null]})", R"({"error":{"code":null}})",
                           R"({"status":"fail"})", R"({"success":false})"}) {
    EXPECT_EQ(find_error(*parse_json(body), 200), "") << body;
  }
}

TEST(panel_error, deep_down_is_looked_for_once) {
  std::string body;
  for (size_t i = 1; i < kMaxJsonDepth; ++i) body += "{\"error\":";
  body += "7" + std::string(kMaxJsonDepth - 1, '}');
  EXPECT_EQ(find_error(*parse_json(body), 200), "");
}

TEST(panel_error, is_not_seen_where_there_is_none) {
  for (const char* body : {R"({"order":1})", R"({"error":null})", R"({"error":""})", R"({"error":false})",
                           R"({"error":0})", R"({"errors":[]})", R"({"status":"success"})", R"({"status":"Completed"})",
                           R"({"message":"hi"})", "[]", "{}", "[{\"error\":\"x\"}]"}) {
    const auto root = parse_json(body);
    ASSERT_TRUE(root) << body;
    EXPECT_FALSE(find_error(*root, 200)) << body;
  }
  EXPECT_EQ(find_error(*parse_json(R"({"message":"hi"})"), 400), "hi");
}

TEST(panel_state, is_known_in_every_spelling) {
  const std::vector<std::pair<const char*, uint32_t>> words = {
      {"Pending", SMM_STATE_PENDING},
      {"AWAITING", SMM_STATE_PENDING},
      {"0", SMM_STATE_PENDING},
      {"Processing", SMM_STATE_PROCESSING},
      {"processing order", SMM_STATE_PROCESSING},
      {"1", SMM_STATE_PROCESSING},
      {"In progress", SMM_STATE_IN_PROGRESS},
      {"in_progress", SMM_STATE_IN_PROGRESS},
      {"IN_PROGRESS", SMM_STATE_IN_PROGRESS},
      {"inprogress", SMM_STATE_IN_PROGRESS},
      {"In-Progress", SMM_STATE_IN_PROGRESS},
      {"PROGRESS", SMM_STATE_IN_PROGRESS},
      {"Completed", SMM_STATE_COMPLETED},
      {"complete", SMM_STATE_COMPLETED},
      {"success", SMM_STATE_COMPLETED},
      {"2", SMM_STATE_COMPLETED},
      {"Partial", SMM_STATE_PARTIAL},
      {"PARTIALLY", SMM_STATE_PARTIAL},
      {"Partially completed", SMM_STATE_PARTIAL},
      {"3", SMM_STATE_PARTIAL},
      {"Canceled", SMM_STATE_CANCELED},
      {" Cancelled ", SMM_STATE_CANCELED},
      {"Canscelled", SMM_STATE_CANCELED},
      {"4", SMM_STATE_CANCELED},
      {"Refunded", SMM_STATE_REFUNDED},
      {"Refund", SMM_STATE_REFUNDED},
      {"refunds", SMM_STATE_REFUNDED},
      {"5", SMM_STATE_REFUNDED},
      {"Fail", SMM_STATE_PROBLEM},
      {"FAIL", SMM_STATE_PROBLEM},
      {"Error", SMM_STATE_PROBLEM},
  };
  for (const auto& [word, state] : words) EXPECT_EQ(order_state(word), state) << word;
}

TEST(panel_state, that_is_not_known_is_not_guessed) {
  for (const char* word : {"", "Almost completed", "not completed", "6", "-1", "Completed?", "cancel", "In review"}) {
    EXPECT_EQ(order_state(word), SMM_STATE_UNKNOWN_TEXT) << word;
  }
}

TEST(panel_refill_state, knows_rejection_and_no_numbers) {
  EXPECT_EQ(refill_state("Rejected"), SMM_STATE_REJECTED);
  EXPECT_EQ(refill_state("Completed"), SMM_STATE_COMPLETED);
  EXPECT_EQ(refill_state("2"), SMM_STATE_UNKNOWN_TEXT);
  EXPECT_EQ(order_state("Rejected"), SMM_STATE_UNKNOWN_TEXT);
}

}  // namespace
}  // namespace smm::sdk::panel
