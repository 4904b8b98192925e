// `smmhost plugins record`: one operation of a configured provider or checker, run for real and kept as a cassette.
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_plugins_record_command(CLI::App& plugins, Session& session);

}  // namespace smmhost
