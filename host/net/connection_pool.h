// Connections kept open between requests, by scheme, host and port.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

// Thread safe.
class ConnectionPool {
 public:
  using Clock = std::chrono::steady_clock;

  ConnectionPool(std::size_t per_peer, std::size_t in_all, Duration idle_limit)
      : per_peer_(per_peer), in_all_(in_all), idle_limit_(idle_limit) {}

  // The most recently used one that was idle no longer than `max_idle`, is open and has nothing to read.
  std::optional<Poco::Net::StreamSocket> take(const std::string& peer, Duration max_idle);

  // Keeps an open connection for later, or closes it where there are enough.
  void keep(const std::string& peer, const Poco::Net::StreamSocket& socket);

  std::size_t size() const;

 private:
  struct Idle {
    Poco::Net::StreamSocket socket;
    Clock::time_point since;
  };

  void drop_expired(Clock::time_point now);
  void drop_oldest();

  const std::size_t per_peer_;
  const std::size_t in_all_;
  const Duration idle_limit_;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Idle>> idle_;  // oldest first
  std::size_t size_ = 0;
};

}  // namespace smmhost
