// Asking the profile checkers, in order of trial, until one says something certain.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/exchange.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

enum class LookUpOutcome {
  kFound,     // the value is set
  kNotFound,  // the profile certainly does not exist
  kPrivate,   // it does, and what was asked for is for its followers only
  kFailed,    // asked, and nobody said anything certain
  kNotAsked,  // nobody may be asked before `retry_at`
};

struct LookUpReport {
  LookUpOutcome outcome = LookUpOutcome::kFailed;
  std::string why;  // for a person, where nothing was found
  std::optional<Time> retry_at;
  std::vector<Exchange> exchanges;  // complete, of this payment
};

struct PostsLookUp : LookUpReport {
  std::vector<Post> posts;  // newest first, no shortcode twice
};

// Found: the profile is public. An answer for another user than the one asked for counts as a failure of that checker.
LookUpReport look_up_profile(StepContext& context, const std::string& username, const std::string& payment_id,
                             Time now);

// Asks only checkers that can list posts. An empty list is an answer.
PostsLookUp look_up_posts(StepContext& context, const std::string& username, PostKind kind,
                          const std::string& payment_id, Time now);

}  // namespace smmhost
