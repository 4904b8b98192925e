// Shuts sockets down at their time. A peer that sends one byte a second never trips a timeout per read; this does.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace smmhost {

// One thread for any number of sockets. Thread safe.
class SocketDeadlines {
 public:
  using Clock = std::chrono::steady_clock;
  using Handle = std::pair<Clock::time_point, std::uint64_t>;

  SocketDeadlines();
  ~SocketDeadlines();
  SocketDeadlines(const SocketDeadlines&) = delete;
  SocketDeadlines& operator=(const SocketDeadlines&) = delete;

  // At `when` both directions of the socket are shut down: whoever reads or writes it gets the end of the stream or an
  // error at once. The socket is not closed. A TLS socket is shut down below TLS.
  Handle add(const Poco::Net::StreamSocket& socket, Clock::time_point when);

  // To be called before the socket is closed (its number could belong to another socket afterwards).
  // False where the time has come and the socket was shut down. When it returns, it is certain which.
  bool cancel(const Handle& handle);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Handle, Poco::Net::StreamSocket> pending_;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

// Watches one socket from construction to destruction.
class SocketDeadline {
 public:
  SocketDeadline(SocketDeadlines& deadlines, const Poco::Net::StreamSocket& socket,
                 SocketDeadlines::Clock::time_point when)
      : deadlines_(deadlines), handle_(deadlines.add(socket, when)) {}
  ~SocketDeadline() { deadlines_.cancel(handle_); }
  SocketDeadline(const SocketDeadline&) = delete;
  SocketDeadline& operator=(const SocketDeadline&) = delete;

 private:
  SocketDeadlines& deadlines_;
  SocketDeadlines::Handle handle_;
};

}  // namespace smmhost
