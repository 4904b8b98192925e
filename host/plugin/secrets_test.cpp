#include "host/plugin/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smmhost {
namespace {

using ::testing::HasSubstr;
using Values = std::map<std::string, std::string>;

const std::string kValue = "k*e(y)&@!\"\\ é";

Secrets secrets() {
  return Secrets({{"api_key", kValue}, {"other", "second-secret"}});
}

HttpRequest request(std::string content_type, std::string body) {
  HttpRequest result;
  result.url = "https://panel.example/api?k=${secret:api_key}";
  result.headers = {{"Content-Type", std::move(content_type)}, {"X-Key", "${secret:api_key}"}};
  result.body = std::move(body);
  return result;
}

HttpRequest filled(const HttpRequest& request) {
  auto result = secrets().fill(request);
  if (auto* problem = std::get_if<PlaceholderProblem>(&result)) {
    ADD_FAILURE() << problem->message;
    return {};
  }
  return std::get<HttpRequest>(result);
}

TEST(Secrets, AreEncodedForThePlaceTheyStandIn) {
  const std::string percent = "k%2Ae%28y%29%26%40%21%22%5C%20%C3%A9";
  const HttpRequest form =
      filled(request("application/x-www-form-urlencoded; charset=utf-8", "key=${secret:api_key}&a=b"));
  EXPECT_EQ(form.url, "https://panel.example/api?k=" + percent);
  EXPECT_EQ(form.headers[1].second, kValue);
  EXPECT_EQ(form.body, "key=" + percent + "&a=b");
  EXPECT_EQ(filled(request("Application/JSON", "{\"key\":\"${secret:api_key}\"}")).body,
            "{\"key\":\"k*e(y)&@!\\\"\\\\ é\"}");
  EXPECT_EQ(filled(request("text/plain", "${secret:api_key}${secret:other}")).body, kValue + "second-secret");
}

TEST(Secrets, AreReplacedOnceAndNotRescanned) {
  const Secrets tricky({{"a", "${secret:b}"}, {"b", "deep"}});
  HttpRequest plain;
  plain.url = "https://h/";
  plain.body = "${secret:a}";
  EXPECT_EQ(std::get<HttpRequest>(tricky.fill(plain)).body, "${secret:b}");
}

TEST(Secrets, AnUnknownNameIsAProblem) {
  const auto result = secrets().fill(request("text/plain", "${secret:admin}"));
  ASSERT_TRUE(std::holds_alternative<PlaceholderProblem>(result));
  EXPECT_THAT(std::get<PlaceholderProblem>(result).message, HasSubstr("`admin`"));
}

TEST(Secrets, WhatIsNotQuiteAPlaceholderIsText) {
  for (const char* text : {"${secret:}", "${secret:api_key", "${secret:API}", "${secre", "$${secret", "${secret:a b}"})
    EXPECT_EQ(filled(request("text/plain", text)).body, text);
  EXPECT_EQ(filled(request("text/plain", "${secret:${secret:other}")).body, "${secret:second-secret");
}

TEST(Secrets, DoNotGoIntoHostPathOrHeaderNames) {
  HttpRequest in_path;
  in_path.url = "https://panel.example/${secret:api_key}/";
  EXPECT_TRUE(std::holds_alternative<PlaceholderProblem>(secrets().fill(in_path)));
  HttpRequest in_name;
  in_name.url = "https://panel.example/";
  in_name.headers = {{"X-${secret:api_key}", "v"}};
  EXPECT_TRUE(std::holds_alternative<PlaceholderProblem>(secrets().fill(in_name)));
}

TEST(Secrets, WithALineBreakDoNotGoIntoAHeader) {
  const Secrets broken(Values{{"key", "a\r\nX-Other: b"}});
  HttpRequest in_header;
  in_header.url = "https://panel.example/";
  in_header.headers = {{"X-Key", "${secret:key}"}};
  EXPECT_TRUE(std::holds_alternative<PlaceholderProblem>(broken.fill(in_header)));
}

// The operator would look for the mistake in the settings.
TEST(Secrets, ALineBreakOfThePluginsOwnIsNotBlamedOnASecret) {
  HttpRequest in_header;
  in_header.url = "https://panel.example/";
  in_header.headers = {{"X-Key", "a\r\nX-Other: b"}};
  const auto result = secrets().fill(in_header);
  ASSERT_TRUE(std::holds_alternative<PlaceholderProblem>(result));
  EXPECT_EQ(std::get<PlaceholderProblem>(result).message, "a request with a line break in a header");
}

TEST(Secrets, AreScrubbedInEveryForm) {
  const std::string echoed = "plain " + kValue +
                             " query k%2Ae%28y%29%26%40%21%22%5C%20%C3%A9 lower k%2ae%28y%29%26%40%21%22%5c%20%c3%a9 "
                             "json k*e(y)&@!\\\"\\\\ é and second-secret.";
  EXPECT_EQ(secrets().scrub(echoed), "plain *** query *** lower *** json *** and ***.");
  EXPECT_EQ(secrets().scrub("nothing here"), "nothing here");
}

// What PHP's json_encode writes, and encoders that leave other characters as they are than ours.
TEST(Secrets, AreScrubbedHoweverTheAnswersProgramEscapesThem) {
  const Secrets slashed(Values{{"key", "Ab/cd+e=&f \xC3\xA9"}});
  for (const char* form :
       {"Ab/cd+e=&f \xC3\xA9", "Ab\\/cd+e=&f \\u00e9", "Ab\\u002Fcd\\u002be=\\u0026f\\u0020\\u00E9",
        "Ab/cd%2Be%3D%26f%20%C3%A9", "Ab/cd%2be=&f+%c3%a9", "Ab\\/cd%2Be%3D%26f%20%C3%A9", "Ab/cd+e=&amp;f \xC3\xA9",
        "Ab&#47;cd&#x2B;e=&#38;f &#233;", "\\u0041\\x62%2fcd+e=&f &#xe9;"})
    EXPECT_EQ(slashed.scrub("{\"key\":\"" + std::string(form) + "\"}"), "{\"key\":\"***\"}") << form;
}

TEST(Secrets, CharactersBeyondSixteenBitsAreScrubbedAsSurrogates) {
  const Secrets wide(Values{{"key", "key\xF0\x9F\x91\x8Dkey"}});
  EXPECT_EQ(wide.scrub("key\\ud83d\\uDC4Dkey key\xF0\x9F\x91\x8Dkey key&#x1f44d;key"), "*** *** ***");
  EXPECT_EQ(wide.scrub("key\\ud83d\\uDC4Ekey"), "key\\ud83d\\uDC4Ekey");
}

// They stand for themselves or begin an escape, and which of both only what follows can tell.
TEST(Secrets, OfPercentBackslashAndAmpersandAreScrubbedPlainAndEscaped) {
  const Secrets tricky(Values{{"key", "%25\\\\&amp;"}});
  for (const char* form : {"%25\\\\&amp;", "%2525%5C%5c%26amp;", "%25\\\\\\\\&amp;", "%25\\\\&amp;amp;"})
    EXPECT_EQ(tricky.scrub("<" + std::string(form) + ">"), "<***>") << form;
}

TEST(Secrets, ThatOverlapAreBothHiddenWhole) {
  const Secrets two({{"a", "abcdef"}, {"b", "cdefghijkl"}});
  EXPECT_EQ(two.scrub("<abcdefghijkl>"), "<***>");
  EXPECT_EQ(two.scrub("abcdefabcdef"), "******");
}

TEST(Secrets, TextThatOnlyBeginsLikeOneIsKept) {
  const Secrets slashed(Values{{"key", "Ab/cd+e"}});
  for (const char* text : {"Ab/cd", "Ab\\", "Ab%2", "Ab&#47", "Ab\\u002", "Ab\\/cd+", "%", "&", "\\", "Ab/cd e"})
    EXPECT_EQ(slashed.scrub(text), text);
}

TEST(Secrets, ALongTextIsScrubbedAtItsEndToo) {
  const Secrets slashed(Values{{"key", "Ab/cd+e"}});
  const std::string much(std::size_t{1} << 20, '\\');
  EXPECT_EQ(slashed.scrub(much + "nAb\\/cd+e"), much + "n***");
}

TEST(Secrets, ShortOnesAreNotLookedFor) {
  EXPECT_EQ(Secrets(Values{{"key", "1"}}).scrub("{\"order\":\"11\"}"), "{\"order\":\"11\"}");
}

TEST(Secrets, MaskHidesEveryPlaceholder) {
  EXPECT_EQ(Secrets::mask("key=${secret:api_key}&x=${secret:unknown}"), "key=***&x=***");
}

}  // namespace
}  // namespace smmhost
