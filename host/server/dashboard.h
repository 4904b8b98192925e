// The operator's page: one self-contained HTML file that holds no data and asks the API for it with the token it is
// given.
#pragma once

#include "host/server/http_message.h"

namespace smmhost {

// 200 with a policy that runs nothing but the page's own script and style, and talks to nobody but this server.
ServerResponse dashboard_page();

}  // namespace smmhost
