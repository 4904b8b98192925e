// smm.profile-checker/1 between a ProfileChecker and the ABI: inputs read from C structs, results lent as C structs.
#pragma once

#include <vector>

#include "smm/sdk/edge.hpp"
#include "smm/sdk/profile_checker.hpp"

namespace smm::sdk::detail {

inline std::vector<smm_media_row> lend_posts(const std::vector<Post>& posts) {
  std::vector<smm_media_row> rows;
  for (const Post& post : posts) {
    auto raw = make_struct<smm_media_row>();
    raw.flags = (post.is_video ? SMM_MEDIA_VIDEO : 0U) | (post.is_pinned ? SMM_MEDIA_PINNED : 0U);
    raw.shortcode = to_str(post.shortcode);
    raw.taken_at = post.taken_at;
    rows.push_back(raw);
  }
  return rows;
}

inline void emit_profile(const Profile& profile, const smm_out* out) {
  std::vector<smm_media_row> posts;
  if (profile.posts) posts = lend_posts(*profile.posts);
  auto raw = make_struct<smm_check_result>();
  raw.exists = profile.exists ? 1 : 0;
  raw.is_private = profile.is_private ? 1 : 0;
  if (profile.followers) raw.has |= SMM_CHECK_HAS_FOLLOWERS;
  if (profile.posts) raw.has |= SMM_CHECK_HAS_POSTS;
  raw.followers = profile.followers.value_or(0);
  raw.username = to_str(profile.username);
  raw.user_id = to_str(profile.user_id);
  raw.posts = posts.data();
  raw.post_count = posts.size();
  out->done(out, &raw);
}

inline void emit_media(const Media& media, const smm_out* out) {
  const std::vector<smm_media_row> rows = lend_posts(media.posts);
  auto raw = make_struct<smm_media_result>();
  raw.is_private = media.is_private ? 1 : 0;
  raw.rows = rows.data();
  raw.row_count = rows.size();
  out->done(out, &raw);
}

inline void dispatch(const ProfileChecker& checker, const smm_call& raw, const smm_out* out) {
  const Call call = read_call(raw);
  if (raw.operation == SMM_CHECKER_CHECK) {
    const auto in = read_struct<smm_check_input>(raw.input);
    return answer<Profile>(
        call, out, [&](const Call& c) { return checker.step_check(to_view(in.username), c); }, emit_profile);
  }
  if (raw.operation == SMM_CHECKER_MEDIA) {
    const auto in = read_struct<smm_media_input>(raw.input);
    const MediaInput media{to_view(in.username), to_view(in.user_id), in.kind, in.limit};
    return answer<Media>(
        call, out, [&](const Call& c) { return checker.step_media(media, c); }, emit_media);
  }
  emit_failure(out, {SMM_UNSUPPORTED, "unknown operation", {}, 0});
}

}  // namespace smm::sdk::detail
