// What the server must withstand, with a handler of the test's own and real sockets.
#include "host/server/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "host/server/test_support.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using server_test::Answer;
using server_test::ask;
using server_test::RawClient;

class EchoHandler final : public RequestHandler {
 public:
  std::string request_id(const ServerRequest&) override { return "id-1"; }
  std::optional<ServerResponse> refuse(const ServerRequest& head) override {
    if (head.path == "/refused") return ServerResponse{.status = 401, .content_type = "text/plain", .body = "no"};
    return std::nullopt;
  }
  ServerResponse handle(ServerRequest& request) override {
    ++handled;
    if (request.path == "/wait") {
      std::unique_lock lock(mutex);
      inside.notify_all();
      ++waiting;
      inside.notify_all();
      go.wait(lock, [this] { return released; });
    }
    if (request.path == "/huge") return {.content_type = "text/plain", .body = std::string(64 << 20, 'a')};
    return {.content_type = "text/plain", .body = request.method + " " + request.path + " " + request.body};
  }
  ServerResponse unreadable(const ServerRequest&, int status, const std::string& why) override {
    return {.status = status, .content_type = "text/plain", .body = why};
  }
  void answered(const ServerRequest&, int, Duration) override { ++answers; }
  bool needs_turn(const ServerRequest& request) override { return request.path != "/alive"; }

  void wait_for_inside(int count) {
    std::unique_lock lock(mutex);
    inside.wait(lock, [&] { return waiting >= count; });
  }
  void release() {
    const std::lock_guard lock(mutex);
    released = true;
    go.notify_all();
  }

  std::atomic<int> handled{0};
  std::atomic<int> answers{0};
  std::mutex mutex;
  std::condition_variable inside;
  std::condition_variable go;
  int waiting = 0;
  bool released = false;
};

class HttpServerTest : public testing::Test {
 protected:
  HttpServer& start(HttpServerSettings settings = {}) {
    settings.port = 0;
    server_ = std::make_unique<HttpServer>(settings, handler_);
    server_->start();
    return *server_;
  }
  ~HttpServerTest() override { handler_.release(); }

  EchoHandler handler_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersOnThePortItTook) {
  const int port = start().port();
  EXPECT_GT(port, 0);
  const Answer answer = ask(port, "POST", "/a?b=c", "hello");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "POST /a hello");
  EXPECT_EQ(answer.header("x-request-id"), "id-1");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(answer.header("content-length"), "13");
}

TEST_F(HttpServerTest, ATakenPortIsAnErrorThatNamesIt) {
  HttpServerSettings settings;
  settings.port = start().port();
  try {
    HttpServer second(settings, handler_);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find(std::to_string(settings.port)), std::string::npos) << e.what();
  }
}

TEST_F(HttpServerTest, ServesManyRequestsOnOneConnection) {
  RawClient client(start().port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /x HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.read().status, 200);
  }
  client.send("GET /one HTTP/1.1\r\n\r\nGET /two HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read().body, "GET /one ");
  EXPECT_EQ(client.read().body, "GET /two ");
}

