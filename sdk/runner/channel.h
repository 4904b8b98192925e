// Frames over a socket pair. Neither side trusts the other's lengths: a frame is taken only up to the limit that the
// reader states, and memory grows with what has arrived, not with what was announced.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "sdk/runner/messages.h"

namespace smm::runner {

enum class Transfer {
  kDone,
  kClosed,   // the other side is gone
  kTooLong,  // it announced more than may be
  kTimedOut,
  kGivenUp,  // `go_on` said so
};

struct Patience {
  using Clock = std::chrono::steady_clock;
  Clock::time_point until = Clock::time_point::max();
  // Looked for the other side's bytes this long without sleeping: a sleeping thread takes longer to wake than a plugin
  // to answer.
  std::chrono::microseconds spin{0};
  // Asked now and then while nothing comes; false ends the wait.
  std::function<bool()> go_on = {};
};

struct Frame {
  FrameKind kind{};
  std::string_view bytes;  // until the next receive()
};

// Owns the descriptor. One thread at a time.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int descriptor() const { return descriptor_; }
  // Closes it before its time.
  void close();

  Transfer send(FrameKind kind, std::string_view bytes, const Patience& patience);
  Transfer receive(Frame& frame, std::size_t most_bytes, const Patience& patience);

  // Nothing is buffered, nothing has arrived and the other side has not closed.
  bool is_quiet() const;

 private:
  Transfer fill(std::size_t wanted, const Patience& patience);
  void make_room(std::size_t wanted);
  Transfer wait_for(short events, const Patience& patience) const;

  int descriptor_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace smm::runner
