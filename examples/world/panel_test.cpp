// The simulated panel: what it accepts stands in its books whatever it answers, and its faults are the ones asked for.
#include "examples/world/panel.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "examples/world/http_call.h"

namespace smmhost::world {
namespace {

using Json = nlohmann::json;

class PanelTest : public ::testing::Test {
 protected:
  static PanelOptions options() {
    PanelOptions options;
    options.name = "panel";
    options.key = "k&y";
    options.balance_micros = 10'000'000;
    options.pending_for = Millis{1000};
    options.working_for = Millis{1000};
    options.hang = std::chrono::milliseconds{400};
    options.services = {{"7", "Followers", 1'000'000, 10, 5000}};
    return options;
  }

  CallResult post(const std::string& form, std::chrono::milliseconds timeout = std::chrono::seconds{5}) {
    return call("POST", panel_.url(), "key=k%26y&" + form, {{"Content-Type", "application/x-www-form-urlencoded"}},
                timeout);
  }
  Json ask(const std::string& form) { return Json::parse(post(form).body); }
  CallResult add(const std::string& user = "someone") {
    return post("action=add&service=7&quantity=1000&link=https%3A%2F%2Fwww.instagram.com%2F" + user + "%2F");
  }

  WorldClock clock_{0.0};
  Panel panel_{options(), clock_};
};

TEST_F(PanelTest, AcceptsAnOrderChargesItAndFollowsItToItsEnd) {
  EXPECT_EQ(Json::parse(add().body)["order"], 23501);
  EXPECT_EQ(ask("action=balance")["balance"], "9");
  const auto orders = panel_.orders();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].link, "https://www.instagram.com/someone/");
  EXPECT_EQ(orders[0].quantity, 1000);

  EXPECT_EQ(ask("action=status&order=23501")["status"], "Pending");
  clock_.advance(Millis{1000});
  EXPECT_EQ(ask("action=status&order=23501")["status"], "In progress");
  clock_.advance(Millis{1000});
  const Json ended = ask("action=status&orders=23501,4");
  EXPECT_EQ(ended["23501"]["status"], "Completed");
  EXPECT_EQ(ended["23501"]["charge"], "1");
  EXPECT_EQ(ended["4"]["error"], "Incorrect order ID");
}

