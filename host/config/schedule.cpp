#include <cstdio>

#include "host/config/config.h"
#include "host/config/text.h"
#include "host/config/values.h"

namespace smmhost {
namespace {

constexpr Duration kShortestInterval = std::chrono::milliseconds{100};

std::optional<Schedule> parse_daily(std::string_view clock) {
  const std::size_t colon = clock.find(':');
  if (colon == std::string_view::npos || clock.size() - colon != 3) return std::nullopt;
  const std::optional<int> hour = parse_int(clock.substr(0, colon), 0, 23);
  const std::optional<int> minute = parse_int(clock.substr(colon + 1), 0, 59);
  if (!hour || !minute) return std::nullopt;
  return DailyAt{std::chrono::hours{*hour} + std::chrono::minutes{*minute}};
}

}  // namespace

std::optional<Schedule> parse_schedule(std::string_view text) {
  text = trim(text);
  if (text == "off") return Off{};
  if (text.starts_with("every ")) {
    const std::optional<Duration> interval = parse_duration(trim(text.substr(6)));
    if (!interval || *interval < kShortestInterval) return std::nullopt;
    return Every{*interval};
  }
  if (text.starts_with("daily ")) return parse_daily(trim(text.substr(6)));
  return std::nullopt;
}

std::string to_string(const Schedule& schedule) {
  if (const auto* every = std::get_if<Every>(&schedule)) return "every " + duration_text(every->interval);
  if (const auto* daily = std::get_if<DailyAt>(&schedule)) {
    char text[24];
    std::snprintf(text, sizeof text, "daily %02d:%02d", static_cast<int>(daily->time_of_day.count() / 60),
                  static_cast<int>(daily->time_of_day.count() % 60));
    return text;
  }
  return "off";
}

std::string to_string(const ConfigError& error) {
  std::string text = error.where.file.empty() ? "configuration" : error.where.file;
  if (error.where.line > 0) text += ":" + std::to_string(error.where.line);
  return text + ": " + error.message;
}

}  // namespace smmhost
