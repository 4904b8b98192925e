#include "host/app/job_slots.h"

#include <date/tz.h>

namespace smmhost {
namespace {

// The C++20 clocks of g++ 12 have no time zones; the date library uses a clock type of its own for local time.
Time daily_slot(date::local_days day, std::chrono::minutes time_of_day, const date::time_zone& zone) {
  const auto utc = zone.to_sys(day + time_of_day, date::choose::earliest);
  return std::chrono::time_point_cast<Duration>(utc);
}

Time next_daily_slot(const DailyAt& daily, Time after, const date::time_zone& zone) {
  // From a day early: where a date skips its wall-clock time, the slot may lie on the other side of midnight.
  date::local_days day = date::floor<date::days>(zone.to_local(after)) - date::days{1};
  Time slot = daily_slot(day, daily.time_of_day, zone);
  while (slot <= after) {
    day += date::days{1};
    slot = daily_slot(day, daily.time_of_day, zone);
  }
  return slot;
}

}  // namespace

std::optional<Time> next_slot(const Schedule& schedule, Time after, const std::string& timezone) {
  if (const auto* every = std::get_if<Every>(&schedule)) {
    const Duration since = after.time_since_epoch();
    return Time{(since / every->interval + 1) * every->interval};
  }
  if (const auto* daily = std::get_if<DailyAt>(&schedule)) {
    return next_daily_slot(*daily, after, *date::locate_zone(timezone));
  }
  return std::nullopt;
}

std::optional<Time> next_run(const JobRun& past, const Schedule& schedule, Time now, const std::string& timezone) {
  if (std::holds_alternative<Off>(schedule)) return std::nullopt;
  if (past.last_run) {
    if (past.next_run && *past.next_run <= *past.last_run) return now;
    const std::optional<Time> after_last = next_slot(schedule, *past.last_run, timezone);
    // A clock that was set back would otherwise leave the job waiting for the time it once had.
    const std::optional<Time> after_now = next_slot(schedule, now, timezone);
    return after_last && after_now ? std::min(*after_last, *after_now) : std::optional<Time>{};
  }
  if (std::holds_alternative<Every>(schedule)) return now;
  return next_slot(schedule, now, timezone);
}

}  // namespace smmhost
