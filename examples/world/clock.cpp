// The simulated world's clock.
#include "examples/world/clock.h"

namespace smmhost::world {

WorldClock::WorldClock(double speed) : speed_(speed), started_(std::chrono::steady_clock::now()) {}

Millis WorldClock::now() const {
  const std::lock_guard lock(mutex_);
  const std::chrono::duration<double, std::milli> real = std::chrono::steady_clock::now() - started_;
  return Millis{static_cast<Millis::rep>(real.count() * speed_)} + ahead_;
}

void WorldClock::advance(Millis by) {
  const std::lock_guard lock(mutex_);
  ahead_ += by;
}

}  // namespace smmhost::world
