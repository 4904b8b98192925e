// smmhost backup
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_backup_command(CLI::App& app, Session& session);

}  // namespace smmhost
