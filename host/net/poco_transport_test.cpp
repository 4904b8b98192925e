// What is certain after a request, against servers that misbehave in every way we know.
#include "host/net/poco_transport.h"

#include <Poco/DeflatingStream.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <future>
#include <sstream>
#include <thread>

#include "tests/support/raw_server.h"
#include "tests/support/test_certificate.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using testing::closed_port;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawConnection;
using testing::RawServer;
using ::testing::StartsWith;
using testing::TestCertificate;

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.timeout = 10s;
  return request;
}

HttpRequest post_once(const std::string& url, std::string body = "action=add") {
  HttpRequest request = get(url);
  request.method = "POST";
  request.body = std::move(body);
  request.effect = HttpEffect::kWriteOnce;
  return request;
}

void answer_all(RawConnection& connection) {
  while (!connection.read_request().empty())
    if (!connection.answer("ok")) return;
}

TEST(PocoTransport, AnAnswerIsHandedOverWhole) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 418 Teapot\r\nX-One: a\r\nx-one: b\r\nContent-Length: 5\r\n\r\nhello");
  });
  const HttpResult result = PocoTransport().send(get(server.url("/a%2Fb?q=1%26")));
  ASSERT_EQ(result.outcome, TransportOutcome::kAnswered) << result.error_text;
  EXPECT_EQ(result.status, 418);
  EXPECT_EQ(result.body, "hello");
  EXPECT_EQ(result.header("X-ONE"), "a");
  EXPECT_THAT(server.requests().at(0), StartsWith("GET /a%2Fb?q=1%26 HTTP/1.1\r\n"));
}

TEST(PocoTransport, TheRequestCarriesItsHeadersAndBodyAndNoCallersFraming) {
  RawServer server(answer_all);
  HttpRequest request = post_once(server.url("/api"), "key=1");
  request.headers = {{"X-Key", "v"}, {"Content-Length", "99"}, {"Transfer-Encoding", "chunked"}, {"Host", "evil"}};
  ASSERT_EQ(PocoTransport().send(request).status, 200);
  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, HasSubstr("X-Key: v\r\n"));
  EXPECT_THAT(sent, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(sent, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  EXPECT_THAT(sent, Not(HasSubstr("chunked")));
  EXPECT_THAT(sent, Not(HasSubstr("evil")));
  EXPECT_TRUE(sent.ends_with("\r\n\r\nkey=1"));
}

TEST(PocoTransport, AHeaderWithALineBreakIsNotSent) {
  RawServer server(answer_all);
  HttpRequest request = get(server.url());
  request.headers = {{"X-Key", "v\r\nX-Other: w"}};
  const HttpResult result = PocoTransport().send(request);
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kBadUrl);
  EXPECT_EQ(server.connections(), 0);
}

TEST(PocoTransport, ARefusedConnectionIsNotSent) {
  const HttpResult result = PocoTransport().send(post_once("http://127.0.0.1:" + std::to_string(closed_port())));
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kConnect);
}

TEST(PocoTransport, AnAddressIsConnectedToAsItIs) {
  RawServer server(answer_all);  // on 127.0.0.1 only
  const HttpResult result = PocoTransport().send(get("http://127.0.0.2:" + std::to_string(server.port()) + "/"));
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kConnect);
}

TEST(PocoTransport, AnUnknownNameIsNotSent) {
  const HttpResult result = PocoTransport().send(post_once("http://no-such-host.invalid/"));
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kNameLookup);
}

TEST(PocoTransport, ABadUrlIsNotSent) {
  for (const char* url : {"", "ftp://h/", "http://", "http://user@h/", "http://h/a b", "http://h/#f", "//h/"}) {
    const HttpResult result = PocoTransport().send(get(url));
    EXPECT_EQ(result.outcome, TransportOutcome::kNotSent) << url;
    EXPECT_EQ(result.error, HttpError::kBadUrl) << url;
  }
}

TEST(PocoTransport, APeerThatResetsWithoutReadingLeavesItOpenWhetherItArrived) {
  RawServer server([](RawConnection& c) {
    c.socket().poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ);
    c.reset();
  });
  const HttpResult result = PocoTransport().send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kClosed);
}

