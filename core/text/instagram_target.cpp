#include "core/text/instagram_target.h"

#include <algorithm>
#include <vector>

#include "core/text/customer_text.h"
#include "core/text/instagram_words.h"
#include "core/text/masked_link.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestUsername = 30;
constexpr std::size_t kLongestText = 2048;  // of a link or a name; what is longer is a story told to the shop

InstagramTarget not_understood(std::string why) {
  return {.kind = TargetKind::kNotUnderstood, .why = std::move(why)};
}
InstagramTarget profile(std::string username) {
  return {.kind = TargetKind::kProfile, .username = std::move(username)};
}

bool is_username_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

std::string_view skip_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

// Why a text without scheme, host or '@' inside is no username.
std::string why_not_a_username(std::string_view lower) {
  if (lower.empty()) return "There is no name in the text.";
  if (lower.find(' ') != std::string_view::npos)
    return "The text has blanks inside: several names, a sentence or a displayed name; which username is meant cannot "
           "be said.";
  if (!std::all_of(lower.begin(), lower.end(), is_ascii))
    return "The text has characters that no Instagram username has (accents, symbols or another script).";
  if (!std::all_of(lower.begin(), lower.end(), is_username_character))
    return "The text has characters that no Instagram username has; only letters, digits, '.' and '_' are allowed.";
  if (lower.size() > kLongestUsername) return "The name is longer than Instagram's 30 characters.";
  return "An Instagram username neither starts nor ends with a dot, and has no two dots in a row.";
}

// Links.

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

// The username in a segment: "User", "@user", "%40user". Empty where it is none.
std::string username_in_segment(std::string_view segment) {
  if (segment.starts_with("%40")) segment.remove_prefix(3);
  if (segment.starts_with('@')) segment.remove_prefix(1);
  std::string lower = to_lower_ascii(segment);
  if (!is_valid_username(lower) || is_reserved_segment(lower)) lower.clear();
  return lower;
}

InstagramTarget post(std::string_view shortcode, std::string owner) {
  if (!is_valid_shortcode(shortcode) || shortcode == "audio")
    return not_understood("The link names a post, but its code is not one of Instagram's.");
  return {.kind = TargetKind::kPost, .username = std::move(owner), .shortcode = std::string(shortcode)};
}

InstagramTarget read_path(std::string_view path) {
  const std::vector<std::string_view> segments = path_segments(path);
  if (segments.empty()) return not_understood("The link is to Instagram's own front page; it names no profile.");

  const std::string first = to_lower_ascii(segments[0]);
  if (is_post_segment(first) && segments.size() >= 2) return post(segments[1], "");
  if (first == "share")
    return not_understood(
        "A share link does not say which profile or post it is for; the customer's own link is needed.");
  // A story's link names an account, yet not what is wanted of it; nothing this program buys is for a story.
  if (first == "stories" || first == "s") return not_understood("The link is to a story, not to a profile or a post.");
  if (is_reserved_segment(first)) return not_understood("The link is to a page of Instagram, not to a profile.");

  std::string username = username_in_segment(segments[0]);
  if (username.empty()) return not_understood("The link's first part is no Instagram username.");
  if (segments.size() == 1) return profile(std::move(username));
  const std::string second = to_lower_ascii(segments[1]);
  if (is_post_segment(second) && segments.size() >= 3) return post(segments[2], std::move(username));
  if (is_profile_tab(second) && segments.size() == 2) return profile(std::move(username));
  return not_understood("The link has a form that is not known to be a profile or a post.");
}

// ig.me/m/USER opens a chat with USER.
InstagramTarget read_message_link(std::string_view path) {
  const std::vector<std::string_view> segments = path_segments(path);
  if (segments.size() == 2 && segments[0] == "m") {
    if (std::string username = username_in_segment(segments[1]); !username.empty()) return profile(std::move(username));
  }
  return not_understood("The ig.me link does not name a profile.");
}

constexpr std::string_view kHosts[] = {"www.instagram.com", "m.instagram.com", "instagram.com", "www.instagr.am",
                                       "instagr.am"};
constexpr std::string_view kMessageHost = "ig.me";

bool is_instagram_host(std::string_view host) {
  return std::find(std::begin(kHosts), std::end(kHosts), host) != std::end(kHosts);
}

