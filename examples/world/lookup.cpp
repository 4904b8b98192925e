// Two simulated look-up APIs. The shapes are those of stored real answers; an unknown user's answer is the one that
// clients in production handle (it is not documented).
#include "examples/world/lookup.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace smmhost::world {

namespace {

using Json = nlohmann::ordered_json;

Answer json_answer(int status, const Json& body) {
  return Answer{status, body.dump()};
}

Json message(const std::string& text) {
  return Json{{"message", text}};
}

std::optional<Answer> faulty(LookupReply reply) {
  switch (reply) {
    case LookupReply::kQuotaGone: {
      Answer answer =
          json_answer(429, message("You have exceeded the MONTHLY quota for Requests on your current plan, BASIC. "
                                   "Upgrade your plan at https://rapidapi.com/example"));
      answer.headers = {{"x-ratelimit-requests-limit", "150"},
                        {"x-ratelimit-requests-remaining", "0"},
                        {"x-ratelimit-requests-reset", "775574"}};
      return answer;
    }
    case LookupReply::kTooFast:
      return json_answer(
          429, message("You have exceeded the rate limit per second for your plan, BASIC, by the API provider"));
    case LookupReply::kServerError:
      return json_answer(500, message("Internal Server Error"));
    case LookupReply::kHtml:
      return Answer{200, "<html><body>Service unavailable</body></html>", "text/html"};
    case LookupReply::kHang: {
      Answer answer;
      answer.sending = Sending::kClose;
      answer.hang = std::chrono::seconds{120};
      return answer;
    }
    default:
      return std::nullopt;
  }
}

void spoil(Json& user, LookupReply reply) {
  if (reply == LookupReply::kMissingIsPrivate) user.erase("is_private");
  if (reply == LookupReply::kOtherUsername) user["username"] = "somebody.else";
}

// The web ("GraphQL") form of a user; a private one shows how many posts there are and none of them.
Json web_user(const InstagramAccount& account) {
  Json edges = Json::array();
  for (const InstagramPost& post : account.posts) {
    if (account.is_private) break;
    Json pinned = Json::array();
    if (post.pinned) pinned.push_back(Json{{"id", std::to_string(account.id)}});
    edges.push_back(Json{{"node",
                          {{"__typename", post.video ? "GraphVideo" : "GraphImage"},
                           {"id", std::to_string(post.id)},
                           {"shortcode", post.shortcode},
                           {"is_video", post.video},
                           {"product_type", post.video ? Json("clips") : Json(nullptr)},
                           {"taken_at_timestamp", post.taken_at},
                           {"pinned_for_users", pinned},
                           {"owner", {{"id", std::to_string(account.id)}, {"username", account.username}}}}}});
  }
  return Json{{"biography", ""},
              {"edge_followed_by", {{"count", account.followers}}},
              {"edge_follow", {{"count", 54}}},
              {"full_name", "Conta " + account.username},
              {"id", std::to_string(account.id)},
              {"is_private", account.is_private},
              {"is_verified", false},
              {"username", account.username},
              {"edge_owner_to_timeline_media", {{"count", account.posts.size()}, {"edges", edges}}}};
}

// The mobile form of a feed.
Json feed_items(const InstagramAccount& account, bool videos_only) {
  Json items = Json::array();
  for (const InstagramPost& post : account.posts) {
    if (account.is_private || (videos_only && !post.video)) continue;
    Json pinned = Json::array();
    if (post.pinned) pinned.push_back(account.id);
    items.push_back(
        Json{{"pk", post.id},
             {"id", std::to_string(post.id) + "_" + std::to_string(account.id)},
             {"code", post.shortcode},
             {"media_type", post.video ? 2 : 1},
             {"product_type", post.video ? "clips" : "feed"},
             {"taken_at", post.taken_at},
             {"timeline_pinned_user_ids", pinned},
             {"like_count", 41},
             {"caption", nullptr},
             {"user", {{"pk", account.id}, {"username", account.username}, {"is_private", account.is_private}}}});
  }
  return items;
}

std::optional<LookupReply> parse_reply(const std::string& word) {
  static const std::map<std::string, LookupReply> kWords{{"honest", LookupReply::kHonest},
                                                         {"quota_gone", LookupReply::kQuotaGone},
                                                         {"too_fast", LookupReply::kTooFast},
                                                         {"server_error", LookupReply::kServerError},
                                                         {"html", LookupReply::kHtml},
                                                         {"missing_is_private", LookupReply::kMissingIsPrivate},
                                                         {"other_username", LookupReply::kOtherUsername},
                                                         {"hang", LookupReply::kHang}};
  const auto at = kWords.find(word);
  if (at == kWords.end()) return std::nullopt;
  return at->second;
}

}  // namespace

Lookup::Lookup(LookupOptions options, Instagram& instagram)
    : options_(std::move(options)),
      instagram_(instagram),
      http_([this](const Request& request) { return serve(request); }) {}

