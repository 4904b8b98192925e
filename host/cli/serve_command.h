// smmhost serve
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_serve_command(CLI::App& app, Session& session);

}  // namespace smmhost
