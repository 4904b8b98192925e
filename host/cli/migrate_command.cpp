#include "host/cli/migrate_command.h"

#include "host/store/open_store.h"

namespace smmhost {
namespace {

int run_migrate(Session& session, bool dry_run) {
  const Config config = load_config_or_fail(session);
  try {
    const std::vector<Migration> migrations =
        dry_run ? pending_migrations(config.store_url) : migrate(config.store_url);
    if (migrations.empty()) session.out << session.say(msg::kNothingToMigrate) << "\n";
    for (const Migration& migration : migrations) {
      session.out << session.say(dry_run ? msg::kWouldApply : msg::kApplied, migration.number, migration.name) << "\n";
    }
  } catch (const CannotOpenStore& error) {
    throw CommandFailed(error.what());
  }
  return kExitOk;
}

}  // namespace

void add_migrate_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "migrate", msg::kMigrateAbout);
  const auto dry_run = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *dry_run, std::string{session.say.text(msg::kDryRunHelp)});
  command->callback(
      [&session, dry_run] { session.action = [&session, dry_run] { return run_migrate(session, *dry_run); }; });
}

}  // namespace smmhost
