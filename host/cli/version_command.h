// smmhost version
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_version_command(CLI::App& app, Session& session);

}  // namespace smmhost
