// How many calls of one kind may still be made this minute. Asks, never waits.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

#include "core/domain/time.h"
#include "core/ports/shared_budget.h"

namespace smmhost {

// At most `per_minute` calls in any 60 seconds, and none before a time the other side named. Thread safe.
class CallBudget {
 public:
  // `shared` is asked last, where other hosts make such calls too.
  explicit CallBudget(int per_minute, SharedBudget shared = {});

  // nullopt: one call is taken. Otherwise none is, and this long it takes until one is free; > 0.
  std::optional<Duration> take(Time now);
  // The call taken at `now` was not made after all.
  void give_back(Time now);
  // The other side wants no calls until then, of any host. A time further than an hour away counts as an hour.
  void block_until(Time until, Time now);

 private:
  std::optional<Duration> take_here(Time now);
  bool forget(Time taken_at);

  const std::size_t per_minute_;
  const SharedBudget shared_;
  std::mutex mutex_;
  std::deque<Time> taken_;
  std::optional<Time> blocked_until_;
};

}  // namespace smmhost
