// smmhost doctor
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_doctor_command(CLI::App& app, Session& session);

}  // namespace smmhost
