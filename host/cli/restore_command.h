// smmhost restore
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_restore_command(CLI::App& app, Session& session);

}  // namespace smmhost
