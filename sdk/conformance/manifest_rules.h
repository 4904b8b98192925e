// What is wrong with a manifest, by sdk/docs/manifest.md: every mistake, each naming its field.
#pragma once

#include <string>
#include <vector>

#include "sdk/conformance/subject.h"

namespace smm::conformance {

std::vector<std::string> manifest_mistakes(const Json& manifest);

}  // namespace smm::conformance
