// JSON bodies of upstreams: numbers stay exact, noise before the JSON is passed over, hostile bodies are refused.
#include "smm/sdk/json.hpp"

#include <gtest/gtest.h>

namespace smm::sdk {
namespace {

TEST(json, keeps_numbers_as_they_were_written) {
  const auto root = parse_body(R"({"pk":3722942542216596724,"big":98765432109876543210,"rate":0.08011655652,"f":1.0})");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)["pk"].text(), "3722942542216596724");
  EXPECT_EQ((*root)["big"].text(), "98765432109876543210");
  EXPECT_EQ((*root)["rate"].text(), "0.08011655652");
  EXPECT_EQ((*root)["f"].text(), "1.0");
}

TEST(json, answers_emptily_for_what_is_not_there) {
  const auto root = parse_body(R"({"a":{"b":[1,true,null]}})");
  ASSERT_TRUE(root);
  EXPECT_TRUE((*root)["x"]["y"]["z"].is_null());
  EXPECT_EQ(root->find("x"), nullptr);
  EXPECT_EQ((*root)["a"]["b"].items().size(), 3U);
  EXPECT_TRUE((*root)["a"]["b"].items()[1].is_true());
  EXPECT_EQ((*root)["a"]["b"].items()[1].text(), "");
}

TEST(json, passes_over_what_php_prints_before_it) {
  for (const char* body : {
           "{\"order\":1}",
           "  \r\n{\"order\":1}\n",
           "\xEF\xBB\xBF{\"order\":1}",
           "\xEF\xBB\xBF\xEF\xBB\xBF \n{\"order\":1}",
           "<br />\n<b>Warning</b>: foo[0] {x} in <b>/a.php</b><br />\n{\"order\":1}",
           "[12-Mar-2024 10:00:00 UTC] PHP Notice: x\n{\"order\":1}",
       }) {
    const auto root = parse_body(body);
    if (std::string_view(body).front() == '[') {
      EXPECT_FALSE(root) << "a text that begins as JSON must be JSON: " << body;
      continue;
    }
    ASSERT_TRUE(root) << body;
    EXPECT_EQ((*root)["order"].text(), "1") << body;
  }
}

TEST(json, is_never_read_in_part) {
  for (const char* body :
       {"", " ", "\xEF\xBB\xBF", "{\"order\":1", "{\"status\":\"x\",\"data\":{\"order\":1}", "{\"order\":1}x",
        "Notice: x {\"data\":{\"order\":1}", "<html><script>var a={\"order\":1};</script></html>", "{'order':1}",
        "order=1", "{\"order\":1}{\"order\":2}"}) {
    EXPECT_FALSE(parse_body(body)) << body;
  }
}

TEST(json, refuses_deep_nesting) {
  EXPECT_FALSE(parse_body(std::string(100'000, '[')));
  EXPECT_FALSE(parse_body(std::string(kMaxJsonDepth + 1, '[') + std::string(kMaxJsonDepth + 1, ']')));
  EXPECT_TRUE(parse_body(std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']')));
}

TEST(json, survives_long_numbers) {
  const auto root = parse_body("{\"order\":" + std::string(1'000'000, '1') + "}");
  EXPECT_TRUE(!root || (*root)["order"].text().size() == 1'000'000);
}

TEST(json, reads_latin_1_text) {
  const auto root = parse_body("{\"name\":\"Curtidas r\xE1pidas \xC3\xA7\"}");
  ASSERT_TRUE(root);
  EXPECT_EQ((*root)["name"].text(), "Curtidas r?pidas \xC3\xA7");
}

TEST(json, repairs_every_kind_of_broken_utf8) {
  EXPECT_EQ(repair_utf8("a\x80z"), "a?z");
  EXPECT_EQ(repair_utf8("\xC0\xAF"), "??");
  EXPECT_EQ(repair_utf8("\xED\xA0\x80"), "???");
  EXPECT_EQ(repair_utf8("\xF5\x80\x80\x80"), "????");
  EXPECT_EQ(repair_utf8("\xE2\x82"), "??");
  EXPECT_EQ(repair_utf8("\xF0\x9F\x98\x80"), "\xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace smm::sdk
