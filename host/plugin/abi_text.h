// Text across the plugin boundary: borrowed pointers in, owned and presentable strings out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "smm/abi.h"

namespace smmhost {

inline smm_str borrow(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view view(const smm_str& text) {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, text.size);
}

inline std::string copy(const smm_str& text) {
  return std::string(view(text));
}

// Valid UTF-8 without NUL, at most `max_bytes` long and cut between characters: what is not UTF-8 becomes U+FFFD.
// Databases and JSON take nothing else.
std::string presentable(std::string_view text, std::size_t max_bytes);

// A row of an array, by the distance that the plugin states (structs may have grown at their end). nullptr where it is
// smaller than `Row`, which ABI 1.0 has whole.
template <class Row>
const Row* row_at(const Row* rows, std::size_t index) {
  const std::size_t stride = rows->struct_size;
  if (stride < sizeof(Row)) return nullptr;
  const auto* row = reinterpret_cast<const Row*>(reinterpret_cast<const char*>(rows) + index * stride);
  return row->struct_size == stride ? row : nullptr;
}

}  // namespace smmhost
