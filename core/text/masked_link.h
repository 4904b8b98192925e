// What follows "instagram.com" in a link whose slashes were stripped by a shop's input mask.
#pragma once

#include <string_view>

#include "core/text/instagram_target.h"

namespace smmhost {

// `rest` is the text between the host and the first '?' or '#', not empty, upper and lower case as typed. Without
// slashes "pDOqjIRkAoz0" is /pDOqjIRkAoz0, a profile, as well as /p/DOqjIRkAoz0, a post; it is decided only where all
// readings but one are impossible, and otherwise kNotUnderstood names the readings.
InstagramTarget read_masked_path(std::string_view rest);

}  // namespace smmhost
