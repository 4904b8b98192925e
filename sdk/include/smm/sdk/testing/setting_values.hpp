// The values of settings: from the notation of the INI file to the canonical text that a plugin gets, as a host does it
// (the table of types is in manifest.md).
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "smm/sdk/testing/url.hpp"

namespace smm::sdk::testing {

namespace detail {

using Unit = std::pair<std::string_view, int64_t>;

/// Without blanks around it, as in a line of an INI file.
inline std::string_view without_blanks(std::string_view text) {
  const size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

inline std::optional<int64_t> whole_number(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

inline std::optional<int64_t> scaled(std::optional<int64_t> count, int64_t factor) {
  int64_t out = 0;
  if (!count || *count < 0 || __builtin_mul_overflow(*count, factor, &out)) return std::nullopt;
  return out;
}

/// "512", "64KiB", "2 MiB", in bytes.
inline std::optional<int64_t> size_in_bytes(std::string_view text) {
  for (const auto& [unit, factor] : {Unit{"KiB", 1 << 10}, Unit{"MiB", 1 << 20}, Unit{"GiB", 1 << 30}}) {
    if (text.size() < unit.size() || text.substr(text.size() - unit.size()) != unit) continue;
    return scaled(whole_number(without_blanks(text.substr(0, text.size() - unit.size()))), factor);
  }
  return scaled(whole_number(text), 1);
}

/// "250ms", "30s", "10m", "1h", "7d", at most ten years, in milliseconds.
inline std::optional<int64_t> duration_in_ms(std::string_view text) {
  constexpr int64_t kTenYears = 3650LL * 86'400'000;
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const auto& [unit, factor] :
       {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000}}) {
    if (text.substr(digits) != unit) continue;
    const auto out = scaled(whole_number(text.substr(0, digits)), factor);
    return out && *out <= kTenYears ? out : std::nullopt;
  }
  return std::nullopt;
}

/// "-1", "0.27", at most six places, in millionths.
inline std::optional<int64_t> decimal_in_micros(std::string_view text) {
  const bool negative = text.substr(0, 1) == "-";
  if (negative) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  const bool has_point = point < text.size();
  const std::string_view whole = text.substr(0, point);
  const std::string_view places = has_point ? text.substr(point + 1) : std::string_view{};
  std::string digits;
  digits.append(whole).append(places);
  const bool is_number = !whole.empty() && places.empty() != has_point && places.size() <= 6 &&
                         digits.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return std::nullopt;
  const auto micros = whole_number(digits.append(6 - places.size(), '0'));
  if (!micros) return std::nullopt;
  return negative ? -*micros : *micros;
}

inline std::string decimal_text(int64_t micros) {
  std::string digits = std::to_string(micros < 0 ? -micros : micros);
  if (digits.size() < 7) digits.insert(0, 7 - digits.size(), '0');
  digits.insert(digits.size() - 6, 1, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return micros < 0 ? "-" + digits : digits;
}

inline std::optional<std::string> canonical_bool(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "yes" || word == "true" || word == "on" || word == "1") return "true";
  if (word == "no" || word == "false" || word == "off" || word == "0") return "false";
  return std::nullopt;
}

/// Nothing if an item is empty.
inline std::optional<std::string> canonical_list(std::string_view text) {
  std::string out;
  for (bool more = true; more;) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = without_blanks(text.substr(0, comma));
    if (item.empty()) return std::nullopt;
    out.append(out.empty() ? "" : ",").append(item);
    more = comma < text.size();
    text.remove_prefix(more ? comma + 1 : comma);
  }
  return out;
}

}  // namespace detail

/// A value as a number: an int, a decimal in millionths, a duration in ms, a size in bytes. Nothing where it is no
/// value of the type, or the type has no order.
inline std::optional<int64_t> ordered_value(std::string_view type, std::string_view text) {
  if (type == "int") return detail::whole_number(text);
  if (type == "decimal") return detail::decimal_in_micros(text);
  if (type == "duration") return detail::duration_in_ms(text);
  if (type == "size") return detail::size_in_bytes(text);
  return std::nullopt;
}

/// What a host hands on for a value; nothing where it is no value of the type. Neither bounds nor `enum` are looked at.
inline std::optional<std::string> canonical_value(std::string_view type, std::string_view text) {
  if (type == "bool") return detail::canonical_bool(text);
  if (type == "list") return detail::canonical_list(text);
  if (type == "url") return parse_url(text) ? std::optional(std::string(text)) : std::nullopt;
  const bool has_order = type == "int" || type == "decimal" || type == "duration" || type == "size";
  if (!has_order) return std::string(text);
  const auto value = ordered_value(type, text);
  if (!value) return std::nullopt;
  return type == "decimal" ? detail::decimal_text(*value) : std::to_string(*value);
}

/// A setting's default as a host hands it on; as it is where it is no value of the type.
inline std::string canonical_default(const std::string& type, const std::string& value) {
  return canonical_value(type, value).value_or(value);
}

}  // namespace smm::sdk::testing
