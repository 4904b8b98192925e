// What RequestParser must take, and what it must refuse.
#include "host/server/request_parser.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

using State = RequestParser::State;

// Feeds the text byte by byte or whole, and takes the body when it is asked for.
struct Parsed {
  State state;
  ServerRequest request;
  int error = 0;
  std::string rest;
};

Parsed parse(const std::string& text, std::size_t step = std::string::npos, RequestLimits limits = {}) {
  RequestParser parser(limits);
  std::string input;
  std::size_t fed = 0;
  for (;;) {
    if (parser.consume(input) == State::kHeadDone) parser.accept_body();
    if (parser.state() == State::kBody) parser.consume(input);
    if (parser.state() == State::kComplete || parser.state() == State::kFailed || fed == text.size()) break;
    const std::size_t take = std::min(step, text.size() - fed);
    input.append(text, fed, take);
    fed += take;
  }
  return {parser.state(), parser.request(), parser.error_status(), input + text.substr(fed)};
}

TEST(RequestParser, ReadsTheSameRequestWholeAndByteByByte) {
  const std::string text =
      "POST /api/payments/1%2F2_3.x?q=a%20b+c&limit=5 HTTP/1.1\r\nHost: x\r\nX-Thing:  spaced \r\nContent-Length: "
      "5\r\n\r\nhello";
  for (const std::size_t step : {std::string::npos, std::size_t{1}, std::size_t{7}}) {
    const Parsed got = parse(text, step);
    ASSERT_EQ(got.state, State::kComplete) << step;
    EXPECT_EQ(got.request.method, "POST");
    EXPECT_EQ(got.request.segments, (std::vector<std::string>{"api", "payments", "1/2_3.x"}));
    EXPECT_EQ(got.request.query_value("q"), "a b c");
    EXPECT_EQ(got.request.query_value("limit"), "5");
    EXPECT_EQ(got.request.header("x-thing"), "spaced");
    EXPECT_EQ(got.request.body, "hello");
    EXPECT_TRUE(got.request.keep_alive);
  }
}

TEST(RequestParser, LeavesTheNextRequestInTheInput) {
  const Parsed got = parse("GET / HTTP/1.1\r\n\r\nGET /two HTTP/1.1\r\n\r\n");
  EXPECT_EQ(got.state, State::kComplete);
  EXPECT_TRUE(got.request.segments.empty());
  EXPECT_EQ(got.rest, "GET /two HTTP/1.1\r\n\r\n");
}

TEST(RequestParser, ReadsChunkedBodiesWithExtensionsAndTrailer) {
  const std::string text =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: "
      "t\r\n\r\nrest";
  for (const std::size_t step : {std::string::npos, std::size_t{1}}) {
    const Parsed got = parse(text, step);
    ASSERT_EQ(got.state, State::kComplete);
    EXPECT_EQ(got.request.body, "hello0123456789");
    EXPECT_EQ(got.rest, "rest");
  }
}

TEST(RequestParser, TellsWhetherTheConnectionGoesOn) {
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").request.keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").request.keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").request.keep_alive);
}

TEST(RequestParser, TakesTheAbsoluteFormOfATarget) {
  EXPECT_EQ(parse("GET http://shop.example/healthz?x=1 HTTP/1.1\r\n\r\n").request.segments,
            (std::vector<std::string>{"healthz"}));
  EXPECT_TRUE(parse("GET http://shop.example HTTP/1.1\r\n\r\n").request.segments.empty());
}

struct Refused {
  const char* name;
  const char* text;
  int status;
};

class RequestParserRefuses : public testing::TestWithParam<Refused> {};

TEST_P(RequestParserRefuses, WithTheRightStatus) {
  const Parsed got = parse(GetParam().text);
  EXPECT_EQ(got.state, State::kFailed);
  EXPECT_EQ(got.error, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, RequestParserRefuses,
    testing::Values(
        Refused{"LengthBesideEncoding", "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                400},
        Refused{"TwoLengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        Refused{"ListedLengths", "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n", 400},
        Refused{"NegativeLength", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
        Refused{"PlusLength", "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400},
        Refused{"EmptyLength", "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", 400},
        Refused{"HugeLength", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413},
        Refused{"LengthOverTheLimit", "POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413},
        Refused{"OtherEncoding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Refused{"BareLineFeed", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
        Refused{"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n", 400},
        Refused{"SpaceInHeaderName", "POST / HTTP/1.1\r\nContent-Length : 1\r\n\r\n", 400},
        Refused{"MethodNoWord", "G@T / HTTP/1.1\r\n\r\n", 400}, Refused{"NoPath", "GET healthz HTTP/1.1\r\n\r\n", 400},
        Refused{"BadPercent", "GET /%zz HTTP/1.1\r\n\r\n", 400}, Refused{"OtherVersion", "GET / HTTP/2.0\r\n\r\n", 505},
        Refused{"NoVersion", "GET /\r\n\r\n", 400},
        Refused{"ChunkSizeNoNumber", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
        Refused{"ChunkLongerThanItSays", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
                400},
        Refused{"ChunkOverTheLimit", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413},
        Refused{"ChunkSizeOverflow", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", 400}),
    [](const auto& case_info) { return case_info.param.name; });

TEST(RequestParser, CountsAChunkedBodyWhileItComes) {
  std::string text = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 5; ++i) text += "4\r\nabcd\r\n";
  const Parsed got = parse(text, 3, {.body_bytes = 15});
  EXPECT_EQ(got.state, State::kFailed);
  EXPECT_EQ(got.error, 413);
  EXPECT_LE(got.request.body.size(), 15u);
}

TEST(RequestParser, RefusesAnEndlessHeadBeforeItsEnd) {
  const Parsed got = parse("GET / HTTP/1.1\r\nX: " + std::string(2000, 'a'), 100, {.head_bytes = 1000});
  EXPECT_EQ(got.error, 431);
}

TEST(RequestParser, RefusesTooManyFields) {
  std::string text = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 101; ++i) text += "A: b\r\n";
  EXPECT_EQ(parse(text + "\r\n").state, State::kFailed);
}

}  // namespace
}  // namespace smmhost
