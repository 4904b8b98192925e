#include "core/text/customer_text.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace smmhost {
namespace {

// One code point from text[at...]; advances `at`. nullopt where the bytes are not UTF-8 (overlong forms and surrogates
// included).
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) {
    ++at;
    return first;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return std::nullopt;
  char32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return std::nullopt;
    value = (value << 6) | (byte(at + i) & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
  at += length;
  return value;
}

void append_utf8(std::u32string_view code_points, std::string& out) {
  for (const char32_t c : code_points) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | (c >> 12));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | (c >> 18));
      out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
}

bool between(char32_t c, char32_t low, char32_t high) {
  return c >= low && c <= high;
}

// Soft hyphen, zero-width characters, direction marks, variation selectors, byte order mark: never seen, never meant.
bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x61C || c == 0x180E || between(c, 0x200B, 0x200F) || between(c, 0x202A, 0x202E) ||
         between(c, 0x2060, 0x206F) || between(c, 0xFE00, 0xFE0F) || c == 0xFEFF;
}

bool is_blank(char32_t c) {
  return c == ' ' || between(c, '\t', '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 || between(c, 0x2000, 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_wrapping(char32_t c) {
  switch (c) {
    case '"':
    case '\'':
    case '`':
    case 0xB4:
    case 0xAB:
    case 0xBB:
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '<':
    case '>':
      return true;
    default:
      return between(c, 0x2018, 0x201F) || c == 0x2039 || c == 0x203A;
  }
}

bool is_emoji(char32_t c) {
  return between(c, 0x1F000, 0x1FAFF) || between(c, 0x2600, 0x27BF) || between(c, 0x2B00, 0x2BFF) ||
         between(c, 0x2190, 0x21FF) || between(c, 0x2300, 0x23FF) || between(c, 0xE0020, 0xE007F);
}

// The compatibility forms that keyboards and copies produce for the characters of a username or link.
char32_t to_plain_form(char32_t c) {
  if (is_blank(c)) return ' ';
  if (between(c, 0xFF01, 0xFF5E)) return c - 0xFF01 + '!';
  if (c == 0xFE6B) return '@';
  if (c == 0xFE52 || c == 0x2024) return '.';
  return c;
}

bool trim_one_end(std::u32string_view& text, bool at_front, bool& emoji_trimmed) {
  if (text.empty()) return false;
  const char32_t c = at_front ? text.front() : text.back();
  const bool emoji = is_emoji(c);
  if (!emoji && !is_blank(c) && !is_wrapping(c)) return false;
  emoji_trimmed = emoji_trimmed || emoji;
  if (at_front) {
    text.remove_prefix(1);
  } else {
    text.remove_suffix(1);
  }
  return true;
}

void trim_wrappings(std::u32string_view& text, bool& emoji_trimmed) {
  while (trim_one_end(text, true, emoji_trimmed)) {
  }
  while (trim_one_end(text, false, emoji_trimmed)) {
  }
}

// A sentence's last mark is not part of a name. Two dots and more stay: they tell of a name that was cut short.
void trim_sentence_end(std::u32string_view& text) {
  while (!text.empty() && (text.back() == ',' || text.back() == ';' || text.back() == ':')) text.remove_suffix(1);
  if (text.size() >= 2 && text.back() == '.' && text[text.size() - 2] != '.') text.remove_suffix(1);
}

}  // namespace

CleanedText clean_customer_text(std::string_view text) {
  CleanedText cleaned;
  std::u32string code_points;
  code_points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<char32_t> c = next_code_point(text, at);
    if (!c) {
      cleaned.valid_utf8 = false;
      return cleaned;
    }
    if (!is_invisible(*c)) code_points.push_back(to_plain_form(*c));
  }
  cleaned.blank = code_points.find_first_not_of(U' ') == std::u32string::npos;

  std::u32string_view rest = code_points;
  trim_wrappings(rest, cleaned.emoji_trimmed);
  trim_sentence_end(rest);
  trim_wrappings(rest, cleaned.emoji_trimmed);
  cleaned.text.reserve(rest.size());
  append_utf8(rest, cleaned.text);
  return cleaned;
}

}  // namespace smmhost
