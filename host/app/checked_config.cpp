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
void check_against_manifest(const Config& config, const PluginSection& section, const std::string& interface,
                            std::vector<ConfigError>& errors) {
  const std::string file = (std::filesystem::path{config.plugin_path} / (section.plugin + ".so")).string();
  const PluginReport report = inspect_plugin(file);
  if (!report.refusal.empty()) {
    errors.push_back(
        {section.where, "the plugin of " + section.name + " cannot be used: " + file + ": " + report.refusal});
  }
  if (!report.manifest) return;
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
}

}  // namespace

ConfigReading check_configuration(const std::string& path) {
  ConfigReading reading = read_config(path);
  const Config& config = reading.config;
  for (const PluginSection& provider : config.providers) {
    check_against_manifest(config, provider, SMM_PROVIDER_ID, reading.errors);
  }
  for (const PluginSection& checker : config.checkers) {
    check_against_manifest(config, checker, SMM_PROFILE_CHECKER_ID, reading.errors);
  }
  std::stable_sort(reading.errors.begin(), reading.errors.end(), [](const ConfigError& a, const ConfigError& b) {
    return std::tie(a.where.file, a.where.line) < std::tie(b.where.file, b.where.line);
  });
  return reading;
}

}  // namespace smmhost
