// Text as PostgreSQL can hold it.
#include "host/store/postgres/stored_text.h"

#include <simdjson.h>

#include <algorithm>

namespace smmhost::postgres {
namespace {

constexpr std::string_view kMark = "\xF4\x8F\xBF\xBF";  // U+10FFFF
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool can_be_held(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size()) && text.find('\0') == std::string_view::npos &&
         text.find(kMark) == std::string_view::npos;
}

std::size_t length_by_first_byte(unsigned char first) {
  if (first < 0xC0) return 1;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

void append_marked(std::string& stored, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  stored += kMark;
  stored += kHexDigits[value >> 4U];
  stored += kHexDigits[value & 0xFU];
}

std::size_t hex_value(char digit) {
  return std::min(kHexDigits.find(digit), std::size_t{15});
}

}  // namespace

std::string to_stored_text(std::string_view text) {
  if (can_be_held(text)) return std::string(text);
  std::string stored;
  stored.reserve(text.size() + 16);
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_by_first_byte(static_cast<unsigned char>(text.front())));
    if (can_be_held(character)) {
      stored += character;
      text.remove_prefix(character.size());
    } else {
      append_marked(stored, text.front());
      text.remove_prefix(1);
    }
  }
  return stored;
}

std::string from_stored_text(std::string_view stored) {
  std::string text;
  for (;;) {
    const std::size_t mark = stored.find(kMark);
    text += stored.substr(0, mark);
    if (mark == std::string_view::npos) return text;
    stored.remove_prefix(mark + kMark.size());
    if (stored.size() < 2) return text;
    text += static_cast<char>(hex_value(stored[0]) * 16 + hex_value(stored[1]));
    stored.remove_prefix(2);
  }
}

}  // namespace smmhost::postgres
