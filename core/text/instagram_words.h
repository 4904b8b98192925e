// What Instagram's addresses are made of: reserved first segments, tabs of a profile, shortcodes.
#pragma once

#include <string>
#include <string_view>

namespace smmhost {

std::string to_lower_ascii(std::string_view text);

// First segments of pages that are not profiles (explore, accounts, p, ...). Lower case expected.
bool is_reserved_segment(std::string_view segment);

// Second segments that show another side of the same profile: reels, tagged, followers, ...
bool is_profile_tab(std::string_view segment);

// p, reel, reels, tv: the next segment is a shortcode.
bool is_post_segment(std::string_view segment);

// 1 to 64 of [A-Za-z0-9_-].
bool is_valid_shortcode(std::string_view text);

// Shortcodes are base64url numbers. A media id is 64 bits wide with its creation time in the upper 41 (Instagram
// Engineering, "Sharding & IDs at Instagram"; yt-dlp's instagram extractor decodes them so), hence a code of 11
// characters starts with B to P, and one of fewer than 10 is of a post made before October 2011.
bool is_certain_shortcode_shape(std::string_view text);

}  // namespace smmhost
