// Instagram profiles and posts in the shapes that look-up APIs pass on: the web's GraphQL user (flat, or within
// "data"."user") and the mobile feed. A profile is believed only if it names the user that was asked and says true or
// false to is_private; whatever is missing is an error, never a default.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "smm/sdk/decimal.hpp"
#include "smm/sdk/json.hpp"
#include "smm/sdk/profile_checker.hpp"

namespace smm::sdk::instagram {

/// The objects of an answer that may be the user, in the order they are tried.
inline std::array<const Json*, 6> candidate_users(const Json& root) {
  return {&root, &root["data"]["user"], &root["data"], &root["user"], &root["body"], &root["result"]};
}

/// The user asked for, if an object of the answer names that user and has a boolean is_private; else nullptr.
inline const Json* find_user(const Json& root, std::string_view username) {
  for (const Json* user : candidate_users(root)) {
    if ((*user)["is_private"].is_bool() && equal_ignoring_case((*user)["username"].text(), username)) return user;
  }
  return nullptr;
}

/// Whether a text says that a user does not exist.
inline bool says_no_such_user(std::string_view text) {
  const std::string folded = fold(text);
  if (folded == "not found" || folded == "user not found." || folded == "not found.") return true;
  constexpr std::array<std::string_view, 7> kTexts = {"user not found",    "username not found",  "profile not found",
                                                      "account not found", "user does not exist", "user doesn't exist",
                                                      "user doesn’t exist"};
  return std::any_of(kTexts.begin(), kTexts.end(), [&](std::string_view part) { return contains(folded, part); });
}

/// Whether an answer clearly says that the user does not exist: a message with those words, or an explicit null where
/// the user belongs in an answer that reports no failure. An absent user is not clear.
inline bool is_no_such_user(const Json& root, uint32_t http_status) {
  if (!root.is_object()) return false;
  for (const std::string_view key : {"message", "errorMessage", "error", "detail", "msg"}) {
    if (says_no_such_user(root[key].text())) return true;
  }
  const Json& status = root["status"];
  const bool fine = status.is_null() || status.is_true() || fold(status.text()) == "ok";
  const Json* user = root["data"].find("user");
  return http_status == 200 && fine && user != nullptr && user->is_null();
}

/// The text of an answer that is not a profile, for the operator.
inline std::string message_of(const Json& root) {
  for (const std::string_view key : {"message", "errorMessage", "error", "detail", "msg"}) {
    if (root[key].is_string()) return std::string(root[key].text());
  }
  return {};
}

/// The user's id as text: "id" or "pk".
inline std::string user_id_of(const Json& user) {
  for (const std::string_view key : {"id", "pk", "pk_id"}) {
    const std::string_view text = user[key].text();
    if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) return std::string(text);
  }
  return {};
}

inline std::optional<int64_t> followers_of(const Json& user) {
  if (const auto count = parse_count(user["edge_followed_by"]["count"].text())) return count;
  return parse_count(user["follower_count"].text());
}

/// Whose posts are wanted. user_id may be empty.
struct Owner {
  std::string_view username;
  std::string_view user_id;
};

/// Whether a post belongs to the owner: a collaboration shows in the feed of people who do not own it. A post that does
/// not name its owner belongs to the feed it is in.
inline bool is_owned_by(const Json& post, const Owner& owner) {
  for (const std::string_view key : {"owner", "user"}) {
    const Json& named = post[key];
    if (!named["username"].text().empty()) return equal_ignoring_case(named["username"].text(), owner.username);
    const std::string id = user_id_of(named);
    if (!id.empty() && !owner.user_id.empty()) return id == owner.user_id;
  }
  return true;
}

inline bool is_pinned(const Json& post) {
  return !post["pinned_for_users"].items().empty() || !post["timeline_pinned_user_ids"].items().empty() ||
         post["is_pinned"].is_true();
}

inline bool is_video(const Json& post) {
  return post["is_video"].is_true() || post["media_type"].text() == "2" || post["product_type"].text() == "clips" ||
         post["__typename"].text() == "GraphVideo";
}

/// One post of a feed or of a profile's edges; nothing without a shortcode and a time.
inline std::optional<Post> read_post(const Json& post) {
  const Json& code = post.find("shortcode") != nullptr ? post["shortcode"] : post["code"];
  const Json& time = post.find("taken_at_timestamp") != nullptr ? post["taken_at_timestamp"] : post["taken_at"];
  const auto seconds = parse_count(time.text());
  if (!code.is_string() || code.text().empty() || !seconds || *seconds <= 0 || *seconds > 100'000'000'000) {
    return std::nullopt;
  }
  return Post{std::string(code.text()), *seconds * 1000, is_video(post), is_pinned(post)};
}