TEST(PocoTransport, APeerThatReadsAndClosesIsMaybeSentAndNeverAskedTwice) {
  RawServer server([](RawConnection& c) { c.read_request(); });
  PocoTransport transport;
  const HttpResult result = transport.send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kClosed);
  EXPECT_EQ(server.connections(), 1);
}

class CutAnswer : public ::testing::TestWithParam<const char*> {};

TEST_P(CutAnswer, IsNotAnAnswer) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write(GetParam());
  });
  const HttpResult result = PocoTransport().send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kClosed);
  EXPECT_EQ(result.status, 0);
}

INSTANTIATE_TEST_SUITE_P(Everywhere, CutAnswer,
                         ::testing::Values("HTTP/1.1 20", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le",
                                           "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"order\":",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                                           "HTTP/1.1 100 Continue\r\n\r\n"));

class NotHttp : public ::testing::TestWithParam<const char*> {};

TEST_P(NotHttp, IsABadResponse) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write(GetParam());
  });
  const HttpResult result = PocoTransport().send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kBadResponse);
}

INSTANTIATE_TEST_SUITE_P(Kinds, NotHttp,
                         ::testing::Values("SSH-2.0-OpenSSH_9.2\r\n", "<html>hello</html>\r\n\r\n",
                                           "\x15\x03\x01\x02\x02\x16\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
                                           "HTTP/1.1 200 OK\r\n no field\r\n\r\n"));

TEST(PocoTransport, ChunkedAndCloseDelimitedBodiesAreWhole) {
  RawServer server([](RawConnection& c) {
    const std::string request = c.read_request();
    if (request.starts_with("GET /chunked"))
      c.write(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n");
    else
      c.write("HTTP/1.0 200 OK\r\n\r\nhello world");
  });
  PocoTransport transport;
  EXPECT_EQ(transport.send(get(server.url("/chunked"))).body, "hello world");
  EXPECT_EQ(transport.send(get(server.url("/close"))).body, "hello world");
}

TEST(PocoTransport, AnInterimAnswerIsSkipped) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  const HttpResult result = PocoTransport().send(post_once(server.url()));
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "ok");
}

TEST(PocoTransport, EndlessInterimAnswersEnd) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    while (c.write("HTTP/1.1 100 Continue\r\n\r\n")) continue;
  });
  EXPECT_EQ(PocoTransport().send(post_once(server.url())).error, HttpError::kBadResponse);
}

TEST(PocoTransport, ARedirectIsAnAnswerAndNotFollowed) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
  });
  const HttpResult result = PocoTransport().send(post_once(server.url()));
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(result.header("location"), "/other");
  EXPECT_EQ(server.connections(), 1);
}

TEST(PocoTransport, ASlowDripDoesNotOutliveTheDeadline) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (c.write("x")) std::this_thread::sleep_for(10ms);
  });
  HttpRequest request = post_once(server.url());
  request.timeout = 300ms;
  const HttpResult result = PocoTransport().send(request);
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kTimeout);
  EXPECT_GE(result.elapsed, 290ms);
  EXPECT_LT(result.elapsed, 5s);
}

TEST(PocoTransport, APeerThatNeverReadsDoesNotOutliveTheDeadline) {
  std::promise<void> done;
  RawServer server([future = done.get_future().share()](RawConnection&) { future.wait(); });
  HttpRequest request = post_once(server.url(), std::string(16 << 20, 'x'));
  request.timeout = 1s;
  const HttpResult result = PocoTransport().send(request);
  done.set_value();
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kTimeout);
  EXPECT_LT(result.elapsed, 5s);
}

TEST(PocoTransport, ABodyOverTheCapIsRefusedAnnouncedOrNot) {
  RawServer server([](RawConnection& c) {
    const std::string request = c.read_request();
    const std::string block(64 << 10, 'x');
    if (request.starts_with("GET /announced")) {
      c.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
      return;
    }
    if (request.starts_with("GET /chunked")) {
      c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (c.write("10000\r\n" + block + "\r\n")) continue;
      return;
    }
    c.write("HTTP/1.1 200 OK\r\n\r\n");
    while (c.write(block)) continue;
  });
  PocoTransport transport;
  for (const char* path : {"/announced", "/chunked", "/unlimited"}) {
    HttpRequest request = get(server.url(path));
    request.max_response_bytes = 1 << 20;
    const HttpResult result = transport.send(request);
    EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent) << path;
    EXPECT_EQ(result.error, HttpError::kTooLarge) << path;
  }
}

