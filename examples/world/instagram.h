// The Instagram of the simulated world: accounts and their posts, which both look-up APIs read.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace smmhost::world {

struct InstagramPost {
  std::int64_t id = 0;
  std::string shortcode;
  std::int64_t taken_at = 0;  // Unix seconds
  bool video = false;
  bool pinned = false;
};

struct InstagramAccount {
  std::string username;  // lower case
  std::int64_t id = 0;
  bool is_private = false;
  std::int64_t followers = 0;
  std::vector<InstagramPost> posts;  // as a feed shows them: pinned first, then newest first
};

// Thread safe.
class Instagram {
 public:
  // Adds an account with `posts` posts (every other one a video), the newest first, and one old pinned post before them
  // where there is any. Ids exceed what a double holds exactly, as the real ones do.
  void add_account(const std::string& username, bool is_private = false, int posts = 6);
  void set_private(const std::string& username, bool is_private);
  void remove_account(const std::string& username);

  std::optional<InstagramAccount> find(const std::string& username) const;  // any case
  std::optional<InstagramAccount> find_by_id(const std::string& id) const;
  // Shortcodes of the newest posts, pinned ones left out: what likes should be bought for.
  std::vector<std::string> newest(const std::string& username, int count, bool videos_only = false) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, InstagramAccount> accounts_;
  std::unordered_map<std::string, std::string> usernames_;  // by id; also of accounts that are gone
  std::int64_t next_id_ = 72'057'594'037'927'937;           // 2^56 + 1: the next double is 16 away
};

}  // namespace smmhost::world
