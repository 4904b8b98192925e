#include "host/yampi/scrub.h"

#include <simdjson.h>

#include <algorithm>

namespace smmhost {
namespace {

constexpr std::string_view kRemoved = "[...]";
constexpr std::size_t kLongestWord = 19;
constexpr std::size_t kMostDigits = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool stands_between_digits(char c) {
  return std::string_view(".-/:() +").find(c) != std::string_view::npos;
}
bool ends_a_word(char c) {
  return c == ' ' || std::string_view("\"'{}[],;<>").find(c) != std::string_view::npos;
}

bool must_go(std::string_view word) {
  return word.size() > kLongestWord || word.find('@') != std::string_view::npos ||
         word.find("//") != std::string_view::npos || word.find("\\/") != std::string_view::npos;
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

std::string printable(std::string_view text) {
  const bool utf8 = simdjson::validate_utf8(text.data(), text.size());
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(), [&](char c) { return is_ascii(c) ? c < ' ' || c > '~' : !utf8; }, ' ');
  return clean;
}

// Cuts between characters.
void shorten(std::string& text, std::size_t longest) {
  if (text.size() <= longest) return;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
}

std::string without_revealing_words(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    if (ends_a_word(text[at])) {
      kept += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !ends_a_word(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    kept += must_go(word) ? kRemoved : word;
    at = end;
  }
  return kept;
}

// The end of a run of digits and what may stand between them, from a digit at `at`; always behind a digit.
std::size_t end_of_digits(std::string_view text, std::size_t at, std::size_t& digits) {
  std::size_t end = at;
  for (std::size_t i = at; i < text.size() && (is_digit(text[i]) || stands_between_digits(text[i])); ++i) {
    if (!is_digit(text[i])) continue;
    ++digits;
    end = i + 1;
  }
  return end;
}

std::string without_long_numbers(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      kept += text[at++];
      continue;
    }
    std::size_t digits = 0;
    const std::size_t end = end_of_digits(text, at, digits);
    kept += digits > kMostDigits ? kRemoved : text.substr(at, end - at);
    at = end;
  }
  return kept;
}

}  // namespace

std::string scrubbed_excerpt(std::string_view text, std::size_t longest) {
  // A word cut by the limit must be judged whole, so more is read than kept; the last word read may be cut itself and
  // goes.
  std::string_view read = text;
  if (const std::size_t most = 4 * longest + 4096; text.size() > most) {
    read = text.substr(0, most);
    while (!read.empty() && !ends_a_word(read.back())) read.remove_suffix(1);
  }
  std::string kept = without_long_numbers(without_revealing_words(printable(read)));
  shorten(kept, longest);
  return kept;
}

}  // namespace smmhost
