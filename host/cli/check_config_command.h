// smmhost check-config
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_check_config_command(CLI::App& app, Session& session);

}  // namespace smmhost
