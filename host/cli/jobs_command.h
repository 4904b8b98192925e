// smmhost jobs
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_jobs_command(CLI::App& app, Session& session);

}  // namespace smmhost
