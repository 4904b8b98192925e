// smmhost payments
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_payments_command(CLI::App& app, Session& session);

}  // namespace smmhost
