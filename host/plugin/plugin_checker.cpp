#include "host/plugin/plugin_checker.h"

#include <Poco/String.h>

#include <algorithm>
#include <set>
#include <utility>

#include "host/plugin/plugin_call.h"

namespace smmhost {
namespace {

constexpr std::uint64_t kMaxRows = 1000;
constexpr int kMaxPosts = 12;
constexpr std::size_t kMaxKnown = 1000;
constexpr Duration kPostsStayFresh = std::chrono::minutes{1};

std::variant<std::vector<Post>, Failure> read_posts(const smm_media_row* rows, std::uint64_t count, PostKind kind) {
  std::vector<Post> posts;
  std::set<std::string> seen;
  if (count > 0 && rows == nullptr) return bad_result("an incomplete list of posts");
  for (std::uint64_t i = 0; i < std::min(count, kMaxRows); ++i) {
    const auto row = smm::runner::read_row(rows, i);
    if (!row) return bad_result("an incomplete list of posts");
    const bool is_video = (row->flags & SMM_MEDIA_VIDEO) != 0;
    if ((row->flags & SMM_MEDIA_PINNED) != 0 || (kind == PostKind::kVideo && !is_video)) continue;
    Post post{presentable(view(row->shortcode), 100), is_video, from_unix_ms(row->taken_at)};
    if (!post.shortcode.empty() && seen.insert(post.shortcode).second) posts.push_back(std::move(post));
  }
  std::stable_sort(posts.begin(), posts.end(), [](const Post& a, const Post& b) { return a.taken_at > b.taken_at; });
  return posts;
}

struct Checked {
  Profile profile;
  std::optional<std::vector<Post>> posts;
};

std::variant<Checked, Failure> read_check(const smm_check_result& result, const std::string& asked) {
  if (result.exists == 0) return Failure{FailureCode::kNotFound, {}, "there is no such profile", {}};
  if (result.exists != 1 || result.is_private > 1) return bad_result("a profile without a clear \"private or not\"");
  Checked checked;
  checked.profile.username = presentable(view(result.username), 100);
  if (Poco::icompare(checked.profile.username, asked) != 0) return bad_result("an answer about another profile");
  checked.profile.user_id = presentable(view(result.user_id), 100);
  checked.profile.is_private = result.is_private == 1;
  if ((result.has & SMM_CHECK_HAS_FOLLOWERS) != 0) checked.profile.followers = result.followers;
  // A profile that came without posts may still have some: the plugin's MEDIA knows where else to look.
  if ((result.has & SMM_CHECK_HAS_POSTS) != 0 && result.post_count > 0) {
    auto posts = read_posts(result.posts, result.post_count, PostKind::kAny);
    if (auto* failure = std::get_if<Failure>(&posts)) return std::move(*failure);
    checked.posts = std::move(std::get<std::vector<Post>>(posts));
  }
  return checked;
}

std::vector<Post> at_most(std::vector<Post> posts, int limit) {
  if (posts.size() > static_cast<std::size_t>(limit)) posts.resize(static_cast<std::size_t>(limit));
  return posts;
}

}  // namespace

PluginChecker::PluginChecker(std::unique_ptr<PluginInstance> instance, Duration timeout, bool allow_http,
                             const PluginEnvironment& environment)
    : slot_(slot_of("checker", std::move(instance), timeout, allow_http, environment)) {}

Reply<Profile> PluginChecker::check(const std::string& username, Time now) {
  smm_check_input input{};
  input.struct_size = sizeof input;
  input.username = borrow(username);
  const Operation operation{SMM_PROFILE_CHECKER_ID, SMM_CHECKER_CHECK, "check", &input, 1, now};
  const auto served = slot_->serving();
  auto [checked, outcome] = call_plugin<Checked, smm_check_result>(
      *slot_, served.get(), operation, [&](const smm_check_result& result) { return read_check(result, username); });
  if (outcome.failure || !checked) return reply_of<Profile>(std::nullopt, std::move(outcome));
  remember(username, {checked->profile.user_id, std::move(checked->posts), now});
  return reply_of<Profile>(std::move(checked->profile), std::move(outcome));
}

Reply<std::vector<Post>> PluginChecker::latest_posts(const std::string& username, int limit, PostKind kind, Time now) {
  limit = std::clamp(limit, 1, kMaxPosts);
  const auto known = recall(username);
  if (known && known->posts && kind == PostKind::kAny && now >= known->at && now - known->at <= kPostsStayFresh)
    return {at_most(*known->posts, limit), {}};

  const std::string user_id = known ? known->user_id : std::string();
  smm_media_input input{};
  input.struct_size = sizeof input;
  input.kind = kind == PostKind::kVideo ? SMM_MEDIA_VIDEOS_ONLY : SMM_MEDIA_ANY;
  input.username = borrow(username);
  input.user_id = borrow(user_id);
  input.limit = static_cast<std::uint32_t>(limit);
  const Operation operation{SMM_PROFILE_CHECKER_ID, SMM_CHECKER_MEDIA, "media", &input, 1, now};
  return ask_plugin<std::vector<Post>, smm_media_result>(
      *slot_, operation, [&](const smm_media_result& result) -> std::variant<std::vector<Post>, Failure> {
        if (result.is_private == 1) return Failure{FailureCode::kPrivate, {}, "the profile is private", {}};
        auto posts = read_posts(result.rows, result.row_count, kind);
        if (auto* failure = std::get_if<Failure>(&posts)) return std::move(*failure);
        return at_most(std::move(std::get<std::vector<Post>>(posts)), limit);
      });
}

void PluginChecker::remember(const std::string& username, Known known) {
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMaxKnown) known_.clear();
  known_[username] = std::move(known);
}

std::optional<PluginChecker::Known> PluginChecker::recall(const std::string& username) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(username);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace smmhost