/// The objects that are posts: edges of a profile, or items of a feed, which may be wrapped in "media".
inline std::vector<const Json*> post_objects(const Json& from) {
  std::vector<const Json*> out;
  for (const Json& edge : from["edge_owner_to_timeline_media"]["edges"].items()) out.push_back(&edge["node"]);
  for (const Json& item : from["items"].items()) {
    out.push_back(item.find("media") != nullptr && item["media"].is_object() ? &item["media"] : &item);
  }
  return out;
}

/// The owner's posts in an answer: pinned ones and those of others left out.
inline std::vector<Post> read_posts(const Json& from, const Owner& owner) {
  std::vector<Post> out;
  for (const Json* object : post_objects(from)) {
    auto post = read_post(*object);
    if (post && !post->is_pinned && is_owned_by(*object, owner)) out.push_back(std::move(*post));
  }
  return out;
}

inline bool has_shortcode(const std::vector<Post>& posts, std::string_view shortcode) {
  return std::any_of(posts.begin(), posts.end(), [&](const Post& post) { return post.shortcode == shortcode; });
}

/// The latest of some posts: newest first, none twice, of the kind wanted, at most `limit`.
inline std::vector<Post> latest(std::vector<Post> posts, uint32_t kind, size_t limit) {
  std::stable_sort(posts.begin(), posts.end(), [](const Post& a, const Post& b) { return a.taken_at > b.taken_at; });
  std::vector<Post> out;
  for (Post& post : posts) {
    if (out.size() >= limit) break;
    if (kind == SMM_MEDIA_VIDEOS_ONLY && !post.is_video) continue;
    if (!has_shortcode(out, post.shortcode)) out.push_back(std::move(post));
  }
  return out;
}

inline constexpr size_t kPostsOfAProfile = 12;

/// Reads a profile answer that passed the gateway.
inline Result<Profile> read_profile(std::string_view username, const HttpResponse& response) {
  const auto root = parse_body(response.body);
  const std::string http = "HTTP " + std::to_string(response.status);
  if (!root) return Failure{SMM_BAD_RESPONSE, http + ", not JSON", std::string(cut(trim(response.body), 200)), 0};
  const Json* user = response.status == 200 ? find_user(*root, username) : nullptr;
  if (user == nullptr && is_no_such_user(*root, response.status)) {
    Profile missing;
    missing.exists = false;
    return missing;
  }
  if (user == nullptr) {
    return Failure{SMM_BAD_RESPONSE, http + ", no profile of that name with a clear is_private", message_of(*root), 0};
  }
  Profile out;
  out.is_private = (*user)["is_private"].is_true();
  out.username = std::string((*user)["username"].text());
  out.user_id = user_id_of(*user);
  out.followers = followers_of(*user);
  if (!out.is_private && (*user)["edge_owner_to_timeline_media"]["edges"].is_array()) {
    out.posts = latest(read_posts(*user, {username, out.user_id}), SMM_MEDIA_ANY, kPostsOfAProfile);
  }
  return out;
}

/// Reads a feed answer ("items" at the root, in "data" or in "body") that passed the gateway.
inline Result<std::vector<Post>> read_feed(const Owner& owner, const HttpResponse& response) {
  const auto root = parse_body(response.body);
  const std::string http = "HTTP " + std::to_string(response.status);
  if (!root) return Failure{SMM_BAD_RESPONSE, http + ", not JSON", std::string(cut(trim(response.body), 200)), 0};
  if (response.status == 200) {
    for (const Json* place : {&*root, &(*root)["data"], &(*root)["body"]}) {
      if ((*place)["items"].is_array()) return read_posts(*place, owner);
    }
  }
  const Json* user = response.status == 200 ? find_user(*root, owner.username) : nullptr;
  if (user != nullptr && (*user)["edge_owner_to_timeline_media"]["edges"].is_array()) return read_posts(*user, owner);
  if (is_no_such_user(*root, response.status)) return Failure{SMM_NOT_FOUND, "no such user", message_of(*root), 0};
  return Failure{SMM_BAD_RESPONSE, http + ", no list of posts", message_of(*root), 0};
}

}  // namespace smm::sdk::instagram
