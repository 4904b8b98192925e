// smmhost plugins
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_plugins_command(CLI::App& app, Session& session);

}  // namespace smmhost
