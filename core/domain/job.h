// A periodic job: its last and next run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

struct JobRun {
  std::string name;
  std::optional<Time> last_run;
  std::string last_result;  // one line for a person
  std::optional<Time> next_run;
  std::optional<Time> running_since;
  std::int64_t version = 0;
};

}  // namespace smmhost
