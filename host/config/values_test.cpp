#include "host/config/values.h"

#include <gtest/gtest.h>

#include "host/config/config.h"
#include "host/config/text.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("7d"), std::chrono::days{7});
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, RefusesWhatIsNotWholeOrTooLong) {
  for (const char* text :
       {"", "10", "s", "-1s", "1.5h", "10 m", "10M", "1w", "99999999999999999999s", "9223372036854775807d", "3651d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, IsShownInItsLargestUnit) {
  for (const char* text : {"500ms", "90s", "10m", "1h", "7d", "0s"})
    EXPECT_EQ(duration_text(*parse_duration(text)), text);
  EXPECT_EQ(duration_text(3600s), "1h");
}

TEST(Rate, IsCountedPerMinute) {
  EXPECT_DOUBLE_EQ(*parse_rate_per_minute("60/min"), 60);
  EXPECT_DOUBLE_EQ(*parse_rate_per_minute("1/s"), 60);
  EXPECT_DOUBLE_EQ(*parse_rate_per_minute("600/h"), 10);
  for (const char* text : {"", "60", "0/min", "-1/s", "1/day", "/s", "1 /s", "1.5/s"})
    EXPECT_FALSE(parse_rate_per_minute(text)) << text;
}

TEST(HostPort, TakesAddressesAndBracketedIpv6) {
  EXPECT_EQ(parse_host_port("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_host_port("[::1]:0")->host, "::1");
  EXPECT_EQ(parse_host_port("localhost:65535")->host, "localhost");
  for (const char* text : {"", ":80", "127.0.0.1", "::1:80", "a:65536", "a:-1", "a:", "[]:80", "a:8o"})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

TEST(Url, HttpIsForLoopbackOnly) {
  for (const char* url : {"https://a.example/api", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/"}) {
    EXPECT_EQ(url_problem(url, false), std::nullopt) << url;
  }
  for (const char* url :
       {"http://a.example/", "http://127.0.0.1.evil.example/", "http://localhost.evil.example", "ftp://127.0.0.1/",
        "a.example", "https://", "https://u:p@a.example/", "https://a.example/#x", ""}) {
    EXPECT_NE(url_problem(url, false), std::nullopt) << url;
  }
  EXPECT_EQ(url_problem("http://a.example/", true), std::nullopt);
}

TEST(Schedule, ReadsWhatItWrites) {
  for (const char* text : {"every 10m", "every 500ms", "daily 19:00", "daily 00:05", "off"})
    EXPECT_EQ(to_string(parse_schedule(text).value()), text);
  EXPECT_EQ(to_string(parse_schedule("daily 7:30").value()), "daily 07:30");
  for (const char* text : {"", "10m", "every", "every 0s", "every 1ms", "daily 24:00", "daily 19", "daily 19:60",
                           "daily 19:5", "Off", "weekly"}) {
    EXPECT_FALSE(parse_schedule(text)) << text;
  }
}

TEST(Nearest, FindsTheMisspeltWord) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(nearest("listne", {"workers", "listen", "timezone"}), "listen");
  EXPECT_EQ(nearest("x", {}), "");
}

}  // namespace
}  // namespace smmhost
