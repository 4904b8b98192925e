// What a customer's customization text points at: a profile, a post, or nothing that can be said for sure.
//
// Shops mangle what customers paste: Yampi's storefront mask strips ':' '/' '=' '+' ',' from the text, so
// "https://www.instagram.com/user?igsh=x" arrives as "httpswww.instagram.comuser?igshx". What is not understood for
// certain is said to be so, with the reason; it is never guessed, because the guess would be bought.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smmhost {

enum class TargetKind {
  kProfile,  // `username` is set
  kPost,     // `shortcode` is set; `username` where the link names the owner
  kEmpty,    // nothing but blanks
  kNotUnderstood,
};

struct InstagramTarget {
  TargetKind kind = TargetKind::kNotUnderstood;
  std::string username;   // lower case, valid by the grammar below
  std::string shortcode;  // case-sensitive
  std::string why;        // for kNotUnderstood: one sentence for a person
};

// 1 to 30 of [a-z0-9._], no dot first or last, no two dots in a row; lower case expected.
bool is_valid_username(std::string_view text);

// Reads a customization text (UTF-8, any length).
InstagramTarget parse_instagram_target(std::string_view text);

// True for two texts that are read to the same profile or the same post, and for two that are the same but for what
// cleaning takes off.
bool points_at_the_same(std::string_view a, std::string_view b);

// "https://www.instagram.com/{username}/" and "https://www.instagram.com/p/{shortcode}/".
std::string profile_link(std::string_view username);
std::string post_link(std::string_view shortcode);

}  // namespace smmhost
