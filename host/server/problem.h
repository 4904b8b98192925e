// Errors as RFC 9457 problem details (application/problem+json).
#pragma once

#include <string>

#include "host/server/http_message.h"

namespace smmhost {

inline constexpr char kProblemJson[] = "application/problem+json";

// `title` is the status's own name and `type` is derived from it ("urn:smmhost:problem:not-found"). `detail` says what
// is wrong with this request; `hint` what to do about it, left out where empty. Neither may hold a secret.
ServerResponse problem(int status, const std::string& detail, const std::string& hint = {});

// 503 with Retry-After: the database cannot be reached or did not say whether it committed.
ServerResponse store_unavailable();

}  // namespace smmhost