TEST_F(HttpServerTest, HeadGetsTheLengthAndNoBody) {
  RawClient client(start().port());
  client.send("HEAD /x HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read(true).header("content-length"), "8");
  client.send("GET /y HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read().body, "GET /y ") << "a body after HEAD would stand here";
}

TEST_F(HttpServerTest, TooLargeIs413WhetherDeclaredOrCounted) {
  const int port = start().port();
  EXPECT_EQ(ask(port, "POST", "/x", std::string(2 << 20, 'a')).status, 413);
  RawClient chunked(port);
  chunked.send("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'a') + "\r\n";
  for (int i = 0; i < 32; ++i)
    if (!chunked.send(chunk)) break;
  EXPECT_EQ(chunked.read().status, 413);
  EXPECT_EQ(handler_.handled, 0);
}

TEST_F(HttpServerTest, DeclaredTooLargeIsRefusedBeforeItIsSent) {
  RawClient client(start().port());
  client.send("POST /x HTTP/1.1\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);
}

TEST_F(HttpServerTest, TellsAClientThatWaitsToGoOn) {
  RawClient client(start().port());
  client.send("POST /x HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(client.read().body, "POST /x ok");
}

TEST_F(HttpServerTest, ARefusalDoesNotWaitForTheBody) {
  RawClient client(start().port());
  client.send("POST /refused HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(handler_.handled, 0);
}

TEST_F(HttpServerTest, UnreadableRequestsGetTheirStatusAndTheConnectionEnds) {
  RawClient client(start().port());
  client.send("GET /%zz HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.closed_within(5s));
}

TEST_F(HttpServerTest, ABodyThatTricklesIs408) {
  RawClient client(start({.request_deadline = 400ms}).port());
  client.send("POST /x HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
  std::thread trickle([&] {
    for (int i = 0; i < 40 && client.send("a"); ++i) std::this_thread::sleep_for(50ms);
  });
  EXPECT_EQ(client.read().status, 408);
  trickle.join();
  EXPECT_EQ(handler_.handled, 0);
}

TEST_F(HttpServerTest, HeadersThatTrickleEndTheConnection) {
  RawClient client(start({.request_deadline = 400ms}).port());
  client.send("GET /x HTTP/1.1\r\n");
  std::atomic<bool> done{false};
  std::thread trickle([&] {
    while (!done && client.send("X-a: b\r\n")) std::this_thread::sleep_for(50ms);
  });
  EXPECT_EQ(client.read().status, 0);
  done = true;
  trickle.join();
}

TEST_F(HttpServerTest, SlowClientsDoNotKeepOthersOut) {
  HttpServer& server = start({.max_connections = 4, .request_deadline = 30s, .crowded_deadline = 200ms});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<RawClient>(server.port()));
    slow.back()->send("GET /x HTTP/1.1\r\nX-slow: ");
  }
  EXPECT_EQ(ask(server.port(), "GET", "/quick").status, 200);
}

TEST_F(HttpServerTest, IdleConnectionsMakeRoomForNewOnes) {
  HttpServer& server = start({.max_connections = 2});
  RawClient a(server.port());
  RawClient b(server.port());
  for (RawClient* client : {&a, &b}) {
    client->send("GET /x HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client->read().status, 200);
  }
  EXPECT_EQ(ask(server.port(), "GET", "/quick").status, 200);
}

TEST_F(HttpServerTest, AnAddressHoldsOnlySoManyConnections) {
  HttpServer& server = start({.connections_per_address = 3});
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::make_unique<RawClient>(server.port()));
    held.back()->send("GET /x HTTP/1.1\r\n\r\n");
    EXPECT_EQ(held.back()->read().status, 200);
  }
  EXPECT_EQ(ask(server.port(), "GET", "/x").status, 0);
  held.pop_back();
  Answer answer;
  for (int i = 0; i < 100 && answer.status == 0; ++i) {
    std::this_thread::sleep_for(20ms);
    answer = ask(server.port(), "GET", "/x");
  }
  EXPECT_EQ(answer.status, 200);
}

TEST_F(HttpServerTest, OverTheMostRequestsInProgressIs503) {
  HttpServer& server = start({.handler_threads = 1, .queue_deadline = 100ms});
  RawClient busy(server.port());
  busy.send("GET /wait HTTP/1.1\r\n\r\n");
  handler_.wait_for_inside(1);
  EXPECT_EQ(ask(server.port(), "GET", "/x").status, 503);
  handler_.release();
  EXPECT_EQ(busy.read().status, 200);
  EXPECT_EQ(ask(server.port(), "GET", "/x").status, 200);
}

TEST_F(HttpServerTest, WhatNeedsNoTurnIsAnsweredWhenAllTurnsAreTaken) {
  HttpServer& server = start({.handler_threads = 1, .queue_deadline = 100ms});
  RawClient busy(server.port());
  busy.send("GET /wait HTTP/1.1\r\n\r\n");
  handler_.wait_for_inside(1);
  EXPECT_EQ(ask(server.port(), "GET", "/x").status, 503);
  EXPECT_EQ(ask(server.port(), "GET", "/alive").status, 200);
  handler_.release();
  EXPECT_EQ(busy.read().status, 200);
}

TEST_F(HttpServerTest, BodiesOfAllConnectionsTogetherAreBounded) {
  HttpServer& server = start({.buffered_bytes = 100'000});
  RawClient first(server.port());
  first.send("POST /wait HTTP/1.1\r\nContent-Length: 80000\r\n\r\n" + std::string(80'000, 'a'));
  handler_.wait_for_inside(1);
  const auto second = [&] { return ask(server.port(), "POST", "/x", std::string(60'000, 'b')).status; };
  EXPECT_EQ(second(), 503);
  handler_.release();
  EXPECT_EQ(first.read().status, 200);
  int status = second();  // what the first one held is given back right after its answer
  for (int i = 0; i < 100 && status != 200; ++i) status = second();
  EXPECT_EQ(status, 200);
}

TEST_F(HttpServerTest, AReaderThatReadsNothingDoesNotHoldUpTheStop) {
  HttpServer& server = start();
  RawClient deaf(server.port());
  deaf.send("GET /huge HTTP/1.1\r\n\r\n");
  while (handler_.handled == 0) std::this_thread::sleep_for(5ms);
  const auto began = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(HttpServerTest, StoppingFinishesWhatIsInProgressAndClosesTheRest) {
  HttpServer& server = start();
  RawClient idle(server.port());
  idle.send("GET /x HTTP/1.1\r\n\r\n");
  EXPECT_EQ(idle.read().status, 200);
  RawClient busy(server.port());
  busy.send("GET /wait HTTP/1.1\r\n\r\n");
  handler_.wait_for_inside(1);
  std::thread stopper([&] { server.stop(); });
  EXPECT_TRUE(idle.closed_within(5s));
  handler_.release();
  const Answer answer = busy.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("connection"), "close");
  stopper.join();
  EXPECT_THROW(RawClient(server.port()), Poco::Exception);
}

TEST_F(HttpServerTest, ManyClientsAtOnceAreAllAnswered) {
  HttpServer& server = start({.max_connections = 16});
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 32; ++i)
    clients.emplace_back([&] {
      for (int k = 0; k < 10; ++k)
        if (ask(server.port(), "POST", "/x", "body").status == 200) ++good;
    });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 320);
  server.stop();  // an answer is counted after it was written
  EXPECT_EQ(handler_.answers, 320);
}

}  // namespace
}  // namespace smmhost
