// Text at the plugin boundary: views to and from smm_str, trimming, ASCII case, and the folding used to compare the
// words of an upstream. Everything here is pure and independent of the locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "smm/abi.h"

namespace smm::sdk {

inline std::string_view to_view(smm_str text) {
  return text.size == 0 ? std::string_view{} : std::string_view(text.data, static_cast<size_t>(text.size));
}

/// Borrows: the result is valid as long as what `text` looks at.
inline smm_str to_str(std::string_view text) {
  return smm_str{text.empty() ? nullptr : text.data(), text.size()};
}

inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

inline bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

inline std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The plain letter of a two-byte UTF-8 letter of the Latin-1 range (second byte of C3 xx), or 0 if it has none.
inline char plain_latin_letter(unsigned char second) {
  constexpr std::string_view kPlain = "aaaaaaaceeeeiiiidnoooooxouuuuyts";  // U+00C0 to U+00DF, in lower case
  if (second < 0x80 || second > 0xBF) return 0;
  return kPlain[second & 0x1FU];
}

/// Upstream words made comparable: lower case, accents of Portuguese dropped, "_", "-" and white space as one space.
inline std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = lower(text[i]);
    if (static_cast<unsigned char>(text[i]) == 0xC3 && i + 1 < text.size()) {
      if (const char plain = plain_latin_letter(static_cast<unsigned char>(text[i + 1])); plain != 0) {
        c = plain;
        ++i;
      }
    }
    if (is_space(c) || c == '_' || c == '-') c = ' ';
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out.push_back(c);
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// The length of the UTF-8 character at the start of `text`, 0 if there is none.
inline size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (text.empty() || first < 0x80) return text.empty() ? 0 : 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  // Lead bytes that begin nothing, and the second bytes that would make an overlong form, a surrogate or too much.
  if (first < 0xC2 || first > 0xF4) return 0;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

/// The text with U+FFFD for every byte that is not UTF-8: what upstreams send is passed on as text and may be anything.
inline std::string as_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    out.append(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length));
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

/// At most `limit` bytes, cut between characters.
inline std::string_view cut(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace smm::sdk
