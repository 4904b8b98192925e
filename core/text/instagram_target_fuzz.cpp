// libFuzzer: any bytes as what a customer typed.
#include "core/text/instagram_target.h"

#include <cstdint>

#include "core/text/customer_text.h"
#include "core/text/instagram_words.h"
#include "tests/fuzz/demand.h"

namespace smmhost {
namespace {

using fuzz::demand;

void check(const InstagramTarget& target) {
  switch (target.kind) {
    case TargetKind::kProfile: {
      demand(is_valid_username(target.username) && target.username.size() <= 30, "a username keeps to the grammar");
      demand(target.shortcode.empty(), "a profile is no post");
      const InstagramTarget again = parse_instagram_target(profile_link(target.username));
      demand(again.kind == TargetKind::kProfile && again.username == target.username,
             "a profile's link reads as that profile");
      return;
    }
    case TargetKind::kPost: {
      demand(is_valid_shortcode(target.shortcode), "a shortcode keeps to the grammar");
      demand(target.username.empty() || is_valid_username(target.username), "an owner's name keeps to the grammar");
      const InstagramTarget again = parse_instagram_target(post_link(target.shortcode));
      demand(again.kind == TargetKind::kPost && again.shortcode == target.shortcode,
             "a post's link reads as that post");
      return;
    }
    case TargetKind::kEmpty:
      demand(target.username.empty() && target.shortcode.empty(), "nothing names nobody");
      return;
    case TargetKind::kNotUnderstood:
      demand(!target.why.empty(), "what is not understood says why");
      demand(target.username.empty() && target.shortcode.empty(), "what is not understood names nobody");
      return;
  }
}

}  // namespace
}  // namespace smmhost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smmhost;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const CleanedText cleaned = clean_customer_text(text);
  demand(clean_customer_text(cleaned.text).valid_utf8, "cleaning leaves UTF-8");
  check(parse_instagram_target(text));
  return 0;
}
