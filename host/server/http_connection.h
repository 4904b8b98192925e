// One connection of the HTTP server: reads a request, has it answered, writes the answer, until one side is done.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Semaphore.h>

#include <atomic>
#include <functional>
#include <string>

#include "host/server/connection_limit.h"
#include "host/server/http_server.h"

namespace smmhost {

// What all connections of a server share.
struct ConnectionContext {
  const HttpServerSettings& settings;
  RequestHandler& handler;
  ConnectionLimit connections;
  Poco::Semaphore turns;  // handler_threads of them
  std::atomic<bool> stopping{false};
  std::function<bool()> crowded;  // connections wait for a thread

  ConnectionContext(const HttpServerSettings& s, RequestHandler& h)
      : settings(s), handler(h), connections(s.connections_per_address), turns(s.handler_threads, s.handler_threads) {}
};

class HttpConnection : public Poco::Net::TCPServerConnection {
 public:
  HttpConnection(const Poco::Net::StreamSocket& socket, ConnectionContext& context);
  void run() override;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Got { kBytes, kClosed, kTooSlow, kStopping };
  enum class Next { kAnother, kClose };

  void serve();
  Next serve_one();
  Got read_some(Clock::time_point since, Duration allowed, Duration allowed_when_crowded);
  Got wait_for_request();
  std::optional<Next> read_head(RequestParser& parser, Clock::time_point began);
  Next read_and_answer(RequestParser& parser, Clock::time_point began);
  ServerResponse take_turn(ServerRequest& request);
  Next reply(const ServerRequest& request, const ServerResponse& response, Clock::time_point began, Next next);
  Next refuse(RequestParser& parser, int status, const std::string& why, Clock::time_point began);
  bool write(std::string_view bytes);
  void drain();

  ConnectionContext& context_;
  std::string address_;
  std::string input_;  // received and not yet used
  bool first_ = true;
};

}  // namespace smmhost
