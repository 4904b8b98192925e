// How many calls of one kind may still be made this minute. Asks, never waits.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

#include "core/domain/time.h"

namespace smmhost {

// At most `per_minute` calls in any 60 seconds, and none before a time the other side named. Thread safe.
class CallBudget {
 public:
  explicit CallBudget(int per_minute);

  // nullopt: one call is taken. Otherwise none is, and this long it takes until one is free; > 0.
  std::optional<Duration> take(Time now);
  // The call taken at `now` was not made after all.
  void give_back(Time now);
  // The other side wants no calls until then. A time further than an hour away counts as an hour.
  void block_until(Time until, Time now);

 private:
  const std::size_t per_minute_;
  std::mutex mutex_;
  std::deque<Time> taken_;
  std::optional<Time> blocked_until_;
};

}  // namespace smmhost
