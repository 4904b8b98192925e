// Instagram Looter (instagram-looter2 on RapidAPI): one call of /profile tells privacy and the twelve latest posts.
//
// Endpoints and shapes as recorded by public clients: /profile is a flat GraphQL user; /user-feeds and /reels take the
// numeric id and answer the mobile feed's "items".
#include <string>
#include <string_view>
#include <utility>

#include "smm/sdk/instagram.hpp"
#include "smm/sdk/plugin.hpp"
#include "smm/sdk/rapidapi.hpp"

namespace {

using namespace smm::sdk;

class Looter final : public ProfileChecker {
 public:
  explicit Looter(const Config& config) : url_(config.required("url")), key_(config.secret("api_key")) {}

  Result<HttpRequest> build_check(std::string_view username) const override { return profile_request(username); }
  Result<Profile> parse_check(std::string_view username, const HttpResponse& response) const override {
    if (auto failure = rapidapi::gateway_failure(response)) return *failure;
    return instagram::read_profile(username, response);
  }

  /// The profile first; then a feed by the user's id, if the profile bore too little of what is wanted.
  Step<Media> step_media(const MediaInput& in, const Call& call) const override {
    if (call.history.empty()) return profile_request(in.username);
    const Event& first = call.history.front();
    if (!first.answered()) return transport_failure(first, SMM_READ);
    const Result<Profile> profile = parse_check(in.username, first.response);
    if (!profile.ok()) return profile.failure();
    if (!profile.value().exists) return Failure{SMM_NOT_FOUND, "no such user", {}, 0};
    return after_profile(in, profile.value(), call);
  }

 private:
  HttpRequest profile_request(std::string_view username) const {
    return rapidapi::get(url_, "/profile", Form().add("username", username), key_);
  }

  HttpRequest feed_request(const MediaInput& in, std::string_view user_id) const {
    const bool videos = in.kind == SMM_MEDIA_VIDEOS_ONLY;
    return rapidapi::get(url_, videos ? "/reels" : "/user-feeds", Form().add("id", user_id).add("count", "12"), key_);
  }

  Step<Media> after_profile(const MediaInput& in, const Profile& profile, const Call& call) const {
    if (profile.is_private) return Media{true, {}};
    std::vector<Post> known = profile.posts.value_or(std::vector<Post>{});
    std::vector<Post> found = instagram::latest(known, in.kind, in.limit);
    const bool enough = in.kind == SMM_MEDIA_VIDEOS_ONLY ? found.size() >= in.limit : !found.empty();
    if (enough || profile.user_id.empty()) return Media{false, std::move(found)};
    if (call.history.size() == 1) return feed_request(in, profile.user_id);
    return with_feed(in, profile, std::move(known), call.history[1]);
  }

  /// A feed that the API does not have leaves what the profile bore.
  static Step<Media> with_feed(const MediaInput& in, const Profile& profile, std::vector<Post> posts,
                               const Event& event) {
    if (!event.answered()) return transport_failure(event, SMM_READ);
    if (auto failure = rapidapi::gateway_failure(event.response)) {
      const bool usable = failure->code == SMM_CONFIG && !posts.empty();
      if (!usable) return *failure;
      return Media{false, instagram::latest(std::move(posts), in.kind, in.limit)};
    }
    Result<std::vector<Post>> feed = instagram::read_feed({in.username, profile.user_id}, event.response);
    if (!feed.ok()) return feed.failure();
    std::move(feed.value().begin(), feed.value().end(), std::back_inserter(posts));
    return Media{false, instagram::latest(std::move(posts), in.kind, in.limit)};
  }

  std::string url_;
  Secret key_;
};

}  // namespace

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<Looter>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
