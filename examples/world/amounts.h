// Amounts of money in the simulated world: integer millionths, written as panels write them.
#pragma once

#include <cstdint>
#include <string>

namespace smmhost::world {

// 278190 -> "0.27819", 5000000 -> "5"; never an exponent.
inline std::string decimal(std::int64_t micros) {
  const bool negative = micros < 0;
  const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  std::string fraction = std::to_string(1'000'000 + size % 1'000'000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  std::string text = (negative ? "-" : "") + std::to_string(size / 1'000'000);
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace smmhost::world
