// The HTTP server: accepts connections, reads requests within limits and deadlines, and hands them to a handler.
//
// Poco's own HTTP connection gives every read a fresh time-out, so a client that sends one byte now and then keeps a
// thread for ever; forty such clients stopped a server of sixteen threads. Here the whole head has one deadline and the
// whole request another, both shrink while connections wait for a thread, and an address may hold only so many
// connections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/domain/time.h"
#include "host/server/http_message.h"
#include "host/server/request_parser.h"

namespace smmhost {

struct HttpServerSettings {
  std::string host = "127.0.0.1";
  int port = 8080;            // 0: any free port; HttpServer::port() says which
  int handler_threads = 64;   // the most requests in progress at once
  int max_connections = 512;  // one thread each while open; more wait until one is free
  int max_waiting = 256;      // accepted connections that wait for a thread; more are closed
  // Of one address. A reverse proxy is one address for all of its clients: it needs as many as it keeps open.
  int connections_per_address = 256;
  RequestLimits limits;
  std::size_t buffered_bytes = 32 << 20;                 // bodies held by all connections together; over it 503
  Duration request_deadline = std::chrono::seconds{10};  // from the first byte to the last of head and body
  Duration crowded_deadline = std::chrono::seconds{2};   // the same while other connections wait for a thread
  Duration idle_deadline = std::chrono::seconds{30};     // between requests of one connection
  Duration write_deadline = std::chrono::seconds{30};    // for the whole answer
  Duration queue_deadline = std::chrono::seconds{3};     // a request's wait for its turn; then 503
};

// What the server asks of the program. Called from many threads at once; must not throw.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;

  // Gives the request its id.
  virtual std::string request_id(const ServerRequest& head) = 0;
  // Before the body is read: a response refuses the request, and its body is not read.
  virtual std::optional<ServerResponse> refuse(const ServerRequest& head) = 0;
  virtual ServerResponse handle(ServerRequest& request) = 0;
  // Whether it is one of the requests that are counted against `handler_threads`. False only for what waits for nobody:
  // it is answered also when everything else is stuck.
  virtual bool needs_turn(const ServerRequest&) { return true; }
  // The answer to what could not be read as a request, or came too slowly, or could not be served: 400, 408, 413, 431,
  // 503...
  virtual ServerResponse unreadable(const ServerRequest& request, int status, const std::string& why) = 0;
  // After the answer was written or could not be written.
  virtual void answered(const ServerRequest& request, int status, Duration took) = 0;
};

class HttpServer {
 public:
  // Binds and listens; throws std::runtime_error with the address and the system's words where that fails.
  // `handler` is borrowed and must outlive the server.
  HttpServer(HttpServerSettings settings, RequestHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // Starts to answer. Once.
  void start();
  // Takes no new connection, finishes the requests that are in progress, closes the others. Blocks until that is done.
  void stop();
  int connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smmhost
