/* "smm.profile-checker/1": what is known of an Instagram profile and its latest posts. General rules: smm/abi.h. */
#ifndef SMM_PROFILE_CHECKER_H
#define SMM_PROFILE_CHECKER_H
#include "smm/abi.h"

#define SMM_PROFILE_CHECKER_ID "smm.profile-checker/1"
/* operation                input             result              the name in the manifest */
#define SMM_CHECKER_CHECK 1u /* smm_check_input  smm_check_result    check */
#define SMM_CHECKER_MEDIA 2u /* smm_media_input  smm_media_result    media */
/* Bits of smm_media_row.flags */
#define SMM_MEDIA_VIDEO 1u  /* has views */
#define SMM_MEDIA_PINNED 2u /* pinned by the owner: never counts as latest, the host skips it; better left out */
typedef struct smm_media_row {
  uint32_t struct_size, flags; /* flags: SMM_MEDIA_... */
  smm_str shortcode;           /* as in https://www.instagram.com/p/SHORTCODE/ ; case matters */
  int64_t taken_at;            /* Unix milliseconds */
} smm_media_row;

typedef struct smm_check_input {
  uint32_t struct_size, reserved;
  smm_str username; /* 1 to 30 of [a-z0-9._] */
} smm_check_input;

/* Bits of smm_check_result.has */
#define SMM_CHECK_HAS_FOLLOWERS 1u
#define SMM_CHECK_HAS_POSTS 2u
/* "No such user" is a result, exists = 0, and only if the upstream clearly says so; the host takes fail(SMM_NOT_FOUND)
 * for the same. An answer without a clear is_private, or about another username, is SMM_BAD_RESPONSE: neither public
 * nor private is ever a default. */
typedef struct smm_check_result {
  uint32_t struct_size, exists; /* exists: 1 or 0; if 0, nothing below is meant */
  uint32_t is_private, has;     /* is_private: 1 or 0; has: SMM_CHECK_HAS_FOLLOWERS, SMM_CHECK_HAS_POSTS */
  int64_t followers;
  smm_str username;           /* as answered; equal to the one asked but for case */
  smm_str user_id;            /* empty if not told */
  const smm_media_row* posts; /* if the same answer bore them: as MEDIA of kind ANY would, newest first */
  uint64_t post_count;
} smm_check_result;

#define SMM_MEDIA_ANY 0u         /* whatever can be liked */
#define SMM_MEDIA_VIDEOS_ONLY 1u /* what has views: reels and videos */
typedef struct smm_media_input {
  uint32_t struct_size, kind; /* kind: SMM_MEDIA_ANY, SMM_MEDIA_VIDEOS_ONLY */
  smm_str username, user_id;  /* user_id: of an earlier CHECK of the same checker; may be empty */
  uint32_t limit, reserved;   /* limit: 1 to 12 */
} smm_media_input;

/* The latest posts owned by the user, newest first by taken_at, at most limit, none twice. No rows: there are none, or
 * the profile is private (is_private 1). An unknown user is fail(SMM_NOT_FOUND). */
typedef struct smm_media_result {
  uint32_t struct_size, is_private; /* is_private: 1 if the answer says so, else 0 */
  const smm_media_row* rows;
  uint64_t row_count;
} smm_media_result;

#endif
