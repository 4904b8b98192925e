// The files that belong to the running program: found beside it, never by anything that is configured.
#pragma once

#include <string>

namespace smmhost {

// The folder of the plugins that come with the program: build/<preset>/plugins, or lib/smmhost/plugins of an
// installation. Who may write there may replace the program itself.
std::string bundled_plugin_folder();

// The part of the program that speaks with PostgreSQL: lib/smmhost/postgres.so of the build folder or the installation.
std::string postgres_module_file();

// smm-plugin-runner beside the program, or in lib/smmhost of an installation.
std::string runner_program();

}  // namespace smmhost
