// The base class of a profile look-up: whether an Instagram profile exists and is private, and its latest posts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smm/profile_checker.h"
#include "smm/sdk/steps.hpp"

namespace smm::sdk {

struct Post {
  std::string shortcode;
  int64_t taken_at = 0;  ///< Unix milliseconds
  bool is_video = false;
  bool is_pinned = false;
};
struct Profile {
  bool exists = true;
  bool is_private = false;
  std::string username;
  std::string user_id;
  std::optional<int64_t> followers;
  std::optional<std::vector<Post>> posts;  ///< if the same answer bore them
};
struct MediaInput {
  std::string_view username;
  std::string_view user_id;
  uint32_t kind = SMM_MEDIA_ANY;
  uint32_t limit = 12;
};
struct Media {
  bool is_private = false;
  std::vector<Post> posts;  ///< newest first
};

/// An instance is immutable, as a Provider is. Contracts of the fields: smm/profile_checker.h.
class ProfileChecker {
 public:
  virtual ~ProfileChecker() = default;

  /// The operations that work on this instance: SMM_CHECKER_CHECK, SMM_CHECKER_MEDIA. Asked once, after construction.
  virtual std::vector<uint32_t> operations() const { return {SMM_CHECKER_CHECK, SMM_CHECKER_MEDIA}; }

  virtual Result<HttpRequest> build_check(std::string_view) const { return unsupported(); }
  virtual Result<Profile> parse_check(std::string_view, const HttpResponse&) const { return unsupported(); }
  virtual Step<Profile> step_check(std::string_view username, const Call& call) const {
    return play_pair<Profile>(
        call, [&] { return build_check(username); },
        [&](const HttpResponse& answer) { return parse_check(username, answer); });
  }

  virtual Result<HttpRequest> build_media(const MediaInput&) const { return unsupported(); }
  virtual Result<Media> parse_media(const MediaInput&, const HttpResponse&) const { return unsupported(); }
  virtual Step<Media> step_media(const MediaInput& in, const Call& call) const {
    return play_pair<Media>(
        call, [&] { return build_media(in); }, [&](const HttpResponse& answer) { return parse_media(in, answer); });
  }

 protected:
  static Failure unsupported() { return {SMM_UNSUPPORTED, "the plugin does not have this operation", {}, 0}; }
};

}  // namespace smm::sdk
