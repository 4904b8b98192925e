#include "host/cli/plugins_command.h"

#include <nlohmann/json.hpp>

#include "host/cli/host_api.h"
#include "host/cli/plugins_doc_command.h"
#include "host/cli/plugins_record_command.h"
#include "host/cli/table.h"
#include "host/config/text.h"
#include "host/plugin/abi_text.h"
#include "host/plugin/load_journal.h"
#include "host/plugin/manifest_doc.h"
#include "host/plugin/registry.h"
#include "host/plugin/section_loading.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

// The id, or the file's name where the manifest could not be read.
std::string id_of(const PluginReport& report) {
  return report.manifest ? report.manifest->id : report.path.substr(report.path.rfind('/') + 1);
}

// Of a plugin nothing has been trusted yet: its words must not command the terminal.
void print_line(Session& session, const std::string& line) {
  session.out << presentable(line) << "\n";
}

std::string status_of(const PluginReport& report) {
  if (!report.refusal.empty()) return report.refusal;
  if (report.quarantine.empty()) return "ok";
  return "quarantined (" + report.quarantine + "): smmhost plugins why " + id_of(report);
}

ordered_json setting_json(const Setting& setting) {
  return {{"key", setting.key},
          {"type", to_string(setting.type)},
          {"required", setting.required},
          {"default", setting.default_value ? ordered_json(*setting.default_value) : ordered_json(nullptr)},
          {"help", setting.help}};
}

ordered_json report_json(const PluginReport& report) {
  ordered_json view{{"id", id_of(report)},
                    {"path", report.path},
                    {"usable", report.refusal.empty() && report.quarantine.empty()},
                    {"refusal", report.refusal},
                    {"quarantine", report.quarantine}};
  view["sha256"] = report.sha256;
  view["bundled"] = report.bundled;
  if (!report.manifest) return view;
  const Manifest& manifest = *report.manifest;
  view["name"] = manifest.name;
  view["version"] = manifest.version;
  view["abi"] = std::to_string(manifest.abi_major) + "." + std::to_string(manifest.abi_minor);
  view["provides"] = manifest.provides;
  view["egress"] = manifest.egress;
  view["settings"] = ordered_json::array();
  for (const Setting& setting : manifest.settings) view["settings"].push_back(setting_json(setting));
  return view;
}

// As it was confined when it was tried; what runs in the host is confined by nothing.
std::string way_of_running(Session& session, const PluginReport& report) {
  if (report.bundled) return std::string{session.say.text(msg::kPluginBundled)};
  const std::string jailed{session.say.text(msg::kPluginJailed)};
  return report.posture.empty() ? jailed : jailed + ": " + report.posture;
}

void print_report(Session& session, const PluginReport& report) {
  print_line(session, id_of(report) + ": " + report.path);
  if (report.manifest) {
    const Manifest& manifest = *report.manifest;
    print_line(session, manifest.name + " " + manifest.version + ", ABI " + std::to_string(manifest.abi_major) + "." +
                            std::to_string(manifest.abi_minor) + ", " + join(manifest.provides));
  }
  if (!report.sha256.empty()) print_line(session, session.say(msg::kPluginDigest, report.sha256));
  print_line(session, session.say(msg::kPluginRuns, way_of_running(session, report)));
  print_line(session, report.refusal.empty() ? session.say(msg::kPluginTaken)
                                             : session.say(msg::kPluginRefused, report.refusal));
}

void print_settings(Session& session, const Manifest& manifest) {
  Table table{{"KEY", "TYPE", "DEFAULT", "MEANING"}};
  for (const Setting& setting : manifest.settings) {
    table.add({setting.key, type_of(setting), setting.required ? "required" : setting.default_value.value_or(""),
               meaning_of(setting)});
  }
  if (table.empty()) return;
  session.out << "\n";
  table.print(session.out);
}

// Not load_config_or_fail(): looking at plugins must work while the configuration still has mistakes.
Config config_for_plugins(Session& session) {
  return read_config(session.config_path).config;
}

// What the running host says of its sections' plugins; empty where none runs.
ordered_json instances_now(Session& session) {
  const auto host = running_host_api(session);
  if (!host) return ordered_json::array();
  const HostAnswer answer = host->call("GET", "/api/plugins", nullptr);
  return answer.status == 200 && answer.body.is_array() ? answer.body : ordered_json::array();
}

ordered_json instances_of(const ordered_json& instances, const std::string& id) {
  ordered_json rows = ordered_json::array();
  for (const ordered_json& instance : instances)
    if (field(instance, "plugin") == id) rows.push_back(instance);
  return rows;
}

void print_instances(Session& session, const ordered_json& instances) {
  if (instances.empty()) return;
  Table table{{"SECTION", "PLUGIN", "ISOLATION", "STATE", "RESTARTS", "FAULTS", "LAST FAULT"}};
  for (const ordered_json& instance : instances) {
    const std::string why = field(instance, "why");
    table.add({field(instance, "section"), field(instance, "plugin"), field(instance, "isolation"),
               field(instance, "state"), field(instance, "restarts"), field(instance, "faults"),
               why.empty() ? field(instance, "last_fault") : why});
  }
  session.out << "\n";
  table.print(session.out);
}

