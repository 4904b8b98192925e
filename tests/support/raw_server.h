// A TCP server on loopback whose behaviour is a script: for peers that hang up, drip, flood or answer nonsense.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace smmhost::testing {

// One accepted connection, as a script sees it. Closed when the script returns.
class RawConnection {
 public:
  RawConnection(Poco::Net::StreamSocket socket, int number) : socket_(std::move(socket)), number_(number) {}

  int number() const { return number_; }  // 0 for the first connection the server accepted

  // Head and body of the next request (by its Content-Length); empty at the end of the stream.
  std::string read_request();
  // False where the other side is gone.
  bool write(std::string_view bytes);
  // Answers `status` with a body and its length; the connection stays open.
  bool answer(std::string_view body, int status = 200);
  // Makes closing send a reset instead of an orderly end.
  void reset();
  Poco::Net::StreamSocket& socket() { return socket_; }

 private:
  Poco::Net::StreamSocket socket_;
  int number_;
};

class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  // `tls` with a certificate makes it an HTTPS server. Each connection runs the script in its own thread.
  explicit RawServer(Script script, Poco::Net::Context::Ptr tls = nullptr);
  ~RawServer();  // ends all connections
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const;
  // "http://127.0.0.1:PORT" + path, or https and localhost with TLS.
  std::string url(std::string_view path = "/") const;
  int connections() const { return connections_; }
  // Every request read with read_request(), in order.
  std::vector<std::string> requests() const;

 private:
  friend class RawConnection;
  void accept_loop();
  void serve(Poco::Net::StreamSocket socket, int number);

  Script script_;
  Poco::Net::Context::Ptr tls_;
  Poco::Net::ServerSocket listener_;
  std::atomic<int> connections_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<Poco::Net::StreamSocket> open_;
  std::vector<std::string> requests_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A port of loopback on which nothing listens.
std::uint16_t closed_port();

}  // namespace smmhost::testing
