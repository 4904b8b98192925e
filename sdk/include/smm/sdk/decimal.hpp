// Exact decimal text to integers: money in micro units, counts. No floating point anywhere.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smm/sdk/text.hpp"

namespace smm::sdk {

namespace detail {

/// A decimal as digits and where its point stands.
struct Digits {
  bool negative = false;
  std::string digits;
  int64_t before_point = 0;
};

/// Which character separates decimals: with both present the last one; a single comma does (Brazilian panels write
/// "0,27"); a repeated separator never does. 0 if there is none.
inline char decimal_separator(std::string_view text) {
  const size_t dot = text.rfind('.');
  const size_t comma = text.rfind(',');
  constexpr size_t kNone = std::string_view::npos;
  if (dot == kNone && comma == kNone) return 0;
  if (dot != kNone && comma != kNone) return dot > comma ? '.' : ',';
  const char only = dot != kNone ? '.' : ',';
  return text.find(only) == text.rfind(only) ? only : '\0';
}

inline std::optional<int64_t> parse_exponent(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < -1000 || value > 1000) return std::nullopt;
  return value;
}

inline std::optional<Digits> split_decimal(std::string_view text) {
  text = trim(text);
  Digits out;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    out.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int64_t exponent = 0;
  if (const size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    const auto parsed = parse_exponent(text.substr(e + 1));
    if (!parsed) return std::nullopt;
    exponent = *parsed;
    text = text.substr(0, e);
  }
  const char separator = decimal_separator(text);
  bool after_point = false;
  for (const char c : text) {
    if (is_digit(c)) {
      out.digits.push_back(c);
      if (!after_point) ++out.before_point;
    } else if (c == separator && separator != 0) {
      after_point = true;
    } else if ((c != '.' && c != ',') || after_point) {
      return std::nullopt;
    }
  }
  if (out.digits.empty()) return std::nullopt;
  out.before_point += exponent;
  return out;
}

}  // namespace detail

/// "0.27819", "1,234.5", "0,27", "8e-05" in millionths, rounded half away from zero. Nothing if it is not a decimal or
/// does not fit.
inline std::optional<int64_t> parse_micros(std::string_view text) {
  const auto number = detail::split_decimal(text);
  if (!number) return std::nullopt;
  const int64_t wanted = number->before_point + 6;
  if (wanted < 0) return 0;
  const auto digit_at = [&](int64_t i) -> int64_t {
    return i < static_cast<int64_t>(number->digits.size()) ? number->digits[static_cast<size_t>(i)] - '0' : 0;
  };
  int64_t micros = 0;
  for (int64_t i = 0; i < wanted; ++i) {
    if (__builtin_mul_overflow(micros, int64_t{10}, &micros)) return std::nullopt;
    if (__builtin_add_overflow(micros, digit_at(i), &micros)) return std::nullopt;
  }
  if (digit_at(wanted) >= 5 && __builtin_add_overflow(micros, int64_t{1}, &micros)) return std::nullopt;
  return number->negative ? -micros : micros;
}

/// A whole number, also written "157.0". Thousands separators are not understood: nothing.
inline std::optional<int64_t> parse_count(std::string_view text) {
  text = trim(text);
  if (const size_t dot = text.find('.'); dot != std::string_view::npos && dot > 0 && dot + 1 < text.size()) {
    if (text.find_first_not_of('0', dot + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, dot);
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace smm::sdk
