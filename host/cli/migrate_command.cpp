#include "host/cli/migrate_command.h"

#include <nlohmann/json.hpp>

#include "host/app/store_settings.h"

namespace smmhost {
namespace {

enum class Mode { kApply, kDryRun };

std::vector<Migration> migrations_of(const StoreSettings& store, Mode mode) {
  try {
    return mode == Mode::kDryRun ? pending_migrations(store) : migrate(store);
  } catch (const CannotOpenStore& error) {
    throw CommandFailed(error.what());
  }
}

void print_json(Session& session, Mode mode, const std::vector<Migration>& migrations) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Migration& migration : migrations)
    rows.push_back({{"number", migration.number}, {"name", migration.name}});
  session.out << nlohmann::ordered_json{{"applied", mode == Mode::kApply}, {"migrations", rows}}.dump(2) << "\n";
}

int run_migrate(Session& session, Mode mode) {
  const Config config = load_config_or_fail(session);
  const std::vector<Migration> migrations = migrations_of(store_settings(config), mode);
  if (session.json) {
    print_json(session, mode, migrations);
    return kExitOk;
  }
  if (migrations.empty()) session.out << session.say(msg::kNothingToMigrate) << "\n";
  const Message& line = mode == Mode::kDryRun ? msg::kWouldApply : msg::kApplied;
  for (const Migration& migration : migrations)
    session.out << session.say(line, migration.number, migration.name) << "\n";
  return kExitOk;
}

}  // namespace

void add_migrate_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "migrate", msg::kMigrateAbout);
  const auto dry_run = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *dry_run, std::string{session.say.text(msg::kDryRunHelp)});
  add_json_option(*command, session);
  command->callback([&session, dry_run] {
    session.action = [&session, dry_run] { return run_migrate(session, *dry_run ? Mode::kDryRun : Mode::kApply); };
  });
}

}  // namespace smmhost
