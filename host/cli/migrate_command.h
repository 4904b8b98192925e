// smmhost migrate
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_migrate_command(CLI::App& app, Session& session);

}  // namespace smmhost
