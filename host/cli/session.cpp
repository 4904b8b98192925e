#include "host/cli/session.h"

namespace smmhost {

CLI::App* add_command(CLI::App& parent, Session& session, const std::string& name, const Message& about) {
  CLI::App* command = parent.add_subcommand(name, std::string{session.say.text(about)});
  command->set_help_flag("-h,--help", std::string{session.say.text(msg::kHelpHelp)});
  command->add_option("--config", session.config_path, std::string{session.say.text(msg::kConfigHelp)})
      ->type_name("FILE");
  command->add_option("--lang", session.language_option, std::string{session.say.text(msg::kLangHelp)})
      ->type_name("LANG");
  return command;
}

void add_json_option(CLI::App& command, Session& session) {
  command.add_flag("--json", session.json, std::string{session.say.text(msg::kJsonHelp)});
}

Config load_config_or_fail(Session& session) {
  return config_or_fail(session, read_config(session.config_path));
}

Config config_or_fail(Session& session, ConfigReading reading) {
  for (const ConfigError& error : reading.errors) session.err << to_string(error) << "\n";
  for (const ConfigError& warning : reading.config.warnings) {
    session.err << session.say(msg::kWarning, to_string(warning)) << "\n";
  }
  if (!reading.errors.empty()) throw CommandFailed(session.say(msg::kConfigBad, reading.errors.size()), kExitConfig);
  return std::move(reading.config);
}

}  // namespace smmhost
