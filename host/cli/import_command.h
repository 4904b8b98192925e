// smmhost import
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_import_command(CLI::App& app, Session& session);

}  // namespace smmhost
