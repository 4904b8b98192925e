// When a periodic job's slots are: pure arithmetic over schedules, time zones and daylight saving.
#pragma once

#include <optional>
#include <string>

#include "core/domain/job.h"
#include "core/domain/time.h"
#include "host/config/config.h"

namespace smmhost {

// The first slot after `after`; nullopt for Off. Slots depend on the schedule alone, so every host finds the same ones:
// `every` counts from 1970-01-01T00:00Z; `daily` is the wall clock of `timezone`, once a date. A wall-clock time that a
// date skips happens at the moment of the jump; one that it has twice happens the first time.
// Throws std::runtime_error where the machine does not know the time zone (load_config has checked it).
std::optional<Time> next_slot(const Schedule& schedule, Time after, const std::string& timezone);

// When a job with this past is to run next. A missed slot (the host was down) is due at once, however many were missed.
// A job that never ran is due at once where its schedule is `every`, at its next time of day where it is `daily`.
// A stored next_run that is not after last_run says that the last run was cut off: it is due at once.
std::optional<Time> next_run(const JobRun& past, const Schedule& schedule, Time now, const std::string& timezone);

}  // namespace smmhost