// A link with its slashes: `text` starts at the host.
InstagramTarget read_link_at_host(std::string_view text) {
  const std::string_view address = text.substr(0, std::min(text.find_first_of("?#"), text.size()));
  const std::size_t host_end = std::min(address.find('/'), address.size());
  const std::string host = to_lower_ascii(address.substr(0, host_end));
  if (is_instagram_host(host)) return read_path(address.substr(host_end));
  if (host == kMessageHost) return read_message_link(address.substr(host_end));
  return not_understood("The link is not to Instagram.");
}

// How a text that may be a link begins.
struct LinkStart {
  bool scheme = false;         // "http" or "https", with whatever the mask left of "://"
  std::string_view separator;  // what stood between scheme and host, of ':' and '/'
  std::string_view after;      // from the host on
};

LinkStart link_start(std::string_view text, std::string_view lower) {
  LinkStart start{.after = text};
  if (!lower.starts_with("http")) return start;
  std::size_t at = 4;
  if (lower.substr(at).starts_with('s')) ++at;
  const std::size_t host = std::min(text.find_first_not_of(":/", at), text.size());
  start.scheme = true;
  start.separator = text.substr(at, host - at);
  start.after = text.substr(host);
  return start;
}

// The part behind a host of Instagram that stands at the start of a masked text; nullopt where none stands there.
std::optional<std::string_view> after_masked_host(std::string_view text) {
  const std::string start = to_lower_ascii(text.substr(0, 32));
  for (const std::string_view host : {"www.instagram.com", "m.instagram.com", "instagram.com"}) {
    if (std::string_view(start).starts_with(host)) return text.substr(host.size());
  }
  return std::nullopt;
}

InstagramTarget read_masked_link(std::string_view rest) {
  rest = rest.substr(0, std::min(rest.find_first_of("?#"), rest.size()));
  if (rest.starts_with("%40")) rest.remove_prefix(3);
  if (rest.starts_with('@')) rest.remove_prefix(1);
  if (rest.empty()) return not_understood("The link is to Instagram's own front page; it names no profile.");
  if (rest.front() == '.' || rest.front() == ':') return not_understood("The link's host is not Instagram's.");
  if (rest.find('/') != std::string_view::npos) return not_understood("The link's host is not Instagram's.");
  return read_masked_path(rest);
}

// A link in any of its forms; nullopt where the text is none.
std::optional<InstagramTarget> read_link(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  const LinkStart start = link_start(text, lower);
  const std::string_view host_part =
      start.after.substr(0, std::min(start.after.find_first_of("/?#"), start.after.size()));
  const std::string host = to_lower_ascii(host_part);
  const bool known_host = is_instagram_host(host) || host == kMessageHost;

  if (start.separator == "://") return read_link_at_host(start.after);
  if (known_host && host_part.size() < start.after.size()) return read_link_at_host(start.after);
  if (start.separator.empty()) {
    const auto rest = after_masked_host(start.after);
    if (rest && rest->starts_with('@') && !start.scheme)
      return not_understood("The text is an e-mail address or a link; which cannot be said.");
    if (rest) return read_masked_link(*rest);
  }
  if (start.scheme && (!start.separator.empty() || start.after.find('.') != std::string_view::npos))
    return not_understood("The link is not to Instagram.");
  if (known_host) return not_understood("The link names no profile.");
  return std::nullopt;
}

// Names.

// Without slashes these look like usernames and are addresses elsewhere.
bool starts_with_foreign_host(std::string_view lower) {
  constexpr std::string_view kForeign[] = {
      "www.",          "instagr.am",       "ig.me", "facebook.com", "fb.com",    "m.facebook.com", "tiktok.com",
      "vm.tiktok.com", "twitter.com",      "x.com", "youtube.com",  "youtu.be",  "threads.net",    "threads.com",
      "wa.me",         "api.whatsapp.com", "t.me",  "kwai.com",     "linktr.ee", "linkedin.com",   "google.com",
      "bit.ly"};
  return std::any_of(std::begin(kForeign), std::end(kForeign),
                     [&](std::string_view host) { return lower.starts_with(host); });
}

// "user/", "user?igsh=..." -> "user": the tail of a link whose head was not copied.
std::string_view without_link_tail(std::string_view name) {
  const std::size_t query = name.find("?igsh");
  if (query != std::string_view::npos) name = name.substr(0, query);
  while (name.ends_with('/')) name.remove_suffix(1);
  return name;
}

