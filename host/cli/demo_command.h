// smmhost demo
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_demo_command(CLI::App& app, Session& session);

}  // namespace smmhost