int list(Session& session) {
  const Config config = config_for_plugins(session);
  const std::vector<PluginReport> reports = list_plugins(config);
  if (session.json) {
    ordered_json rows = ordered_json::array();
    const ordered_json instances = instances_now(session);
    for (const PluginReport& report : reports) {
      rows.push_back(report_json(report));
      rows.back()["instances"] = instances_of(instances, id_of(report));
    }
    session.out << rows.dump(2) << "\n";
    return kExitOk;
  }
  if (reports.empty()) {
    session.err << session.say(msg::kNoPlugins, config.plugin_path) << "\n";
    return kExitOk;
  }
  Table table{{"ID", "VERSION", "PROVIDES", "RUNS", "STATUS"}};
  for (const PluginReport& report : reports) {
    table.add({id_of(report), report.manifest ? report.manifest->version : "",
               report.manifest ? join(report.manifest->provides) : "", report.bundled ? "in-process" : "process",
               status_of(report)});
  }
  table.print(session.out);
  print_instances(session, instances_now(session));
  return kExitOk;
}

int why(Session& session, const std::string& id) {
  const PluginExplanation explanation = explain_plugin(config_for_plugins(session), id);
  print_report(session, explanation.report);
  session.out << (explanation.sections.empty() ? session.say(msg::kPluginUnused)
                                               : session.say(msg::kPluginUsed, join(explanation.sections)))
              << "\n";
  for (const ConfigError& problem : explanation.problems) print_line(session, to_string(problem));
  const ordered_json instances = instances_of(instances_now(session), id);
  print_instances(session, instances);
  for (const ordered_json& instance : instances)
    if (const std::string reason = field(instance, "why"); !reason.empty())
      print_line(session, field(instance, "section") + ": " + reason);
  if (explanation.report.manifest) print_settings(session, *explanation.report.manifest);
  return explanation.report.refusal.empty() && explanation.problems.empty() ? kExitOk : kExitFailed;
}

int check(Session& session, const std::string& path) {
  const PluginReport report = check_plugin(path);
  print_report(session, report);
  if (report.manifest) print_settings(session, *report.manifest);
  return report.refusal.empty() ? kExitOk : kExitFailed;
}

int reload(Session& session, const std::string& id) {
  const auto host = running_host_api(session);
  if (!host) throw CommandFailed(session.say(msg::kNoHost));
  const ordered_json answer = ask(session, *host, "POST", "/api/plugins/" + url_encoded(id) + "/reload");
  session.out << field(answer, "message") << "\n";
  if (answer.value("cassettes", 0) == 0) session.err << session.say(msg::kNothingReplayed, id) << "\n";
  return kExitOk;
}

int lift(Session& session, const std::string& id) {
  const Config config = config_for_plugins(session);
  const PluginReport report = inspect_plugin(plugin_file(config, id));
  if (report.sha256.empty()) throw CommandFailed(session.say(msg::kPluginRefused, report.refusal));
  const LoadJournal journal(config.plugin_state);
  static_cast<void>(journal.quarantined(report.sha256));  // a mark that was left behind becomes what is lifted
  const bool lifted = journal.lift(report.sha256);
  session.out << session.say(lifted ? msg::kLifted : msg::kNothingToLift, id) << "\n";
  return kExitOk;
}

// A subcommand that takes a plugin's id.
void add_id_command(CLI::App& plugins, Session& session, const char* name, const Message& about,
                    int (*run)(Session&, const std::string&)) {
  CLI::App* command = add_command(plugins, session, name, about);
  const auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, std::string{session.say.text(msg::kPluginIdHelp)})->required();
  command->callback([&session, id, run] { session.action = [&session, id, run] { return run(session, *id); }; });
}

}  // namespace

void add_plugins_command(CLI::App& app, Session& session) {
  const auto help = [&session](const Message& message) { return std::string{session.say.text(message)}; };
  CLI::App* plugins = add_command(app, session, "plugins", msg::kPluginsAbout);
  plugins->require_subcommand(1);

  CLI::App* list_command = add_command(*plugins, session, "list", msg::kPluginsListAbout);
  add_json_option(*list_command, session);
  list_command->callback([&session] { session.action = [&session] { return list(session); }; });

  add_id_command(*plugins, session, "why", msg::kPluginsWhyAbout, why);
  add_id_command(*plugins, session, "reload", msg::kPluginsReloadAbout, reload);
  add_id_command(*plugins, session, "lift", msg::kPluginsLiftAbout, lift);

  CLI::App* check_command = add_command(*plugins, session, "check", msg::kPluginsCheckAbout);
  const auto file = std::make_shared<std::string>();
  check_command->add_option("FILE", *file, help(msg::kPluginFileHelp))->required();
  check_command->callback([&session, file] { session.action = [&session, file] { return check(session, *file); }; });

  add_plugins_doc_command(*plugins, session);
  add_plugins_record_command(*plugins, session);
}

}  // namespace smmhost
