// Profile look-ups: the gateway's failures are told apart, and a profile is believed only when it is certain.
#include <gtest/gtest.h>

#include "smm/sdk/instagram.hpp"
#include "smm/sdk/names.hpp"
#include "smm/sdk/rapidapi.hpp"

namespace smm::sdk {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

HttpResponse answered(uint32_t status, std::string_view body, Headers headers = {}) {
  HttpResponse out;
  out.status = status;
  out.body = body;
  out.headers = std::move(headers);
  return out;
}

std::string gateway(uint32_t status, std::string_view body, Headers headers = {}) {
  const auto failure = rapidapi::gateway_failure(answered(status, body, std::move(headers)));
  if (!failure) return "passed";
  return std::string(code_name(failure->code)) + " " + std::to_string(failure->retry_after_ms);
}

TEST(gateway, tells_its_failures_apart) {
  EXPECT_EQ(gateway(200, "{}"), "passed");
  EXPECT_EQ(gateway(401, R"({"message":"Invalid API key. Go to ..."})"), "AUTH 0");
  EXPECT_EQ(gateway(403, R"({"message":"You are not subscribed to this API."})"), "AUTH 0");
  EXPECT_EQ(gateway(404, R"({"message":"Endpoint '/x' does not exist"})"), "CONFIG 0");
  EXPECT_EQ(gateway(404, R"({"message":"Endpoint '/x' does not exist)"), "passed");  // cut: it decides nothing
  EXPECT_EQ(gateway(404, "API doesn't exist"), "CONFIG 0");
  EXPECT_EQ(gateway(404, R"({"message":"User not found"})"), "passed");
  EXPECT_EQ(gateway(500, "oops"), "UPSTREAM_DOWN 0");
  EXPECT_EQ(gateway(302, ""), "CONFIG 0");
}

TEST(gateway, waits_long_for_a_quota_and_short_for_a_burst) {
  const char* monthly =
      R"({"message":"You have exceeded the MONTHLY quota for Requests on your current plan, BASIC."})";
  const char* daily = R"({"message":"You have exceeded the DAILY quota for Requests on your current plan, BASIC."})";
  const char* burst =
      R"({"message":"You have exceeded the rate limit per second for your plan, BASIC, by the API provider"})";
  EXPECT_EQ(gateway(429, monthly), "RATE_LIMITED 86400000");
  EXPECT_EQ(gateway(429, daily), "RATE_LIMITED 21600000");
  EXPECT_EQ(gateway(429, burst), "RATE_LIMITED 1500");
  EXPECT_EQ(gateway(429, R"({"message":"Too many requests"})"), "RATE_LIMITED 1500");
  EXPECT_EQ(gateway(429, "<html>"), "RATE_LIMITED 1500");
  EXPECT_EQ(gateway(429, monthly, {{"x-ratelimit-requests-remaining", "0"}, {"x-ratelimit-requests-reset", "775574"}}),
            "RATE_LIMITED 775574000");
  EXPECT_EQ(gateway(429, burst, {{"x-ratelimit-requests-remaining", "0"}, {"x-ratelimit-requests-reset", "775574"}}),
            "RATE_LIMITED 1500");
}

TEST(gateway, knows_a_quota_by_its_headers_when_the_text_does_not_say) {
  const char* text = R"({"message":"Too many requests"})";
  EXPECT_EQ(gateway(429, text, {{"x-ratelimit-requests-remaining", "0"}, {"x-ratelimit-requests-reset", "60"}}),
            "RATE_LIMITED 60000");
  EXPECT_EQ(gateway(429, text,
                    {{"x-ratelimit-requests-remaining", "0"},
                     {"x-ratelimit-requests-reset", "60"},
                     {"x-ratelimit-rapid-free-plans-hard-limit-remaining", "0"},
                     {"x-ratelimit-rapid-free-plans-hard-limit-reset", "90"}}),
            "RATE_LIMITED 90000");
  EXPECT_EQ(gateway(429, text, {{"x-ratelimit-requests-remaining", "0"}, {"x-ratelimit-requests-reset", "soon"}}),
            "RATE_LIMITED 1500");
}

TEST(gateway, request_bears_key_and_host) {
  const HttpRequest request = rapidapi::get("https://api.example:8443/base/", "/profile", Form().add("username", "a b"),
                                            Secret{"${secret:api_key}"});
  EXPECT_EQ(request.url, "https://api.example:8443/base/profile?username=a%20b");
  EXPECT_EQ(request.headers[1].second, "${secret:api_key}");
  EXPECT_EQ(request.headers[2].second, "api.example:8443");
  EXPECT_EQ(request.effect, SMM_READ);
}

/// "private", "public", "missing" or the failure's code.
std::string profile(uint32_t status, std::string_view body) {
  const auto result = instagram::read_profile("user.name", answered(status, body));
  if (!result.ok()) return std::string(code_name(result.failure().code));
  if (!result.value().exists) return "missing";
  return result.value().is_private ? "private" : "public";
}

TEST(profile, is_found_at_every_place_it_may_be) {
  const std::string user = R"({"username":"User.Name","is_private":true})";
  EXPECT_EQ(profile(200, user), "private");
  EXPECT_EQ(profile(200, R"({"data":{"user":)" + user + "}}"), "private");
  EXPECT_EQ(profile(200, R"({"data":)" + user + "}"), "private");
  EXPECT_EQ(profile(200, R"({"user":)" + user + "}"), "private");
  EXPECT_EQ(profile(200, R"({"status":200,"body":)" + user + "}"), "private");
  EXPECT_EQ(profile(200, R"({"result":)" + user + "}"), "private");
  EXPECT_EQ(profile(200, R"({"username":"user.name","is_private":false})"), "public");
}

TEST(profile, without_a_clear_answer_is_an_error_and_never_public_or_private) {
  for (const char* body :
       {R"({"username":"user.name"})", R"({"username":"user.name","is_private":null})",
        R"({"username":"user.name","is_private":"false"})", R"({"username":"user.name","is_private":0})",
        R"({"username":"username","is_private":false})", R"({"is_private":false})",
        R"({"is_private":true,"data":{"user":{"username":"user.name"}}})", "{}", "[]", "null", "<html>", "",
        R"({"status":false})", R"({"status":false,"errorMessage":"Something went wrong"})",
        R"({"status":false,"data":{"user":null}})", R"({"data":{}})", R"({"status":"ok","data":{"user":[]}})"}) {
    EXPECT_EQ(profile(200, body), "BAD_RESPONSE") << body;
  }
  EXPECT_EQ(profile(404, R"({"username":"user.name","is_private":false})"), "BAD_RESPONSE");
}

TEST(profile, is_missing_only_if_the_answer_says_so) {
  EXPECT_EQ(profile(200, R"({"message":"Not found"})"), "missing");
  EXPECT_EQ(profile(404, R"({"message":"User not found"})"), "missing");
  EXPECT_EQ(profile(200, R"({"status":false,"errorMessage":"User not found"})"), "missing");
  EXPECT_EQ(profile(200, R"({"status":"ok","data":{"user":null}})"), "missing");
  EXPECT_EQ(profile(404, R"({"data":{"user":null}})"), "BAD_RESPONSE");
  EXPECT_EQ(profile(200, R"({"message":"API key not found"})"), "BAD_RESPONSE");
}

TEST(profile, ids_are_never_rounded) {
  const auto result = instagram::read_profile(
      "u", answered(200, R"({"username":"u","is_private":false,"pk":9007199254740993,"follower_count":12})"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value().user_id, "9007199254740993");
  EXPECT_EQ(result.value().followers, 12);
  EXPECT_FALSE(result.value().posts);
}

std::string codes(const std::vector<Post>& posts) {
  std::string out;
  for (const Post& post : posts) out += (out.empty() ? "" : " ") + post.shortcode;
  return out;
}

std::vector<Post> posts_of(std::string_view items) {
  const auto root = parse_json("{\"items\":" + std::string(items) + "}");
  return instagram::read_posts(*root, {"u", "7"});
}

TEST(posts, leave_out_pinned_foreign_and_unreadable_ones) {
  EXPECT_EQ(codes(posts_of(R"([{"code":"A","taken_at":100},
                               {"code":"PINNED","taken_at":900,"timeline_pinned_user_ids":[7]},
                               {"code":"PINNED2","taken_at":900,"is_pinned":true},
                               {"code":"COLLAB","taken_at":800,"user":{"username":"v"}},
                               {"code":"COLLAB2","taken_at":800,"owner":{"id":"8"}},
                               {"code":"B","taken_at":"200","user":{"username":"U"}},
                               {"code":"C","taken_at":150,"owner":{"id":7},"timeline_pinned_user_ids":[]},
                               {"code":"","taken_at":5},{"code":"NOTIME"},{"taken_at":5},{"code":5,"taken_at":5},null])")),
            "A B C");
}

TEST(posts, are_the_latest_by_time_and_none_twice) {
  auto posts = posts_of(R"([{"code":"A","taken_at":100},{"code":"B","taken_at":300,"media_type":2},
                            {"code":"B","taken_at":300},{"media":{"code":"C","taken_at":200,"product_type":"clips"}}])");
  EXPECT_EQ(codes(instagram::latest(posts, SMM_MEDIA_ANY, 12)), "B C A");
  EXPECT_EQ(codes(instagram::latest(posts, SMM_MEDIA_ANY, 2)), "B C");
  EXPECT_EQ(codes(instagram::latest(posts, SMM_MEDIA_VIDEOS_ONLY, 12)), "B C");
  EXPECT_EQ(posts.front().taken_at, 100'000);
}

TEST(feed, without_a_list_is_an_error_and_an_empty_list_is_not) {
  const auto read = [](std::string_view body) { return instagram::read_feed({"u", ""}, answered(200, body)); };
  EXPECT_TRUE(read(R"({"items":[]})").ok());
  EXPECT_TRUE(read(R"({"data":{"items":[]}})").ok());
  EXPECT_EQ(read(R"({"status":"fail"})").failure().code, SMM_BAD_RESPONSE);
  EXPECT_EQ(read(R"({"message":"User not found"})").failure().code, SMM_NOT_FOUND);
  EXPECT_EQ(read("").failure().code, SMM_BAD_RESPONSE);
}

}  // namespace
}  // namespace smm::sdk
