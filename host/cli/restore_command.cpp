#include "host/cli/restore_command.h"

#include <nlohmann/json.hpp>

#include "host/app/store_settings.h"
#include "host/app/system_clock.h"
#include "host/cli/host_api.h"
#include "host/store/backup.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

struct RestoreOptions {
  std::string file;
  std::string taken_at;
  bool mark_only = false;
};

std::optional<Time> time_given(Session& session, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<Time> time = parse_iso8601(text);
  if (!time) throw CommandFailed(session.say(msg::kNoTime, text), kExitUsage);
  return time;
}

// A database that was restored with its own tools.
RestoreReport mark_only(Session& session, const Config& config, Time taken_at) {
  const Time now = SystemClock{}.now();
  if (taken_at > now) throw CommandFailed(session.say(msg::kNoTime, to_iso8601(taken_at)), kExitUsage);
  const auto store = open_store(store_settings(config));
  RestoreReport report{.restoration = {taken_at, now}};
  report.marked = mark_restored(*store, report.restoration);
  return report;
}

RestoreReport carry_out(Session& session, const RestoreOptions& options) {
  const Config config = load_config_or_fail(session);
  const std::optional<Time> taken_at = time_given(session, options.taken_at);
  if (options.mark_only != options.file.empty() || (options.mark_only && !taken_at))
    throw CommandFailed(session.say(msg::kRestoreUsage), kExitUsage);
  refuse_running_hosts(session, config);
  try {
    if (options.mark_only) return mark_only(session, config, *taken_at);
    return restore({.url = config.store_url, .file = options.file, .now = SystemClock{}.now(), .taken_at = taken_at});
  } catch (const BackupRefused& refused) {
    throw CommandFailed(refused.what());
  } catch (const CannotOpenStore& refused) {
    throw CommandFailed(refused.what());
  } catch (const StoreUnavailable& refused) {
    throw CommandFailed(refused.what());
  }
}

int run_restore(Session& session, const RestoreOptions& options) {
  const RestoreReport report = carry_out(session, options);
  const std::string taken_at = to_iso8601(report.restoration.backup_taken_at);
  if (session.json) {
    session.out << ordered_json{{"backup_taken_at", taken_at},
                                {"restored_at", to_iso8601(report.restoration.restored_at)},
                                {"kept_aside", report.kept_aside},
                                {"payments_to_review", report.marked.payments},
                                {"purchases_to_review", report.marked.purchases},
                                {"violations", report.violations}}
                       .dump(2)
                << "\n";
    return kExitOk;
  }
  session.out << session.say(msg::kRestored, taken_at, report.marked.payments, report.marked.purchases) << "\n";
  if (!report.kept_aside.empty()) session.out << session.say(msg::kKeptAside, report.kept_aside) << "\n";
  session.out << session.say(msg::kAfterRestore) << "\n";
  for (const std::string& violation : report.violations) session.err << session.say(msg::kWarning, violation) << "\n";
  return kExitOk;
}

}  // namespace

void add_restore_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "restore", msg::kRestoreAbout);
  add_json_option(*command, session);
  const auto options = std::make_shared<RestoreOptions>();
  command->add_option("FILE", options->file, std::string{session.say.text(msg::kRestoreFileHelp)});
  command->add_option("--taken-at", options->taken_at, std::string{session.say.text(msg::kTakenAtHelp)})
      ->type_name("TIME");
  command->add_flag("--mark", options->mark_only, std::string{session.say.text(msg::kMarkHelp)});
  command->callback(
      [&session, options] { session.action = [&session, options] { return run_restore(session, *options); }; });
}

}  // namespace smmhost
