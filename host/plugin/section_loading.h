// From a section of the configuration to an open instance, or to every reason why there is none.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "host/config/config.h"
#include "host/plugin/instance.h"
#include "host/plugin/load_journal.h"
#include "host/plugin/loader.h"

namespace smmhost {

enum class Role { kProvider, kChecker };

std::string_view section_kind(Role role);                              // "provider"
std::string section_name(Role role, const PluginSection& section);     // "provider.machinesmm"
std::string plugin_file(const Config& config, const std::string& id);  // <plugin_path>/<id>.so

// The plugin is not used, and the host runs without it: safe mode, quarantine, a crash while it was loaded.
struct NotLoaded {
  std::string why;
};
// Mistakes of the configuration: the host does not start with them.
using LoadingErrors = std::vector<ConfigError>;
using SectionOutcome = std::variant<std::unique_ptr<PluginInstance>, NotLoaded, LoadingErrors>;

enum class LoadingPurpose {
  kServe,    // as the section says
  kExplain,  // to say what is wrong: always jailed, and nothing is remembered of it
};

// One round of loading. Every plugin's file is read once in it, and loaded once for all sections that run it in this
// process; a new round loads a copy of its own.
class SectionLoading {
 public:
  // Everything given is borrowed.
  SectionLoading(const Config& config, const PluginEnvironment& environment, LoadingPurpose purpose)
      : config_(config), environment_(environment), purpose_(purpose), journal_(config.plugin_state) {}

  SectionOutcome open(Role role, const PluginSection& section);
  // The same bytes with the same settings, but jailed whatever the section says: what they do there costs this process
  // nothing. A crash is remembered as open() remembers it.
  SectionOutcome try_jailed(Role role, const PluginSection& section);

  // What this round loaded of it, jailed or not; nullptr where nothing was.
  const PluginLibrary* loaded_library(const std::string& plugin) const;

  // The file as this round has read it.
  const Inspection& inspection_of(const std::string& plugin);

 private:
  using FoundLibrary = std::variant<const PluginLibrary*, NotLoaded, LoadingErrors>;
  bool is_bundled_plugin(const PluginSection& section);
  Isolation isolation_of(const PluginSection& section);
  SectionOutcome open_in(Isolation isolation, Role role, const PluginSection& section);
  FoundLibrary library_for(Isolation isolation, Role role, const PluginSection& section);
  std::optional<LoadingErrors> manifest_problem(Role role, const PluginSection& section, const Inspection& inspection);
  std::variant<PluginLibrary, Refusal> load(Isolation isolation, const PluginSection& section,
                                            const Inspection& inspection);
  PluginInstance::Opened open_marked(const PluginLibrary& library, const PluginSettings& settings,
                                     const PluginSection& section);
  std::string not_usable(Role role, const PluginSection& section, const std::string& why) const;

  const Config& config_;
  const PluginEnvironment& environment_;
  const LoadingPurpose purpose_;
  const LoadJournal journal_;
  std::map<std::string, Inspection> inspections_;
  std::map<std::pair<std::string, Isolation>, std::variant<PluginLibrary, Refusal>> libraries_;  // by id
};

}  // namespace smmhost
