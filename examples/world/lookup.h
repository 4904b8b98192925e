// Two simulated look-up APIs behind a RapidAPI-like gateway: one like instagram-looter2, one like instagram230.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "examples/world/http_service.h"
#include "examples/world/instagram.h"

namespace smmhost::world {

enum class LookupDialect {
  kLooter,        // /profile, /web-profile, /user-feeds, /reels
  kInstagram230,  // /user/details, /user/posts
};

enum class LookupReply {
  kHonest,
  kQuotaGone,         // 429: the month's quota is used up
  kTooFast,           // 429: too many in this second
  kServerError,       // 500
  kHtml,              // 200 with HTML
  kMissingIsPrivate,  // the profile without is_private
  kOtherUsername,     // somebody else's profile
  kHang,
};

struct LookupFault {
  std::string username;  // only look-ups of this account; "" any
  int times = 1;         // -1: always
  LookupReply reply = LookupReply::kHonest;
};

struct LookupOptions {
  std::string name;
  LookupDialect dialect = LookupDialect::kLooter;
  std::string key;
};

// Thread safe but for the go_down() and come_up() of http().
//   POST /_control/account {"username": "x", "private": false, "posts": 6} | {"username": "x", "gone": true}
//   POST /_control/fault   {"reply": "quota_gone", "username": "", "times": 1}
//   GET  /_control/calls   {"calls": 12}
class Lookup {
 public:
  Lookup(LookupOptions options, Instagram& instagram);

  std::string url() const { return http_.url(); }
  HttpService& http() { return http_; }
  const LookupOptions& options() const { return options_; }

  void add_fault(LookupFault fault);
  int calls() const;

 private:
  Answer serve(const Request& request);
  Answer control(const Request& request);
  LookupReply take_fault(const std::string& username);
  Answer looter(const Request& request, LookupReply reply) const;
  Answer instagram230(const Request& request, LookupReply reply) const;

  const LookupOptions options_;
  Instagram& instagram_;
  mutable std::mutex mutex_;
  std::vector<LookupFault> faults_;
  int calls_ = 0;
  HttpService http_;  // last: it calls the others
};

}  // namespace smmhost::world