TEST(PocoTransport, AFloodOfHeadersIsRefused) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 200 OK\r\n");
    while (c.write("X-Header: " + std::string(1000, 'y') + "\r\n")) continue;
  });
  const HttpResult result = PocoTransport().send(get(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kBadResponse);
}

TEST(PocoTransport, ConnectionsAreKeptAndUsedAgain) {
  RawServer server(answer_all);
  PocoTransport transport;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(transport.send(get(server.url())).status, 200);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(transport.send(post_once(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(transport.idle_connections(), 1U);
}

TEST(PocoTransport, NoMoreConnectionsAreKeptThanAllowed) {
  RawServer server(answer_all);
  PocoTransportOptions options;
  options.idle_per_peer = 2;
  PocoTransport transport(options);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) EXPECT_EQ(transport.send(get(server.url())).status, 200);
    });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(transport.idle_connections(), 2U);
  EXPECT_EQ(server.requests().size(), 40U);
}

TEST(PocoTransport, AConnectionThePeerClosesIsNotKept) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  });
  PocoTransport transport;
  EXPECT_EQ(transport.send(get(server.url())).status, 200);
  EXPECT_EQ(transport.idle_connections(), 0U);
  EXPECT_EQ(transport.send(get(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 2);
}

TEST(PocoTransport, AnAnswerWithBytesAfterItsEndIsNotKept) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen");
    c.read_request();
  });
  PocoTransport transport;
  EXPECT_EQ(transport.send(get(server.url())).body, "ok");
  EXPECT_EQ(transport.idle_connections(), 0U);
}

// The server answers once, then closes silently: the kept connection is stale.
void answer_once_then_close(RawConnection& c) {
  c.read_request();
  c.answer("ok");
}