// A name behind '@'.
InstagramTarget read_marked_name(std::string_view name) {
  const std::string lower = to_lower_ascii(without_link_tail(name));
  if (!is_valid_username(lower)) return not_understood(why_not_a_username(lower));
  if (lower.find("instagram.com") != std::string::npos || starts_with_foreign_host(lower))
    return not_understood(
        "The text is a username by its '@' and a link by its beginning; which is meant cannot be said.");
  if (is_reserved_segment(lower)) return not_understood("Instagram keeps this word for itself; it is no profile.");
  return profile(lower);
}

bool is_label(std::string_view lower) {
  return lower == "instagram" || lower == "insta" || lower == "ig";
}

// A name with nothing that marks it as one.
InstagramTarget read_bare_name(std::string_view name) {
  const std::string lower = to_lower_ascii(without_link_tail(name));
  const std::size_t at = lower.find('@');
  if (at != std::string::npos && lower.find(' ') == std::string::npos)
    return not_understood(lower.find('.', at) != std::string::npos
                              ? "The text is an e-mail address, not an Instagram username."
                              : "The text has an '@' inside; it is no single username.");
  const auto digits = std::count_if(lower.begin(), lower.end(), is_digit);
  const bool letters =
      std::any_of(lower.begin(), lower.end(), [](char c) { return (c >= 'a' && c <= 'z') || !is_ascii(c); });
  if (digits > 0 && !letters)
    return not_understood(
        "The text has digits only: a phone number, a quantity or a username; it cannot be said which.");
  if (!is_valid_username(lower)) return not_understood(why_not_a_username(lower));
  if (lower.find("instagram.com") != std::string::npos || starts_with_foreign_host(lower))
    return not_understood("The text looks like a link that is not to Instagram.");
  if (is_label(lower) || is_reserved_segment(lower))
    return not_understood("The text is a word of Instagram's own, not a username.");
  return profile(lower);
}

// "instagram: user", "insta @user" -> what follows the label; the text itself where there is no label.
std::string_view without_label(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of(" :@"), text.size());
  if (end > 9 || !is_label(to_lower_ascii(text.substr(0, end)))) return text;
  std::string_view rest = skip_blanks(text.substr(end));
  if (rest.starts_with(':')) return skip_blanks(rest.substr(1));
  const bool blank_between = rest.size() < text.size() - end;
  return blank_between && rest.starts_with('@') ? rest : text;
}

InstagramTarget read_text(std::string_view text, bool emoji_trimmed) {
  text = without_label(text);
  bool marked = false;
  if (text.starts_with("%40")) {
    marked = true;
    text.remove_prefix(3);
  }
  while (text.starts_with('@')) {
    marked = true;
    text.remove_prefix(1);
  }
  text = skip_blanks(text);

  if (text.find(' ') == std::string_view::npos) {
    const bool slashes = text.find('/') != std::string_view::npos;
    if (!marked || slashes) {
      if (auto target = read_link(text)) return *target;
    }
  }
  if (marked) return read_marked_name(text);
  InstagramTarget target = read_bare_name(text);
  if (emoji_trimmed && target.kind == TargetKind::kProfile)
    return not_understood(
        "The text has an emoji, as displayed names have and usernames have not; which profile is meant cannot be "
        "said.");
  return target;
}

}  // namespace

bool is_valid_username(std::string_view text) {
  if (text.empty() || text.size() > kLongestUsername) return false;
  if (text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), is_username_character);
}

InstagramTarget parse_instagram_target(std::string_view text) {
  const CleanedText cleaned = clean_customer_text(text);
  if (!cleaned.valid_utf8) return not_understood("The text is not valid UTF-8.");
  if (cleaned.blank) return {.kind = TargetKind::kEmpty};
  if (cleaned.text.size() > kLongestText) return not_understood("The text is too long to be a username or a link.");
  return read_text(cleaned.text, cleaned.emoji_trimmed);
}

bool points_at_the_same(std::string_view a, std::string_view b) {
  const InstagramTarget one = parse_instagram_target(a);
  const InstagramTarget other = parse_instagram_target(b);
  const bool understood = one.kind == TargetKind::kProfile || one.kind == TargetKind::kPost;
  if (!understood || one.kind != other.kind) return clean_customer_text(a).text == clean_customer_text(b).text;
  return one.kind == TargetKind::kPost ? one.shortcode == other.shortcode : one.username == other.username;
}

std::string profile_link(std::string_view username) {
  return "https://www.instagram.com/" + std::string(username) + "/";
}

std::string post_link(std::string_view shortcode) {
  return "https://www.instagram.com/p/" + std::string(shortcode) + "/";
}

}  // namespace smmhost