TEST_F(PanelTest, PaysBackWhatAPartialOrACanceledOrderDidNotDeliver) {
  panel_.set_fate("half", Fate::kPartial, 400);
  panel_.set_fate("gone", Fate::kCanceled);
  add("half");
  add("gone");
  clock_.advance(Millis{2000});
  EXPECT_EQ(ask("action=status&order=23501")["remains"], "400");
  EXPECT_EQ(ask("action=status&order=23502")["status"], "Canceled");
  EXPECT_EQ(panel_.spent_micros(), 600'000);
  EXPECT_EQ(panel_.balance_micros(), 10'000'000 - 600'000);
}

TEST_F(PanelTest, RefusesAsPanelsDo) {
  EXPECT_EQ(call("POST", panel_.url(), "key=wrong&action=balance").body, R"({"error":"Invalid API key"})");
  EXPECT_EQ(ask("action=add&service=8&link=x&quantity=100")["error"], "Incorrect service ID");
  EXPECT_EQ(ask("action=add&service=7&link=x&quantity=9")["error"], "Quantity less than minimal 10");
  add();
  EXPECT_NE(add().body.find("You have active order with this link"), std::string::npos);
  panel_.set_balance(1);
  EXPECT_EQ(Json::parse(add("other").body)["error"], "Not enough funds on balance");
  EXPECT_EQ(panel_.orders().size(), 1u);
  EXPECT_EQ(panel_.add_requests().size(), 5u);
}

TEST_F(PanelTest, AcceptsAndHangsUpWithTheOrderInItsBooks) {
  panel_.add_fault({.reply = PanelReply::kClose});
  EXPECT_EQ(add("closed").status, 0);
  panel_.add_fault({.reply = PanelReply::kHang});
  EXPECT_EQ(post("action=add&service=7&quantity=10&link=hung", std::chrono::milliseconds{100}).status, 0);
  panel_.add_fault({.reply = PanelReply::kCutShort});
  EXPECT_EQ(add("cut").status, 0);
  EXPECT_EQ(panel_.orders().size(), 3u);
  EXPECT_EQ(add("well").status, 200);
}

TEST_F(PanelTest, AnswersBadlyAsScripted) {
  const auto reply = [&](PanelReply what, bool accept) {
    static int n = 0;
    panel_.add_fault({.reply = what, .accept = accept, .text = "neworder.error.link_duplicate"});
    return add("user" + std::to_string(++n));
  };
  EXPECT_EQ(reply(PanelReply::kServerError, false).status, 500);
  EXPECT_EQ(reply(PanelReply::kTooMany, false).status, 429);
  EXPECT_EQ(reply(PanelReply::kMoved, false).status, 301);
  EXPECT_EQ(reply(PanelReply::kHtml, false).body.substr(0, 9), "<!DOCTYPE");
  EXPECT_EQ(reply(PanelReply::kEmptyObject, false).body, "{}");
  EXPECT_EQ(reply(PanelReply::kOrderZero, false).body, R"({"order":0})");
  EXPECT_EQ(reply(PanelReply::kError, false).body, R"({"error":"neworder.error.link_duplicate"})");
  EXPECT_TRUE(panel_.orders().empty());
  EXPECT_EQ(reply(PanelReply::kOrderAsText, true).body, R"({"order":"23501"})");
  EXPECT_EQ(reply(PanelReply::kTruncatedJson, true).body, R"({"order)");
  EXPECT_EQ(reply(PanelReply::kByteOrderMark, true).body, "\xEF\xBB\xBF{\"order\":23503}");
  EXPECT_NE(reply(PanelReply::kPhpWarning, true).body.find("Warning"), std::string::npos);
  EXPECT_EQ(panel_.orders().size(), 4u);
}

TEST_F(PanelTest, SpellsStatusesInOtherWays) {
  add();
  panel_.set_fate("c", Fate::kCanceled);
  add("c");
  clock_.advance(Millis{2000});
  const auto status_with = [&](PanelReply what) {
    panel_.add_fault({.action = "status", .reply = what});
    return ask("action=status&orders=23501,23502");
  };
  EXPECT_EQ(status_with(PanelReply::kNumericStatus)["23502"]["status"], 4);
  EXPECT_EQ(status_with(PanelReply::kOtherSpelling)["23502"]["status"], "Cancelled");
  EXPECT_EQ(status_with(PanelReply::kMissingIds).size(), 1u);
  EXPECT_EQ(status_with(PanelReply::kExtraIds).size(), 3u);
  EXPECT_EQ(status_with(PanelReply::kEmptyList), Json::array());
  EXPECT_EQ(status_with(PanelReply::kErrorRows)["23501"]["error"], "Incorrect order ID");
}

TEST_F(PanelTest, RefusesConnectionsWhileDownAndComesBackOnTheSamePort) {
  panel_.http().go_down();
  const CallResult refused = add();
  EXPECT_EQ(refused.status, 0);
  EXPECT_NE(refused.body.find("refused"), std::string::npos) << refused.body;
  panel_.http().come_up();
  EXPECT_EQ(add().status, 200);
  panel_.http().close_next_connections(1);
  EXPECT_EQ(add("x").status, 0);
  EXPECT_EQ(add("y").status, 200);
  EXPECT_EQ(panel_.orders().size(), 2u);
}

TEST_F(PanelTest, IsScriptedThroughItsControlApi) {
  const std::string control = panel_.http().url() + "/_control";
  EXPECT_EQ(call("POST", control + "/fault", R"({"reply":"html","accept":true})").status, 200);
  EXPECT_EQ(call("POST", control + "/fault", R"({"reply":"nonsense"})").status, 400);
  add();
  EXPECT_EQ(call("POST", control + "/advance", R"({"seconds":10})").status, 200);
  const Json ledger = Json::parse(call("GET", control + "/ledger").body);
  EXPECT_EQ(ledger["orders"][0]["state"], "Completed");
  EXPECT_EQ(ledger["spent"], "1");
}

}  // namespace
}  // namespace smmhost::world
