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
  std::atomic<std::size_t> buffered{0};  // bytes of bodies that are held right now
  std::function<bool()> crowded;         // connections wait for a thread

  ConnectionContext(const HttpServerSettings& s, RequestHandler& h)
      : settings(s), handler(h), connections(s.connections_per_address), turns(s.handler_threads, s.handler_threads) {}
};

// The bytes of one request's body in the count of all; taken out of it with the request.
class BufferedBytes {
 public:
  explicit BufferedBytes(std::atomic<std::size_t>& all) : all_(all) {}
  ~BufferedBytes() { all_ -= mine_; }
  BufferedBytes(const BufferedBytes&) = delete;
  BufferedBytes& operator=(const BufferedBytes&) = delete;

  // What all requests hold together, this one with `size` bytes now.
  std::size_t grow_to(std::size_t size) {
    const std::size_t added = size - mine_;
    mine_ = size;
    return all_ += added;
  }

 private:
  std::atomic<std::size_t>& all_;
  std::size_t mine_ = 0;
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
  // nullopt: the body is whole and in the request.
  std::optional<Next> read_body(RequestParser& parser, Clock::time_point began, BufferedBytes& held);
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
