// How far back looks for due work go.
//
// What was claimed and what has ended leave dead entries at the beginning of an index of due times until its table is
// vacuumed, which PostgreSQL does the more rarely the more rows there are: among ten million finished payments after
// 200,000 changes. A look that begins at the beginning passes all of them. So looks begin where the oldest row was due
// when everything was looked at last, about a second ago, or at what was written since. What lies below, because
// another host's clock is slow or its write took long, waits for the next whole look and no longer.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "core/domain/time.h"
#include "core/ports/store.h"

namespace smmhost::postgres {

struct DueTimes {
  std::optional<Time> payment;
  std::optional<Time> shop_update;
  std::optional<Time> placement;    // of those that are followed
  std::set<std::string> providers;  // of these placements
};

// Thread safe.
class DueFloors {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Whether it is time to look at everything. True is said to one caller, who looks and tells by found() what there is;
  // where that fails, another one is asked a second later.
  bool begin_whole_look(SteadyTime now);
  // `now` by the clock that due times are written by.
  void found(const DueTimes& oldest, Time now);

  // To be called before rows are written that are due at these times.
  void note(const Changes& changes);
  void note_payments(Time due);

  // Where looks begin; all times are set. Before the first whole look nullopt: then everything is to be looked at.
  std::optional<DueTimes> floors() const;

 private:
  using Kind = std::optional<Time> DueTimes::*;

  void lower(Kind kind, Time due);

  mutable std::mutex mutex_;
  std::optional<DueTimes> floors_;
  SteadyTime next_{};
  DueTimes written_;         // since the last whole look began
  DueTimes written_before_;  // between the beginnings of the two before: some of it may have been under way then
};

}  // namespace smmhost::postgres
