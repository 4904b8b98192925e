// A budget that hosts share, taken in portions: one question to the database is enough for the calls of a moment.
//
// What is rare is taken call by call. Where calls follow each other faster than a portion lasts, portions grow, up to
// what the rate allows in that time; so a budget of 60 calls a minute is never taken ahead. What of a portion is not
// called in its time is lost to all hosts, and the next portion is as large as what was called of it; after a second
// without one it is a single call again.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "core/domain/time.h"

namespace smmhost {

// Thread safe. Who finds no portion asks for one, and who comes meanwhile waits for it.
class BudgetPortions {
 public:
  // Takes so many calls at once, all or none: nullopt, or how long until one is free; > 0.
  using Take = std::function<std::optional<Duration>(int calls, Time now)>;

  BudgetPortions(double calls_per_minute, int burst, Take take);

  // Like SharedBudget's function of the name.
  std::optional<Duration> take(Time now);
  // The other side wants no call for now: what is left of the portion is not used.
  void drop();

  static constexpr Duration kLasts{50};
  static constexpr Duration kRemembered{1'000};  // how much of the last portion was called

 private:
  std::optional<Duration> take_portion(int calls, Time now);
  int next_size(Time now) const;

  const int most_;
  const Take take_;
  std::mutex mutex_;
  int left_ = 0;
  int size_ = 0;  // of the last portion
  Time taken_at_{};
};

}  // namespace smmhost
