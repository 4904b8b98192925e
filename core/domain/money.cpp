#include "core/domain/money.h"

#include <limits>

namespace smmhost {
namespace {

constexpr std::int64_t kMicrosPerUnit = 1'000'000;
constexpr int kDecimals = 6;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string decimal_text(std::int64_t micros) {
  const bool negative = micros < 0;
  // The magnitude of the smallest int64 only fits unsigned.
  const std::uint64_t magnitude =
      negative ? ~static_cast<std::uint64_t>(micros) + 1 : static_cast<std::uint64_t>(micros);
  std::string text = std::to_string(magnitude / kMicrosPerUnit);
  const std::uint64_t fraction = magnitude % kMicrosPerUnit;
  if (fraction != 0) {
    std::string decimals = std::to_string(fraction);
    decimals.insert(0, kDecimals - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    text += '.' + decimals;
  }
  return negative ? '-' + text : text;
}

std::optional<std::int64_t> parse_decimal_micros(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return std::nullopt;

  constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / 10 - 10;
  std::int64_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (value >= kLimit / kMicrosPerUnit) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  int decimals = 0;
  bool round_up = false;
  if (i < text.size()) {
    if (text[i] != '.' && text[i] != ',') return std::nullopt;
    if (++i == text.size()) return std::nullopt;
    for (; i < text.size(); ++i) {
      if (!is_digit(text[i])) return std::nullopt;
      if (decimals < kDecimals) value = value * 10 + (text[i] - '0');
      if (decimals == kDecimals) round_up = text[i] >= '5';
      ++decimals;
    }
  }
  for (; decimals < kDecimals; ++decimals) value *= 10;
  if (round_up) ++value;
  return negative ? -value : value;
}

}  // namespace smmhost
