// plugins doc: what an operator reads about a plugin, from its manifest.
#pragma once

#include "host/cli/session.h"

namespace smmhost {

void add_plugins_doc_command(CLI::App& plugins, Session& session);

}  // namespace smmhost
