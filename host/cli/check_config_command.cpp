#include "host/cli/check_config_command.h"

#include "host/app/checked_config.h"

namespace smmhost {
namespace {

int check_config(Session& session, bool keys) {
  if (keys) {
    session.out << describe_keys();
    return kExitOk;
  }
  config_or_fail(session, check_configuration(session.config_path));
  session.out << session.say(msg::kConfigGood) << "\n";
  return kExitOk;
}

}  // namespace

void add_check_config_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "check-config", msg::kCheckConfigAbout);
  const auto keys = std::make_shared<bool>(false);
  command->add_flag("--keys", *keys, std::string{session.say.text(msg::kKeysHelp)});
  command->callback([&session, keys] { session.action = [&session, keys] { return check_config(session, *keys); }; });
}

}  // namespace smmhost
