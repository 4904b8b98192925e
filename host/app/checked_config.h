// The configuration checked together with what its plugins say of their settings, before anything starts.
#pragma once

#include <string>

#include "host/config/config.h"

namespace smmhost {

// read_config(), and every provider's and checker's section against the manifest of its plugin. Reads the plugins'
// files and runs nothing of them. All mistakes are in the result, in the order of file and line.
ConfigReading check_configuration(const std::string& path);

// For `serve --safe-mode`: what is wrong with plugins that do not come with the program does not count, and the
// configuration says that they are not to be loaded.
ConfigReading check_for_safe_mode(const std::string& path);

}  // namespace smmhost
