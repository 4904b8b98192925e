#include "host/cli/import_command.h"

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "host/app/store_settings.h"
#include "host/app/system_clock.h"
#include "host/cli/host_api.h"
#include "host/cli/table.h"
#include "host/import/earlier_database.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

// The password need not stand on the command line, where every user of the machine can read it.
std::string url_of(Session& session, const std::string& given) {
  constexpr std::string_view kFromEnvironment = "@env:";
  if (given.rfind(kFromEnvironment, 0) != 0) return given;
  const std::string name = given.substr(kFromEnvironment.size());
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) throw CommandFailed(session.say(msg::kNoVariable, name), kExitUsage);
  return value;
}

// Null where the database does not exist yet: a dry run makes none.
std::unique_ptr<Store> open_for_dry_run(Session& session, const StoreSettings& store) {
  const std::vector<Migration> pending = pending_migrations(store);
  if (pending.empty()) return open_store(store);
  if (pending.front().number > 1) throw CommandFailed(session.say(msg::kMigrateFirst));
  return nullptr;
}

std::vector<ImportedRow> carry_out(Session& session, const Config& config, const EarlierShop& shop, ImportMode mode) {
  refuse_running_hosts(session, config);
  try {
    const StoreSettings settings = store_settings(config);
    const auto store = mode == ImportMode::kDryRun ? open_for_dry_run(session, settings) : open_store(settings);
    return import_orders(store.get(), shop, SystemClock{}.now(), mode);
  } catch (const CannotOpenStore& refused) {
    throw CommandFailed(refused.what());
  } catch (const StoreUnavailable& refused) {
    throw CommandFailed(refused.what());
  }
}

std::map<std::string, int> counts_of(const std::vector<ImportedRow>& rows) {
  std::map<std::string, int> counts;
  for (const ImportFate fate :
       {ImportFate::kProduct, ImportFate::kFinished, ImportFate::kToFulfil, ImportFate::kToReview,
        ImportFate::kCancelled, ImportFate::kKnown, ImportFate::kUnusable})
    counts[std::string{to_string(fate)}] = 0;
  for (const ImportedRow& row : rows) ++counts[std::string{to_string(row.fate)}];
  return counts;
}

void print_json(Session& session, ImportMode mode, int other_sessions, const std::vector<ImportedRow>& rows) {
  ordered_json list = ordered_json::array();
  for (const ImportedRow& row : rows)
    list.push_back({{"id", row.id}, {"item_sku", row.sku}, {"fate", to_string(row.fate)}, {"why", row.why}});
  session.out << ordered_json{{"imported", mode == ImportMode::kImport},
                              {"other_sessions", other_sessions},
                              {"counts", counts_of(rows)},
                              {"rows", list}}
                     .dump(2, ' ', false, ordered_json::error_handler_t::replace)
              << "\n";
}

void print_table(Session& session, ImportMode mode, const std::vector<ImportedRow>& rows) {
  Table table{{"ID", "SKU", "FATE", "WHY"}};
  for (const ImportedRow& row : rows) table.add({row.id, row.sku, std::string{to_string(row.fate)}, row.why});
  if (!table.empty()) table.print(session.out);
  const std::map<std::string, int> counts = counts_of(rows);
  session.out << session.say(mode == ImportMode::kImport ? msg::kImported : msg::kWouldImport, counts.at("product"),
                             counts.at("finished"), counts.at("to_fulfil"), counts.at("to_review"),
                             counts.at("cancelled"), counts.at("known"), counts.at("unusable"))
              << "\n";
}

int run_import(Session& session, const std::string& given, ImportMode mode) {
  const Config config = load_config_or_fail(session);
  EarlierDatabase earlier;
  try {
    earlier = read_earlier_database(url_of(session, given));
  } catch (const CannotReadEarlier& error) {
    throw CommandFailed(error.what());
  }
  if (earlier.other_sessions > 0)
    session.err << session.say(msg::kWarning, session.say(msg::kStillRuns, earlier.other_sessions)) << "\n";
  const std::vector<ImportedRow> rows = carry_out(session, config, earlier.shop, mode);
  if (session.json)
    print_json(session, mode, earlier.other_sessions, rows);
  else
    print_table(session, mode, rows);
  return counts_of(rows).at("unusable") == 0 ? kExitOk : kExitFailed;
}

}  // namespace

void add_import_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "import", msg::kImportAbout);
  add_json_option(*command, session);
  const auto url = std::make_shared<std::string>();
  const auto dry_run = std::make_shared<bool>(false);
  command->add_option("URL", *url, std::string{session.say.text(msg::kImportUrlHelp)})->required();
  command->add_flag("--dry-run", *dry_run, std::string{session.say.text(msg::kDryRunHelp)});
  command->callback([&session, url, dry_run] {
    session.action = [&session, url, dry_run] {
      return run_import(session, *url, *dry_run ? ImportMode::kDryRun : ImportMode::kImport);
    };
  });
}

}  // namespace smmhost
