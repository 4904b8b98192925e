#include "host/cli/version_command.h"

namespace smmhost {

void add_version_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "version", msg::kVersionAbout);
  command->callback([&session] {
    session.action = [&session] {
      session.out << "smmhost " << SMMHOST_VERSION << "\n";
      return kExitOk;
    };
  });
}

}  // namespace smmhost
