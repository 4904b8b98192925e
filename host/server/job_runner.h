// The periodic jobs as the API sees them: a list, and "run it now". The scheduler implements it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/time.h"

namespace smmhost {

struct JobView {
  std::string name;
  std::string schedule;  // "every 10m", "daily 19:00", "off"
  std::optional<Time> last_run;
  std::string last_result;       // one line for a person; empty before the first run
  std::optional<Time> next_run;  // nullopt for "off"
  bool running = false;
};

enum class RunOutcome {
  kStarted,  // it runs, or will as soon as a thread is free
  kUnknownJob,
  kAlreadyRunning,
  kUnavailable,  // the store cannot be reached
};

// Thread safe. Neither function blocks for longer than a store call; run() does not wait for the job.
class JobRunner {
 public:
  virtual ~JobRunner() = default;

  virtual std::vector<JobView> list(Time now) = 0;  // throws StoreUnavailable like the store's reads
  virtual RunOutcome run(const std::string& name, Time now) = 0;
};

}  // namespace smmhost
