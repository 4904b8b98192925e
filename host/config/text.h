// Small text helpers of the configuration: trimming, splitting, and the nearest word to a misspelt one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smmhost {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trim(std::string_view text);

// The parts between `separator`, trimmed; empty ones are kept.
std::vector<std::string> split_trimmed(std::string_view text, char separator);

// "a, b, c".
std::string join(const std::vector<std::string>& words);

// The edit distance of Levenshtein, in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The word with the smallest distance to `text`, the first of equals; empty where `words` is.
std::string nearest(std::string_view text, const std::vector<std::string>& words);

}  // namespace smmhost
