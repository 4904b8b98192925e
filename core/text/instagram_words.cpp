#include "core/text/instagram_words.h"

#include <algorithm>
#include <span>

namespace smmhost {
namespace {

constexpr std::string_view kReserved[] = {"p",       "reel",     "reels",  "tv",     "share",     "stories", "s",
                                          "explore", "accounts", "direct", "about",  "developer", "legal",   "web",
                                          "api",     "graphql",  "oauth",  "emails", "challenge", "_u"};
constexpr std::string_view kTabs[] = {"reels", "tagged", "followers", "following", "saved", "channel"};
constexpr std::string_view kPosts[] = {"p", "reel", "reels", "tv"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_shortcode_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_reserved_segment(std::string_view segment) {
  return contains(kReserved, segment);
}
bool is_profile_tab(std::string_view segment) {
  return contains(kTabs, segment);
}
bool is_post_segment(std::string_view segment) {
  return contains(kPosts, segment);
}

bool is_valid_shortcode(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_shortcode_character);
}

bool is_certain_shortcode_shape(std::string_view text) {
  return text.size() == 11 && is_valid_shortcode(text) && text.front() >= 'B' && text.front() <= 'P';
}

}  // namespace smmhost
