// Instagram 230 (instagram230 on RapidAPI): /user/details tells privacy, /user/posts and /user/reels the latest posts.
//
// Endpoints and shapes as recorded by public clients; that of /user/reels is the least certain.
#include <string>
#include <string_view>
#include <utility>

#include "smm/sdk/instagram.hpp"
#include "smm/sdk/plugin.hpp"
#include "smm/sdk/rapidapi.hpp"

namespace {

using namespace smm::sdk;

class Instagram230 final : public ProfileChecker {
 public:
  explicit Instagram230(const Config& config) : url_(config.required("url")), key_(config.secret("api_key")) {}

  Result<HttpRequest> build_check(std::string_view username) const override {
    return user_request("/user/details", username);
  }
  Result<Profile> parse_check(std::string_view username, const HttpResponse& response) const override {
    if (auto failure = rapidapi::gateway_failure(response)) return *failure;
    return instagram::read_profile(username, response);
  }

  /// The posts first; for videos then the reels, if the posts bore too few.
  Step<Media> step_media(const MediaInput& in, const Call& call) const override {
    if (call.history.empty()) return user_request("/user/posts", in.username);
    Result<std::vector<Post>> posts = read(in, call.history.front());
    if (!posts.ok()) return posts.failure();
    std::vector<Post> found = instagram::latest(posts.value(), in.kind, in.limit);
    if (in.kind != SMM_MEDIA_VIDEOS_ONLY || found.size() >= in.limit) return Media{false, std::move(found)};
    if (call.history.size() == 1) return user_request("/user/reels", in.username);
    return with_reels(in, std::move(posts.value()), call.history[1]);
  }

 private:
  HttpRequest user_request(std::string_view path, std::string_view username) const {
    return rapidapi::get(url_, path, Form().add("username", username), key_);
  }

  static Result<std::vector<Post>> read(const MediaInput& in, const Event& event) {
    if (!event.answered()) return transport_failure(event, SMM_READ);
    if (auto failure = rapidapi::gateway_failure(event.response)) return *failure;
    return instagram::read_feed({in.username, in.user_id}, event.response);
  }

  /// Reels that the API does not have leave what the posts bore. Everything in the reels is a video.
  static Step<Media> with_reels(const MediaInput& in, std::vector<Post> posts, const Event& event) {
    Result<std::vector<Post>> reels = read(in, event);
    if (!reels.ok() && (reels.failure().code != SMM_CONFIG || posts.empty())) return reels.failure();
    if (reels.ok()) {
      for (Post& reel : reels.value()) {
        reel.is_video = true;
        posts.push_back(std::move(reel));
      }
    }
    return Media{false, instagram::latest(std::move(posts), in.kind, in.limit)};
  }

  std::string url_;
  Secret key_;
};

}  // namespace

extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return plugin<Instagram230>(SMM_PLUGIN_ID, SMM_PLUGIN_VERSION);
}
