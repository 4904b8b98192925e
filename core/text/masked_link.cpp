#include "core/text/masked_link.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/text/instagram_words.h"

namespace smmhost {
namespace {

constexpr std::string_view kPostPrefixes[] = {"p", "reels", "reel", "tv"};
constexpr std::string_view kTabSuffixes[] = {"reels", "tagged", "followers", "following", "saved"};
constexpr std::string_view kPagePrefixes[] = {"accounts", "explore", "direct", "stories", "share", "challenge"};

InstagramTarget not_understood(std::string why) {
  return {.kind = TargetKind::kNotUnderstood, .why = std::move(why)};
}

InstagramTarget two_readings(std::string_view lower, std::string_view other) {
  return not_understood("The link lost its slashes: it is the profile \"" + std::string(lower) + "\" or " +
                        std::string(other) + ".");
}

bool has_sign_of_a_code(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c == '-' || (c >= 'A' && c <= 'Z'); });
}

// Could be a post's code. Links carry usernames in lower case, so a capital speaks for a code; ten characters in lower
// case were usual until 2015; eleven and more in lower case are impossible (see is_certain_shortcode_shape).
bool looks_like_shortcode(std::string_view text) {
  return is_valid_shortcode(text) && (has_sign_of_a_code(text) || text.size() == 10);
}

std::optional<std::string_view> code_after_post_prefix(std::string_view rest, std::string_view lower) {
  for (const std::string_view prefix : kPostPrefixes) {
    if (lower.starts_with(prefix) && looks_like_shortcode(rest.substr(prefix.size())))
      return rest.substr(prefix.size());
  }
  return std::nullopt;
}

// USER/p/CODE without its slashes: the code is the last 10 to 12 characters.
bool may_end_with_a_post(std::string_view rest, std::string_view lower) {
  for (std::size_t length = 10; length <= 12 && length < rest.size(); ++length) {
    const std::string_view code = rest.substr(rest.size() - length);
    const std::string_view before = lower.substr(0, rest.size() - length);
    const bool after_prefix = std::any_of(std::begin(kPostPrefixes), std::end(kPostPrefixes),
                                          [&](std::string_view prefix) { return before.ends_with(prefix); });
    if (after_prefix && is_valid_shortcode(code) && has_sign_of_a_code(code)) return true;
  }
  return false;
}

InstagramTarget read_as_username(std::string_view rest, const std::string& lower) {
  if (const auto code = code_after_post_prefix(rest, lower))
    return two_readings(lower, "the post \"" + std::string(*code) + "\"");
  if (may_end_with_a_post(rest, lower)) return two_readings(lower, "a post of another profile");
  for (const std::string_view suffix : kTabSuffixes) {
    if (lower.size() > suffix.size() && lower.ends_with(suffix) &&
        is_valid_username(std::string_view(lower).substr(0, lower.size() - suffix.size())))
      return two_readings(lower, "the tab \"" + std::string(suffix) + "\" of \"" +
                                     lower.substr(0, lower.size() - suffix.size()) + "\"");
  }
  for (const std::string_view prefix : kPagePrefixes) {
    if (lower.size() > prefix.size() && lower.starts_with(prefix) && lower[prefix.size()] != '.')
      return two_readings(lower, "a page below \"" + std::string(prefix) + "\"");
  }
  return {.kind = TargetKind::kProfile, .username = lower};
}

}  // namespace

InstagramTarget read_masked_path(std::string_view rest) {
  const std::string lower = to_lower_ascii(rest);
  if (is_reserved_segment(lower)) return not_understood("The link is to a page of Instagram, not to a profile.");
  if (is_valid_username(lower)) return read_as_username(rest, lower);

  // No username has a '-', so a whole code of today's shape behind a post's prefix leaves one reading.
  for (const std::string_view prefix : kPostPrefixes) {
    if (rest.starts_with(prefix) && is_certain_shortcode_shape(rest.substr(prefix.size())))
      return {.kind = TargetKind::kPost, .shortcode = std::string(rest.substr(prefix.size()))};
  }
  return not_understood("The link lost its slashes, and what follows the host is no username.");
}

}  // namespace smmhost
