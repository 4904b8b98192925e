// The port to a profile look-up. One object a configured checker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/domain/time.h"
#include "core/ports/reply.h"

namespace smmhost {

struct Profile {
  std::string username;  // as the look-up answered it; equal to the asked one but for case
  std::string user_id;   // text; empty where unknown
  bool is_private = false;
  std::optional<std::int64_t> followers;
};

enum class PostKind { kAny, kVideo };

struct Post {
  std::string shortcode;  // case-sensitive
  bool is_video = false;
  std::optional<Time> taken_at;
};

// Calls block until the answer or the deadline. All functions are thread safe.
class ProfileChecker {
 public:
  virtual ~ProfileChecker() = default;

  virtual const std::string& name() const = 0;
  virtual bool can_list_posts() const = 0;

  // A profile that certainly does not exist is Failure{kNotFound}. An answer without a clear "private or not" is
  // Failure{kBadResponse}: it is never taken for public nor for private.
  virtual Reply<Profile> check(const std::string& username, Time now) = 0;

  // The newest posts first, pinned ones not counted as newest; at most `limit`. Of a profile that turns out to be
  // private it is Failure{kPrivate}, never an empty list.
  virtual Reply<std::vector<Post>> latest_posts(const std::string& username, int limit, PostKind kind, Time now) = 0;
};

}  // namespace smmhost
