// Sending and receiving whole frames, with a deadline.
#include "sdk/runner/channel.h"

#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace smm::runner {
namespace {

using Clock = Patience::Clock;

constexpr std::size_t kUsualBytes = std::size_t{64} << 10;
constexpr std::size_t kMostAtOnce = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kLookEvery{50};

}  // namespace

Channel::~Channel() {
  close();
}

void Channel::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Transfer Channel::wait_for(short events, const Patience& patience) const {
  for (;;) {
    const auto now = Clock::now();
    if (now >= patience.until) return Transfer::kTimedOut;
    if (patience.go_on && !patience.go_on()) return Transfer::kGivenUp;
    const bool for_ever = patience.until == Clock::time_point::max() && !patience.go_on;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(patience.until - now);
    const int timeout =
        for_ever ? -1 : static_cast<int>(std::clamp<std::int64_t>(left.count() + 1, 1, kLookEvery.count()));
    pollfd entry{descriptor_, events, 0};
    const int ready = ::poll(&entry, 1, timeout);
    if (ready > 0) return Transfer::kDone;
    if (ready < 0 && errno != EINTR) return Transfer::kClosed;
  }
}

Transfer Channel::send(FrameKind kind, std::string_view bytes, const Patience& patience) {
  FrameHead head;
  head.size = static_cast<std::uint32_t>(bytes.size());
  head.kind = kind;
  std::size_t sent = 0;
  const std::size_t whole = sizeof head + bytes.size();
  while (sent < whole) {
    iovec parts[2];
    std::size_t count = 0;
    if (sent < sizeof head) parts[count++] = {reinterpret_cast<char*>(&head) + sent, sizeof head - sent};
    const std::size_t done = sent < sizeof head ? 0 : sent - sizeof head;
    if (done < bytes.size()) parts[count++] = {const_cast<char*>(bytes.data()) + done, bytes.size() - done};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    const ssize_t n = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      if (const Transfer end = wait_for(POLLOUT, patience); end != Transfer::kDone) return end;
    } else if (errno != EINTR) {
      return Transfer::kClosed;
    }
  }
  return Transfer::kDone;
}

void Channel::make_room(std::size_t wanted) {
  const std::size_t held = end_ - begin_;
  if (begin_ > 0 && held > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, held);
  begin_ = 0;
  end_ = held;
  if (held == 0 && buffer_.size() > kMostAtOnce) buffer_ = {};  // a rare long frame does not stay in memory
  const std::size_t room = std::max(kUsualBytes, std::min(wanted, held + kMostAtOnce));
  if (buffer_.size() < room) buffer_.resize(room);
}

Transfer Channel::fill(std::size_t wanted, const Patience& patience) {
  const auto spin_until = Clock::now() + patience.spin;
  while (end_ - begin_ < wanted) {
    if (end_ == buffer_.size() || buffer_.size() - begin_ < std::min(wanted, kUsualBytes)) make_room(wanted);
    const ssize_t n = ::recv(descriptor_, buffer_.data() + end_, buffer_.size() - end_, MSG_DONTWAIT);
    if (n > 0) {
      end_ += static_cast<std::size_t>(n);
    } else if (n == 0) {
      return Transfer::kClosed;
    } else if (errno == EAGAIN) {
      if (Clock::now() < spin_until) {
        ::sched_yield();  // the other side may need this very core
        continue;
      }
      if (const Transfer end = wait_for(POLLIN, patience); end != Transfer::kDone) return end;
    } else if (errno != EINTR) {
      return Transfer::kClosed;
    }
  }
  return Transfer::kDone;
}

Transfer Channel::receive(Frame& frame, std::size_t most_bytes, const Patience& patience) {
  if (begin_ == end_) make_room(sizeof(FrameHead));
  if (const Transfer end = fill(sizeof(FrameHead), patience); end != Transfer::kDone) return end;
  FrameHead head;
  std::memcpy(&head, buffer_.data() + begin_, sizeof head);
  if (head.size > most_bytes) return Transfer::kTooLong;
  if (const Transfer end = fill(sizeof head + head.size, patience); end != Transfer::kDone) return end;
  frame.kind = head.kind;
  frame.bytes = std::string_view(buffer_.data() + begin_ + sizeof head, head.size);
  begin_ += sizeof head + head.size;
  return Transfer::kDone;
}

bool Channel::is_quiet() const {
  if (begin_ != end_) return false;
  pollfd entry{descriptor_, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 0;
}

}  // namespace smm::runner
