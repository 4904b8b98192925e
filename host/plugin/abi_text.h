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

}  // namespace smmhost
