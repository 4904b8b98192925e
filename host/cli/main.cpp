// The program smmhost: reads the command line and runs one command.
#include <csignal>

#include "host/cli/backup_command.h"
#include "host/cli/check_config_command.h"
#include "host/cli/demo_command.h"
#include "host/cli/doctor_command.h"
#include "host/cli/import_command.h"
#include "host/cli/jobs_command.h"
#include "host/cli/migrate_command.h"
#include "host/cli/payments_command.h"
#include "host/cli/plugins_command.h"
#include "host/cli/restore_command.h"
#include "host/cli/review_command.h"
#include "host/cli/serve_command.h"
#include "host/cli/session.h"
#include "host/cli/version_command.h"

namespace smmhost {
namespace {

void add_commands(CLI::App& app, Session& session) {
  add_serve_command(app, session);
  add_demo_command(app, session);
  add_check_config_command(app, session);
  add_migrate_command(app, session);
  add_import_command(app, session);
  add_backup_command(app, session);
  add_restore_command(app, session);
  add_doctor_command(app, session);
  add_jobs_command(app, session);
  add_payments_command(app, session);
  add_review_command(app, session);
  add_plugins_command(app, session);
  add_version_command(app, session);
}

int run(int argc, char** argv) {
  // A file that may not grow is a write that fails, like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  Session session{choose_language(argc, argv)};
  CLI::App app{std::string{session.say.text(msg::kAbout)}, "smmhost"};
  app.set_help_flag("-h,--help", std::string{session.say.text(msg::kHelpHelp)});
  app.add_option("--config", session.config_path, std::string{session.say.text(msg::kConfigHelp)})->type_name("FILE");
  app.add_option("--lang", session.language_option, std::string{session.say.text(msg::kLangHelp)})->type_name("LANG");
  app.require_subcommand(1);
  add_commands(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
    const std::vector<std::string> unknown = app.remaining();
    const std::string what = unknown.empty() ? error.what() : session.say(msg::kUnknownWord, unknown.front());
    session.err << session.say(msg::kError, what) << "\n" << session.say(msg::kUsageHint, "smmhost") << "\n";
    return kExitUsage;
  }
  try {
    return session.action();
  } catch (const CommandFailed& error) {
    session.err << session.say(msg::kError, error.what()) << "\n";
    return error.code;
  } catch (const std::exception& error) {
    session.err << session.say(msg::kError, error.what()) << "\n";
    return kExitFailed;
  }
}

}  // namespace
}  // namespace smmhost

int main(int argc, char** argv) {
  return smmhost::run(argc, argv);
}
