#include "host/app/checked_config.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "host/plugin/plugin_config.h"
#include "host/plugin/registry.h"

namespace smmhost {
namespace {

void check_against_manifest(const Config& config, const PluginSection& section, std::vector<ConfigError>& errors) {
  const std::string file = (std::filesystem::path{config.plugin_path} / (section.plugin + ".so")).string();
  const PluginReport report = inspect_plugin(file);
  if (!report.refusal.empty()) {
    errors.push_back(
        {section.where, "the plugin of " + section.name + " cannot be used: " + file + ": " + report.refusal});
  }
  if (!report.manifest) return;
  const auto checked = check_section(*report.manifest, section);
  if (const auto* mistakes = std::get_if<std::vector<ConfigError>>(&checked)) {
    errors.insert(errors.end(), mistakes->begin(), mistakes->end());
  }
}

}  // namespace

ConfigReading check_configuration(const std::string& path) {
  ConfigReading reading = read_config(path);
  for (const auto* sections : {&reading.config.providers, &reading.config.checkers}) {
    for (const PluginSection& section : *sections) check_against_manifest(reading.config, section, reading.errors);
  }
  std::stable_sort(reading.errors.begin(), reading.errors.end(), [](const ConfigError& a, const ConfigError& b) {
    return std::tie(a.where.file, a.where.line) < std::tie(b.where.file, b.where.line);
  });
  return reading;
}

}  // namespace smmhost
