// Text, decimals and encodings: what crosses the boundary keeps its exact value and cannot pose as something else.
#include <gtest/gtest.h>

#include <limits>

#include "smm/sdk/decimal.hpp"
#include "smm/sdk/encode.hpp"
#include "smm/sdk/text.hpp"

namespace smm::sdk {
namespace {

TEST(fold, makes_the_spellings_of_a_word_equal) {
  EXPECT_EQ(fold("  In_Progress\n"), "in progress");
  EXPECT_EQ(fold("IN--PROGRESS"), "in progress");
  EXPECT_EQ(fold("Requisi\xC3\xA7\xC3\xB5"
                 "es N\xC3\x83O"),
            "requisicoes nao");
  EXPECT_EQ(fold(""), "");
  EXPECT_EQ(fold("\xC3"), "\xC3");
}

TEST(cut, never_splits_a_character) {
  EXPECT_EQ(cut("ab\xC3\xA7", 3), "ab");
  EXPECT_EQ(cut("ab\xC3\xA7", 4), "ab\xC3\xA7");
  EXPECT_EQ(cut("\xA7\xA7\xA7", 2), "");
}

TEST(micros, are_exact) {
  EXPECT_EQ(parse_micros("100.84292"), 100'842'920);
  EXPECT_EQ(parse_micros("0.27819"), 278'190);
  EXPECT_EQ(parse_micros("0.1"), 100'000);
  EXPECT_EQ(parse_micros("8"), 8'000'000);
  EXPECT_EQ(parse_micros(" -3.5 "), -3'500'000);
  EXPECT_EQ(parse_micros("+1"), 1'000'000);
  EXPECT_EQ(parse_micros(".5"), 500'000);
}

TEST(micros, round_half_away_from_zero_below_a_micro) {
  EXPECT_EQ(parse_micros("0.08011655652"), 80'117);
  EXPECT_EQ(parse_micros("0.0000005"), 1);
  EXPECT_EQ(parse_micros("0.00000049"), 0);
  EXPECT_EQ(parse_micros("-0.0000005"), -1);
}

TEST(micros, understand_exponents_of_json_numbers) {
  EXPECT_EQ(parse_micros("8e-05"), 80);
  EXPECT_EQ(parse_micros("1.5E+2"), 150'000'000);
  EXPECT_EQ(parse_micros("1e-400"), 0);
  EXPECT_EQ(parse_micros("1e12"), 1'000'000'000'000'000'000);
}

TEST(micros, understand_commas) {
  EXPECT_EQ(parse_micros("0,27"), 270'000);
  EXPECT_EQ(parse_micros("1.234,50"), 1'234'500'000);
  EXPECT_EQ(parse_micros("1,234.50"), 1'234'500'000);
  EXPECT_EQ(parse_micros("1,234,567"), 1'234'567'000'000);
}

TEST(micros, refuse_what_is_no_amount) {
  for (const char* text : {"", " ", "-", ".", ",", "R$ 1", "1 2", "1,2.3,4", "1.2,3.4", "0x10", "1e", "1e5e5", "e5",
                           "NaN", "1e9999", "99999999999999999999", "--1", "1-"}) {
    EXPECT_FALSE(parse_micros(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_micros("9223372036854.775808").has_value());
  EXPECT_EQ(parse_micros("9223372036854.775807"), std::numeric_limits<int64_t>::max());
  EXPECT_FALSE(parse_micros(std::string(1'000'000, '9')).has_value());
}

TEST(count, takes_whole_numbers_only) {
  EXPECT_EQ(parse_count("3572"), 3572);
  EXPECT_EQ(parse_count("157.0"), 157);
  EXPECT_EQ(parse_count("-5"), -5);
  for (const char* text : {"", "Unknown", "1.5", "1,000", "12a", "9223372036854775808", "1e3", ".0", "1."}) {
    EXPECT_FALSE(parse_count(text).has_value()) << text;
  }
}

TEST(form, encodes_all_but_a_secret) {
  Form form;
  form.add("key", Secret{"${secret:api_key}"}).add("link", "https://x/?a=b&c").add("t", "${secret:api_key} \xC3\xA7");
  EXPECT_EQ(form.text(),
            "key=${secret:api_key}&link=https%3A%2F%2Fx%2F%3Fa%3Db%26c&t=%24%7Bsecret%3Aapi_key%7D%20%C3%A7");
}

TEST(json_object, escapes_all_but_a_secret) {
  JsonObject object;
  object.add("key", Secret{"${secret:api_key}"}).add("link", "\"\\\n${secret:api_key}").add_number("n", -7);
  EXPECT_EQ(object.text(), R"({"key":"${secret:api_key}","link":"\"\\\u000a\u0024{secret:api_key}","n":-7})");
}

TEST(text, bytes_that_are_no_utf8_are_replaced_one_by_one) {
  EXPECT_EQ(as_utf8("saldo é 5 €, \xF0\x9F\x98\x80"), "saldo é 5 €, \xF0\x9F\x98\x80");
  EXPECT_EQ(as_utf8("a\xFF"
                    "b"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(as_utf8("\xE9"), "\uFFFD");                           // Latin-1
  EXPECT_EQ(as_utf8("\xC0\x80"), "\uFFFD\uFFFD");                 // overlong
  EXPECT_EQ(as_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");       // a surrogate
  EXPECT_EQ(as_utf8("\xF4\x90\x80\x80").substr(0, 3), "\uFFFD");  // beyond Unicode
  EXPECT_EQ(as_utf8("\xE2\x82"), "\uFFFD\uFFFD");                 // cut
}

}  // namespace
}  // namespace smm::sdk
