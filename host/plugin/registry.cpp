#include "host/plugin/registry.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "host/config/program_files.h"
#include "host/plugin/abi_text.h"
#include "host/plugin/plugin_checker.h"
#include "host/plugin/plugin_provider.h"
#include "host/plugin/section_loading.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostQuarantineBytes = 300;

// For explaining: nothing is ever sent.
class NoTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest&) override { return {}; }
};
class NoClock final : public Clock {
 public:
  Time now() const override { return {}; }
};

PluginReport report_of(const std::string& path, const Inspection& inspection) {
  PluginReport report;
  report.path = path;
  report.manifest = inspection.manifest;
  if (inspection.refusal) report.refusal = inspection.refusal->reason;
  if (inspection.image) report.sha256 = inspection.image->sha256();
  report.bundled = inspection.image && inspection.manifest && is_bundled(*inspection.image, *inspection.manifest);
  return report;
}

// In short; empty where nothing speaks against its bytes.
std::string quarantine_of(const Config& config, const PluginReport& report) {
  if (report.sha256.empty()) return {};
  const auto why = LoadJournal(config.plugin_state).quarantine_reason(report.sha256);
  return why ? presentable(*why, kMostQuarantineBytes) : std::string();
}

PluginReport try_out(const std::string& path, const Inspection& inspection, const std::string& runner) {
  PluginReport report = report_of(path, inspection);
  if (!report.refusal.empty()) return report;
  const auto judge = [&](const EntryFacts& facts) { return entry_problem(facts, *inspection.manifest); };
  Trial trial = try_loading(*inspection.image, runner, judge);
  if (trial.refusal) report.refusal = std::move(trial.refusal->reason);
  report.posture = std::move(trial.posture);
  return report;
}

}  // namespace

std::variant<LoadedPlugins, std::vector<ConfigError>> load_plugins(const Config& config,
                                                                   const PluginEnvironment& environment) {
  SectionLoading loading(config, environment, LoadingPurpose::kServe);
  LoadedPlugins plugins;
  std::vector<ConfigError> all_errors;
  const auto slot_for = [&](Role role, const PluginSection& section) -> std::shared_ptr<PluginSlot> {
    SectionOutcome outcome = loading.open(role, section);
    if (auto* errors = std::get_if<LoadingErrors>(&outcome)) {
      std::move(errors->begin(), errors->end(), std::back_inserter(all_errors));
      return nullptr;
    }
    auto slot = std::make_shared<PluginSlot>(std::string(section_kind(role)), section, environment);
    if (auto* not_loaded = std::get_if<NotLoaded>(&outcome)) {
      environment.log(section.name, PluginLogLevel::kWarning, "not loaded: " + not_loaded->why);
      slot->leave_empty(std::move(not_loaded->why));
    } else {
      slot->serve(std::move(std::get<std::unique_ptr<PluginInstance>>(outcome)));
    }
    plugins.slots.push_back(slot);
    return slot;
  };
  for (const PluginSection& section : config.providers)
    if (section.enabled)
      if (auto slot = slot_for(Role::kProvider, section))
        plugins.providers.push_back(std::make_unique<PluginProvider>(std::move(slot), environment));
  for (const PluginSection& section : config.checkers)
    if (section.enabled)
      if (auto slot = slot_for(Role::kChecker, section))
        plugins.checkers.push_back(std::make_unique<PluginChecker>(std::move(slot)));
  if (!all_errors.empty()) return all_errors;
  return plugins;
}

PluginReport inspect_plugin(const std::string& path) {
  return report_of(path, inspect_library(path));
}

PluginReport check_plugin(const std::string& path) {
  return try_out(path, inspect_library(path), runner_program());
}

std::vector<PluginReport> list_plugins(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code code;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code))
    if (entry->path().extension() == ".so") paths.push_back(entry->path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<PluginReport> reports;
  for (const std::string& path : paths) reports.push_back(inspect_plugin(path));
  return reports;
}

std::vector<PluginReport> list_plugins(const Config& config) {
  std::vector<PluginReport> reports = list_plugins(config.plugin_path);
  for (PluginReport& report : reports) report.quarantine = quarantine_of(config, report);
  return reports;
}

std::vector<ConfigError> quarantined_sections(const Config& config) {
  std::vector<ConfigError> warnings;
  const auto visit = [&](Role role, const std::vector<PluginSection>& sections) {
    for (const PluginSection& section : sections) {
      if (!section.enabled) continue;
      const PluginReport report = inspect_plugin(plugin_file(config, section.plugin));
      const std::string why = quarantine_of(config, report);
      if (why.empty() || (config.safe_mode && !report.bundled)) continue;
      warnings.push_back({section.where, "[" + section_name(role, section) + "] the plugin " + section.plugin +
                                             " is in quarantine and will not be loaded (" + why +
                                             "): see smmhost plugins why " + section.plugin +
                                             "; to try it again: smmhost plugins lift " + section.plugin});
    }
  };
  visit(Role::kProvider, config.providers);
  visit(Role::kChecker, config.checkers);
  return warnings;
}

PluginExplanation explain_plugin(const Config& config, const std::string& id) {
  NoTransport transport;
  NoClock clock;
  const PluginEnvironment environment{transport, clock};
  SectionLoading loading(config, environment, LoadingPurpose::kExplain);
  PluginExplanation explanation;
  const std::string path = plugin_file(config, id);
  const Inspection& inspection = loading.inspection_of(id);
  explanation.report = report_of(path, inspection);
  const auto quarantine = LoadJournal(config.plugin_state).quarantined(explanation.report.sha256);
  if (quarantine && !explanation.report.sha256.empty())
    explanation.report.refusal = *quarantine;
  else
    explanation.report = try_out(path, inspection, config.plugin_runner);

  const auto visit = [&](Role role, const std::vector<PluginSection>& sections) {
    for (const PluginSection& section : sections) {
      if (section.plugin != id) continue;
      explanation.sections.push_back(section_name(role, section));
      SectionOutcome outcome = loading.open(role, section);
      if (auto* errors = std::get_if<LoadingErrors>(&outcome))
        std::move(errors->begin(), errors->end(), std::back_inserter(explanation.problems));
      if (auto* not_loaded = std::get_if<NotLoaded>(&outcome); not_loaded != nullptr && !quarantine)
        explanation.problems.push_back({section.where, "[" + section_name(role, section) + "] " + not_loaded->why});
    }
  };
  visit(Role::kProvider, config.providers);
  visit(Role::kChecker, config.checkers);
  return explanation;
}

}  // namespace smmhost
