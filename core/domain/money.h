// Money as an integer in micro units (1 USD = 1,000,000) with its currency. Never a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smmhost {

struct Money {
  std::int64_t micros = 0;
  std::string currency;  // ISO 4217 as the panel says it; empty where the panel does not say

  friend bool operator==(const Money&, const Money&) = default;
};

// "0.27819", "-1.5", "12": the shortest exact decimal, a dot, no exponent, no currency.
std::string decimal_text(std::int64_t micros);

// Reads "0.27819", "0,27", "100", "-3.5". More than six decimals are rounded half away from zero.
// nullopt for anything else, and where the value does not fit.
std::optional<std::int64_t> parse_decimal_micros(std::string_view text);

}  // namespace smmhost
