// A text that a person searches for, as an order's number.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace smmhost {

// nullopt where the text is anything else than a number.
inline std::optional<std::int64_t> as_order_number(const std::string& text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace smmhost
