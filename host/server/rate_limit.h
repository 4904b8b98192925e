// A token bucket: so many a minute on average, a burst at once. Takes the time as an argument.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

namespace smmhost {

// Thread safe.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  RateLimit(double per_minute, double burst) : per_second_(per_minute / 60), burst_(burst), tokens_(burst) {}

  bool allow(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (now > filled_at_) {
      if (filled_at_ != Clock::time_point{})
        tokens_ = std::min(burst_, tokens_ + per_second_ * std::chrono::duration<double>(now - filled_at_).count());
      filled_at_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  const double per_second_;
  const double burst_;
  std::mutex mutex_;
  double tokens_;
  Clock::time_point filled_at_{};
};

}  // namespace smmhost
