#include "host/net/socket_wait.h"

#include <Poco/Net/SocketImpl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>

namespace smmhost {
namespace {

int milliseconds(Duration duration) {
  return static_cast<int>(std::clamp<Duration::rep>(duration.count(), 0, std::numeric_limits<int>::max()));
}

}  // namespace

bool wait_for(const Poco::Net::Socket& socket, WaitFor what, Duration longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  pollfd entry{socket.impl()->sockfd(), static_cast<short>(what == WaitFor::kBytes ? POLLIN : POLLOUT), 0};
  for (Duration left = longest;;) {
    const int ready = ::poll(&entry, 1, milliseconds(left));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return true;
    left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
  }
}

}  // namespace smmhost
