// The port to what several hosts on one database share beside its rows: who is alive, and how fast all of them together
// may call someone. A host that has its database alone needs none of it.
//
// Thread safety: all functions, from any thread. They throw StoreUnavailable where the database cannot be reached.
#pragma once

#include <optional>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

class HostGroup {
 public:
  virtual ~HostGroup() = default;

  // Says that `owner` is alive. Owners that have said nothing for `dead_after` are forgotten: the payments they had
  // leased become due at `now`, and the jobs they ran are due again; whoever comes back fails on its fences. Returns
  // how many payments. Silence is measured by the database's clock, so the hosts' clocks need not agree.
  // Where `owner` itself was silent for a third of `dead_after` or more, nobody is forgotten for as long as
  // `dead_after`: what kept it from speaking, an outage of the database say, may have kept the others too.
  virtual int sign_of_life(const std::string& owner, Time now, Duration dead_after) = 0;
  // `owner` ends: it is forgotten at once, as if it had been silent. Returns the same.
  virtual int farewell(const std::string& owner, Time now) = 0;

  // Takes one call of a budget that all hosts share: `burst` (>= 1) at once, `per_minute` (> 0) on average, so at most
  // burst + per_minute in any minute. nullopt: taken. Otherwise none was, and how long until one is free; > 0.
  virtual std::optional<Duration> take_budget(const std::string& name, double per_minute, int burst, Time now) = 0;
  // Nobody takes a call of the budget before `pause` is over; it is cut to an hour. A longer one that runs stays.
  virtual void pause_budget(const std::string& name, Duration pause, Time now) = 0;
  // A call that was taken at `per_minute` was not made: it is there again.
  virtual void give_back_budget(const std::string& name, double per_minute) = 0;
};

}  // namespace smmhost
