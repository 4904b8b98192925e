#include "host/app/checked_config.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "host/config/text.h"
#include "host/plugin/plugin_config.h"
#include "host/plugin/registry.h"
#include "smm/profile_checker.h"
#include "smm/provider.h"

namespace smmhost {
namespace {

// `interface`: what a section of this kind needs of its plugin.
void check_against_manifest(const PluginSection& section, const std::string& interface, ConfigReading& reading) {
  const Config& config = reading.config;
  std::vector<ConfigError>& errors = reading.errors;
  const std::string file = (std::filesystem::path{config.plugin_path} / (section.plugin + ".so")).string();
  const PluginReport report = inspect_plugin(file);
  if (config.safe_mode && !report.bundled) return;
  if (!report.refusal.empty()) {
    errors.push_back(
        {section.where, "the plugin of " + section.name + " cannot be used: " + file + ": " + report.refusal});
  }
  if (!report.manifest) return;
  if (!section.sha256.empty() && !report.sha256.empty() && section.sha256 != report.sha256) {
    errors.push_back({section.where, "the plugin of " + section.name + " is not the one that `sha256` pins: " + file +
                                         " has " + report.sha256});
  }
  const std::vector<std::string>& provides = report.manifest->provides;
  if (std::find(provides.begin(), provides.end(), interface) == provides.end()) {
    errors.push_back({section.where, "the plugin of " + section.name + ", " + section.plugin + ", provides " +
                                         join(provides) + "; this section needs " + interface});
    return;
  }
  const auto checked = check_section(*report.manifest, section);
  if (const auto* mistakes = std::get_if<std::vector<ConfigError>>(&checked)) {
    errors.insert(errors.end(), mistakes->begin(), mistakes->end());
  }
  for (const auto& notices : {deprecated_keys(*report.manifest, section), short_secrets(*report.manifest, section)})
    reading.config.warnings.insert(reading.config.warnings.end(), notices.begin(), notices.end());
}

void sort_by_line(std::vector<ConfigError>& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const ConfigError& a, const ConfigError& b) {
    return std::tie(a.where.file, a.where.line) < std::tie(b.where.file, b.where.line);
  });
}

ConfigReading check(ConfigReading reading) {
  for (const PluginSection& provider : reading.config.providers) {
    check_against_manifest(provider, SMM_PROVIDER_ID, reading);
  }
  for (const PluginSection& checker : reading.config.checkers) {
    check_against_manifest(checker, SMM_PROFILE_CHECKER_ID, reading);
  }
  sort_by_line(reading.errors);
  const std::vector<ConfigError> quarantined = quarantined_sections(reading.config);
  reading.config.warnings.insert(reading.config.warnings.end(), quarantined.begin(), quarantined.end());
  sort_by_line(reading.config.warnings);
  return reading;
}

}  // namespace

ConfigReading check_configuration(const std::string& path) {
  return check(read_config(path));
}

ConfigReading check_for_safe_mode(const std::string& path) {
  ConfigReading reading = read_config(path);
  reading.config.safe_mode = true;
  return check(std::move(reading));
}

}  // namespace smmhost