TEST(PocoTransport, AStaleKeptConnectionIsNotUsedForAPurchase) {
  RawServer server(answer_once_then_close);
  PocoTransport transport;
  ASSERT_EQ(transport.send(get(server.url())).status, 200);
  ASSERT_EQ(transport.idle_connections(), 1U);
  std::this_thread::sleep_for(50ms);  // the end of the stream arrives
  EXPECT_EQ(transport.send(post_once(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(PocoTransport, AnIdleKeptConnectionIsNotUsedForAPurchase) {
  RawServer server(answer_all);
  PocoTransportOptions options;
  options.write_idle_limit = 20ms;
  PocoTransport transport(options);
  ASSERT_EQ(transport.send(get(server.url())).status, 200);
  std::this_thread::sleep_for(60ms);
  EXPECT_EQ(transport.send(post_once(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 2);
}

// Reads the second request on the first connection and hangs up: what a keep-alive race looks like to a client.
void hang_up_on_the_second(RawConnection& c) {
  c.read_request();
  c.answer("ok");
  if (c.number() > 0) answer_all(c);
  c.read_request();
}

TEST(PocoTransport, AReadThatMeetsAKeepAliveRaceIsAskedOnceMore) {
  RawServer server(hang_up_on_the_second);
  PocoTransport transport;
  ASSERT_EQ(transport.send(get(server.url())).status, 200);
  EXPECT_EQ(transport.send(get(server.url())).status, 200);
  EXPECT_EQ(server.connections(), 2);
}

TEST(PocoTransport, APurchaseThatMeetsAKeepAliveRaceIsNotSentAgain) {
  RawServer server(hang_up_on_the_second);
  PocoTransport transport;
  ASSERT_EQ(transport.send(get(server.url())).status, 200);
  const HttpResult result = transport.send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(server.connections(), 1);
}

TEST(PocoTransport, AReadIsNotAskedAgainOnceAnAnswerBegan) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("ok");
    c.read_request();
    c.write("HTTP/1.1 200 OK\r\n");
  });
  PocoTransport transport;
  ASSERT_EQ(transport.send(get(server.url())).status, 200);
  EXPECT_EQ(transport.send(get(server.url())).outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(server.connections(), 1);
}

TEST(PocoTransport, AnEarlyRefusalBeforeTheWholeBodyWasReadCounts) {
  RawServer server([](RawConnection& c) {
    std::array<char, 100> some{};
    c.socket().receiveBytes(some.data(), static_cast<int>(some.size()));
    c.write("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
    c.socket().shutdownSend();
    while (c.socket().receiveBytes(some.data(), static_cast<int>(some.size())) > 0) continue;
  });
  const HttpResult result = PocoTransport().send(post_once(server.url(), std::string(1 << 20, 'x')));
  EXPECT_EQ(result.outcome, TransportOutcome::kAnswered);
  EXPECT_EQ(result.status, 413);
}

std::string gzip(const std::string& plain) {
  std::ostringstream packed;
  Poco::DeflatingOutputStream stream(packed, Poco::DeflatingStreamBuf::STREAM_GZIP);
  stream << plain;
  stream.close();
  return packed.str();
}

TEST(PocoTransport, AGzipAnswerIsUnpackedAndABombIsRefused) {
  RawServer server([](RawConnection& c) {
    for (;;) {
      const std::string request = c.read_request();
      if (request.empty()) return;
      const std::string body = gzip(request.starts_with("GET /bomb") ? std::string(4 << 20, 'x') : "hello");
      c.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
    }
  });
  PocoTransport transport;
  EXPECT_EQ(transport.send(get(server.url("/hello"))).body, "hello");
  HttpRequest bomb = get(server.url("/bomb"));
  bomb.max_response_bytes = 1 << 20;
  const HttpResult result = transport.send(bomb);
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kTooLarge);
}

TEST(PocoTransport, AnAnswerThatIsNotTheGzipItClaimsIsABadResponse) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello");
  });
  const HttpResult result = PocoTransport().send(get(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kMaybeSent);
  EXPECT_EQ(result.error, HttpError::kBadResponse);
}

TEST(PocoTransport, ASelfSignedCertificateIsRefusedBeforeAnythingIsSent) {
  const TestCertificate certificate("localhost");
  RawServer server(answer_all, certificate.server_context());
  const HttpResult result = PocoTransport().send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kTls);
  EXPECT_TRUE(server.requests().empty());
}

TEST(PocoTransport, ATrustedCertificateIsAcceptedAndTheConnectionKept) {
  const TestCertificate certificate("localhost");
  RawServer server(answer_all, certificate.server_context());
  PocoTransportOptions options;
  options.ca_file = certificate.certificate_file();
  PocoTransport transport(options);
  for (int i = 0; i < 3; ++i) {
    const HttpResult result = transport.send(get(server.url()));
    ASSERT_EQ(result.status, 200) << result.error_text;
    EXPECT_EQ(result.body, "ok");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(PocoTransport, ATrustedCertificateForAnotherNameIsRefused) {
  const TestCertificate certificate("panel.example");
  RawServer server(answer_all, certificate.server_context());
  PocoTransportOptions options;
  options.ca_file = certificate.certificate_file();
  const HttpResult result = PocoTransport(options).send(post_once(server.url()));
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kTls);
  EXPECT_TRUE(server.requests().empty());
}

TEST(PocoTransport, ATlsHandshakeThatNeverEndsIsNotSent) {
  std::promise<void> done;
  RawServer server([future = done.get_future().share()](RawConnection&) { future.wait(); });
  HttpRequest request = post_once("https://localhost:" + std::to_string(server.port()) + "/");
  request.timeout = 300ms;
  const HttpResult result = PocoTransport().send(request);
  done.set_value();
  EXPECT_EQ(result.outcome, TransportOutcome::kNotSent);
  EXPECT_EQ(result.error, HttpError::kTimeout);
  EXPECT_LT(result.elapsed, 5s);
}

TEST(PocoTransport, AnUnreadableCaFileIsAStartUpError) {
  PocoTransportOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  EXPECT_ANY_THROW(PocoTransport{options});
}

}  // namespace
}  // namespace smmhost
