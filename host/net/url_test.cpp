#include "host/net/url.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

TEST(Url, KeepsThePathAsWritten) {
  const auto url = parse_url("HTTPS://Panel.Example/api%2Fv2/?a=%20&b=$");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "panel.example");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->target, "/api%2Fv2/?a=%20&b=$");
  EXPECT_EQ(url->authority(), "panel.example");
}

TEST(Url, ReadsPortsAndAddresses) {
  EXPECT_EQ(parse_url("http://127.0.0.1:8080")->authority(), "127.0.0.1:8080");
  EXPECT_EQ(parse_url("http://127.0.0.1:8080")->target, "/");
  EXPECT_EQ(parse_url("http://h:80/")->authority(), "h");
  EXPECT_EQ(parse_url("http://[::1]:9/x")->authority(), "[::1]:9");
  EXPECT_EQ(parse_url("http://h?q")->target, "/?q");
}

TEST(Url, RefusesWhatCouldMeanAnotherHostToAnotherReader) {
  for (const char* text : {"",
                           "panel.example",
                           "ftp://h/",
                           "http:/h",
                           "http://",
                           "http:///x",
                           "http://u@h/",
                           "http://u:p@h/",
                           "http://good.example\\@evil.example/",
                           "http://h/#f",
                           "http://h#@evil/",
                           "http://h/a b",
                           "http://h/\n",
                           "http://h:0/",
                           "http://h:65536/",
                           "http://h:/",
                           "http://h:80x/",
                           "http://[::1",
                           "http://[nonsense]/",
                           "http://h%2eexample/",
                           "http://.h/",
                           "http://\xc3\xa9.example/"})
    EXPECT_FALSE(parse_url(text)) << text;
}

TEST(Url, KnowsLoopback) {
  for (const char* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) EXPECT_TRUE(is_loopback_host(host)) << host;
  for (const char* host : {"localhost.evil.example", "10.0.0.1", "0.0.0.0", "panel.example", ""})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

}  // namespace
}  // namespace smmhost
