// A setting's value: from the notation of the INI file to the canonical text that a plugin gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "host/plugin/manifest.h"

namespace smmhost {

struct ValueProblem {
  std::string message;  // "expected a whole number, as in 100"; never repeats the value
};

// Checks type, bounds and choices. Of a secret setting too the value itself is the result, not a placeholder.
std::variant<std::string, ValueProblem> canonical_value(const Setting& setting, std::string_view text);

// The canonical form as a number, for types that have an order (int, decimal in micros, duration in ms, size in bytes).
// nullopt where the text is not of that type, or the type has no order.
std::optional<std::int64_t> ordered_value(SettingType type, std::string_view text);

}  // namespace smmhost
