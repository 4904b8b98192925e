// smmhost review
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_review_command(CLI::App& app, Session& session);

}  // namespace smmhost
