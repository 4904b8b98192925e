#include "host/yampi/shop_time.h"

#include <date/tz.h>

#include <cstdio>
#include <stdexcept>

namespace smmhost {
namespace {

using LocalTime = date::local_time<Duration>;

constexpr std::chrono::minutes kShopOffset{-180};  // Brazil has had no daylight saving time since 2019

// Reads `count` digits at the front of `text` and removes them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<date::local_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const date::year_month_day calendar{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                      date::day{static_cast<unsigned>(*day)}};
  if (!calendar.ok()) return std::nullopt;
  return date::local_days{calendar};
}

// ".123456" -> 123 ms; nothing -> 0.
Duration take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Duration{0};
  int millis = 0;
  int unit = 100;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    millis += unit * (text.front() - '0');
    unit /= 10;
    text.remove_prefix(1);
  }
  return Duration{millis};
}

std::optional<Duration> take_clock(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
         take_fraction(text);
}

// "Z", "+00:00", "-0300".
std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z" || text == "UTC") return std::chrono::minutes{0};
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  take(text, ':');
  const auto minutes = take_digits(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 14 || *minutes > 59) return std::nullopt;
  return sign * (std::chrono::hours{*hours} + std::chrono::minutes{*minutes});
}

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    return nullptr;  // an unknown name, or a machine without tzdata
  }
}

std::optional<Time> to_utc(LocalTime local, std::string_view zone) {
  if (const auto offset = parse_offset(zone)) return Time{local.time_since_epoch() - *offset};
  if (const date::time_zone* found = find_zone(zone)) return found->to_sys(local, date::choose::earliest);
  if (zone == kShopZone) return Time{local.time_since_epoch() - kShopOffset};
  return std::nullopt;
}

}  // namespace

std::optional<Time> parse_shop_time(std::string_view text, std::string_view zone) {
  const auto day = take_date(text);
  if (!day || (!take(text, ' ') && !take(text, 'T'))) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  return to_utc(LocalTime{*day} + *clock, text.empty() ? zone : text);
}

std::string shop_day(Time t) {
  const date::time_zone* zone = find_zone(kShopZone);
  const LocalTime local = zone ? zone->to_local(t) : LocalTime{t.time_since_epoch() + kShopOffset};
  const date::year_month_day calendar{date::floor<date::days>(local)};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(calendar.year()) % 10000,
                static_cast<unsigned>(calendar.month()) % 100, static_cast<unsigned>(calendar.day()) % 100);
  return text;
}

}  // namespace smmhost
