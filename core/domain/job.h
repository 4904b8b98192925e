// A periodic job: its last and next run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/time.h"

namespace smmhost {

// Begins the last_result of a run that failed, or in which something failed.
inline constexpr std::string_view kJobFailed = "failed: ";

struct JobRun {
  std::string name;
  std::optional<Time> last_run;
  std::string last_result;  // one line for a person
  std::optional<Time> next_run;
  std::optional<Time> running_since;
  std::int64_t version = 0;
  std::string runner = {};  // the host that runs it; written by a store that several hosts share, otherwise empty
};

}  // namespace smmhost
