// Loads the configured plugins: from [provider.x] and [checker.y] to the ports the core uses.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/ports/profile_checker.h"
#include "core/ports/smm_provider.h"
#include "host/config/config.h"
#include "host/plugin/environment.h"
#include "host/plugin/manifest.h"
#include "host/plugin/plugin_slot.h"

namespace smmhost {

// In the order of the configuration, without sections that are not enabled.
struct LoadedPlugins {
  std::vector<std::unique_ptr<SmmProvider>> providers;
  std::vector<std::unique_ptr<ProfileChecker>> checkers;
  std::vector<std::shared_ptr<PluginSlot>> slots;  // of all of them: the providers', then the checkers'
};

// Loads <plugin_path>/<id>.so for each section, checks the section against the manifest and opens an instance.
// Libraries are never unloaded. Every mistake of every section is reported. What safe mode or a quarantine keeps out
// becomes a port that says so and does nothing.
std::variant<LoadedPlugins, std::vector<ConfigError>> load_plugins(const Config& config,
                                                                   const PluginEnvironment& environment);

// What can be said about one .so file.
struct PluginReport {
  std::string path;
  std::optional<Manifest> manifest;  // where it could be read
  std::string refusal;               // why the host does not take it, and what to do; empty: it does
  std::string quarantine;            // what these bytes did, where the configuration's journal has them in quarantine
  std::string sha256;                // of its bytes; empty where they could not be taken
  bool bundled = false;              // one of the program's own
  std::string posture;               // what confined the process that check_plugin() loaded it in; empty: not loaded
};

// Looks at the file, its rights, its manifest and the ABI it was built for. Runs nothing of it.
PluginReport inspect_plugin(const std::string& path);

// inspect_plugin(), and then loads it, jailed in a runner, and looks at its entry point.
PluginReport check_plugin(const std::string& path);

// inspect_plugin() of every .so in the folder, by file name. Empty where the folder cannot be read.
std::vector<PluginReport> list_plugins(const std::string& folder);
// The same of the configuration's folder, with their quarantine.
std::vector<PluginReport> list_plugins(const Config& config);

// A warning for each enabled section whose plugin is in quarantine: the host starts without it.
std::vector<ConfigError> quarantined_sections(const Config& config);

// Everything about one plugin of this configuration: `smmhost plugins why ID`. Its code runs jailed only.
struct PluginExplanation {
  PluginReport report;                // with check_plugin()'s answer, or its quarantine
  std::vector<std::string> sections;  // "provider.machinesmm", ...: who uses it
  std::vector<ConfigError> problems;  // of those sections
};
PluginExplanation explain_plugin(const Config& config, const std::string& id);

}  // namespace smmhost
