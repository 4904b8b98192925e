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

// The length of the well-formed UTF-8 character at the beginning of a text that is not empty; 0 where there is none,
// and of NUL.
std::size_t character_length(std::string_view text);

// Valid UTF-8 without NUL, at most `max_bytes` long and cut between characters: what is not UTF-8 becomes U+FFFD.
// Databases and JSON take nothing else. For what is kept as it came: bodies, and the ids that an upstream is asked for.
std::string storable(std::string_view text, std::size_t max_bytes);

// storable(), and on one line that commands nothing to a terminal: line breaks and tabs become spaces, other control
// characters "\x1b". For words that people read.
std::string presentable(std::string_view text, std::size_t max_bytes = std::string::npos);

}  // namespace smmhost
