// The simulated world's clock: it runs as fast as it is told to, and can be moved ahead.
#pragma once

#include <chrono>
#include <mutex>

namespace smmhost::world {

using Millis = std::chrono::milliseconds;

// Thread safe. Never goes back.
class WorldClock {
 public:
  explicit WorldClock(double speed = 1.0);

  // Milliseconds of the world since it was made.
  Millis now() const;
  void advance(Millis by);

 private:
  mutable std::mutex mutex_;
  double speed_;
  std::chrono::steady_clock::time_point started_;
  Millis ahead_{0};
};

}  // namespace smmhost::world
