// Time as the core knows it: UTC, in milliseconds. The shop's zone exists only at the edge, in host/.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smmhost {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

// Milliseconds since 1970-01-01T00:00:00Z; what the stores keep.
constexpr std::int64_t to_unix_ms(Time t) {
  return t.time_since_epoch().count();
}
constexpr Time from_unix_ms(std::int64_t ms) {
  return Time{Duration{ms}};
}

// ISO 8601 in UTC with milliseconds, "2026-01-15T13:20:31.000Z"; what the API and the command line show.
std::string to_iso8601(Time t);

// Reads what to_iso8601 writes, with or without the fraction. Anything else is nullopt.
std::optional<Time> parse_iso8601(std::string_view text);

}  // namespace smmhost