Answer Lookup::serve(const Request& request) {
  if (request.path.starts_with("/_control/")) return control(request);
  const std::string key = request.header("x-rapidapi-key");
  if (key.empty()) {
    return json_answer(401, message("Invalid API key. Go to https://docs.rapidapi.com/docs/keys for more info."));
  }
  if (key != options_.key) return json_answer(403, message("You are not subscribed to this API."));
  std::string username = value_of(request.query, "username");
  if (const auto account = instagram_.find_by_id(value_of(request.query, "id"))) username = account->username;
  const LookupReply reply = take_fault(username);
  if (auto answer = faulty(reply)) return *answer;
  Answer answer = options_.dialect == LookupDialect::kLooter ? looter(request, reply) : instagram230(request, reply);
  answer.headers.insert(answer.headers.end(), {{"x-ratelimit-requests-limit", "15000"},
                                               {"x-ratelimit-requests-remaining", "14000"},
                                               {"x-ratelimit-requests-reset", "775574"}});
  return answer;
}

Answer Lookup::looter(const Request& request, LookupReply reply) const {
  const std::string& path = request.path;
  if (path == "/profile" || path == "/web-profile") {
    const auto account = instagram_.find(value_of(request.query, "username"));
    if (path == "/web-profile") {
      Json user = account ? web_user(*account) : Json(nullptr);
      if (account) spoil(user, reply);
      return json_answer(200, Json{{"data", {{"user", user}}}, {"status", "ok"}});
    }
    if (!account) return json_answer(200, Json{{"status", false}, {"message", "Not found"}});
    Json body{{"status", true}};
    Json user = web_user(*account);
    spoil(user, reply);
    body.update(user);
    return json_answer(200, body);
  }
  if (path == "/user-feeds" || path == "/reels") {
    const auto account = instagram_.find_by_id(value_of(request.query, "id"));
    if (!account) return json_answer(200, Json{{"status", false}, {"message", "Not found"}});
    Json items = feed_items(*account, path == "/reels");
    if (path == "/user-feeds") {
      return json_answer(
          200, Json{{"items", items}, {"more_available", false}, {"next_max_id", nullptr}, {"attempts", "1"}});
    }
    Json media = Json::array();
    for (const Json& item : items) media.push_back(Json{{"media", item}});
    return json_answer(
        200, Json{{"items", media}, {"paging_info", {{"more_available", false}}}, {"status", "ok"}, {"attempts", "1"}});
  }
  return json_answer(404, message("Endpoint '" + path + "' does not exist"));
}

Answer Lookup::instagram230(const Request& request, LookupReply reply) const {
  const std::string& path = request.path;
  const auto account = instagram_.find(value_of(request.query, "username"));
  if (path == "/user/details") {
    if (!account) return json_answer(200, Json{{"status", "fail"}, {"message", "User not found"}});
    Json user = web_user(*account);
    user.erase("edge_owner_to_timeline_media");
    spoil(user, reply);
    return json_answer(200, Json{{"status", "ok"}, {"data", {{"user", user}}}});
  }
  if (path == "/user/posts") {
    if (!account) return json_answer(200, Json{{"status", "fail"}, {"message", "User not found"}});
    Json items = feed_items(*account, false);
    return json_answer(
        200, Json{{"items", items}, {"num_results", items.size()}, {"more_available", false}, {"status", "ok"}});
  }
  return json_answer(404, message("Endpoint '" + path + "' does not exist"));
}

LookupReply Lookup::take_fault(const std::string& username) {
  const std::lock_guard lock(mutex_);
  ++calls_;
  for (LookupFault& fault : faults_) {
    if (fault.times == 0 || (!fault.username.empty() && fault.username != username)) continue;
    if (fault.times > 0) --fault.times;
    return fault.reply;
  }
  return LookupReply::kHonest;
}

void Lookup::add_fault(LookupFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

int Lookup::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

Answer Lookup::control(const Request& request) {
  if (request.method == "GET" && request.path == "/_control/calls") return json_answer(200, Json{{"calls", calls()}});
  const Json body = Json::parse(request.body, nullptr, false);
  if (request.method != "POST" || !body.is_object()) return json_answer(400, message("a JSON object is needed"));
  const std::string username = body.value("username", "");
  if (request.path == "/_control/fault") {
    const auto reply = parse_reply(body.value("reply", ""));
    if (!reply) return json_answer(400, message("unknown reply"));
    add_fault({username, body.value("times", 1), *reply});
    return json_answer(200, Json::object());
  }
  if (request.path != "/_control/account") return json_answer(404, message("no such control"));
  if (body.value("gone", false)) {
    instagram_.remove_account(username);
  } else if (instagram_.find(username)) {
    instagram_.set_private(username, body.value("private", false));
  } else {
    instagram_.add_account(username, body.value("private", false), body.value("posts", 6));
  }
  return json_answer(200, Json::object());
}

}  // namespace smmhost::world
