#include "host/net/connection_pool.h"

#include <algorithm>

#include "host/net/socket_wait.h"

namespace smmhost {
namespace {

// Readable means closed by the other side, or bytes nobody asked for: either way not to be used.
bool is_quiet_and_open(const Poco::Net::StreamSocket& socket) {
  return !wait_for(socket, WaitFor::kBytes, Duration::zero());
}

}  // namespace

std::optional<Poco::Net::StreamSocket> ConnectionPool::take(const std::string& peer, Duration max_idle) {
  const Clock::time_point now = Clock::now();
  const std::lock_guard lock(mutex_);
  drop_expired(now);
  const auto found = idle_.find(peer);
  if (found == idle_.end()) return std::nullopt;
  auto& connections = found->second;
  while (!connections.empty()) {
    const Idle newest = connections.back();
    if (now - newest.since > max_idle) return std::nullopt;
    connections.pop_back();
    --size_;
    if (is_quiet_and_open(newest.socket)) return newest.socket;
  }
  return std::nullopt;
}

void ConnectionPool::keep(const std::string& peer, const Poco::Net::StreamSocket& socket) {
  const Clock::time_point now = Clock::now();
  const std::lock_guard lock(mutex_);
  drop_expired(now);
  if (per_peer_ == 0 || in_all_ == 0) return;
  auto& connections = idle_[peer];
  if (connections.size() >= per_peer_) {
    connections.pop_front();
    --size_;
  }
  connections.push_back({socket, now});
  ++size_;
  if (size_ > in_all_) drop_oldest();
}

std::size_t ConnectionPool::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

void ConnectionPool::drop_expired(Clock::time_point now) {
  for (auto peer = idle_.begin(); peer != idle_.end();) {
    auto& connections = peer->second;
    while (!connections.empty() && now - connections.front().since > idle_limit_) {
      connections.pop_front();
      --size_;
    }
    peer = connections.empty() ? idle_.erase(peer) : std::next(peer);
  }
}

void ConnectionPool::drop_oldest() {
  auto oldest = idle_.end();
  for (auto peer = idle_.begin(); peer != idle_.end(); ++peer) {
    if (peer->second.empty()) continue;
    if (oldest == idle_.end() || peer->second.front().since < oldest->second.front().since) oldest = peer;
  }
  if (oldest == idle_.end()) return;
  oldest->second.pop_front();
  --size_;
}

}  // namespace smmhost
