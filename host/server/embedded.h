// Files of this folder that are built into the program.
#pragma once

#include <string_view>

namespace smmhost {

extern const std::string_view kOpenapiJson;    // openapi.json
extern const std::string_view kDashboardHtml;  // dashboard.html

}  // namespace smmhost
