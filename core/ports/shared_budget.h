// A budget of calls to one other side, as one host of several that share it sees it.
#pragma once

#include <functional>
#include <optional>

#include "core/domain/time.h"

namespace smmhost {

// Every function is thread safe, may take the time of a question to the database, and does not throw. All empty: the
// budget is this host's alone.
struct SharedBudget {
  // nullopt: one call was taken for all of them. Otherwise none was, and how long until one is free; > 0.
  std::function<std::optional<Duration>(Time now)> take = {};
  // The other side wants no call for a while: no host takes one before it is over.
  std::function<void(Duration pause, Time now)> pause = {};
  // One call that was taken was not made.
  std::function<void()> give_back = {};
};

}  // namespace smmhost
