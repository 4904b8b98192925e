#include "host/plugin/section_loading.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "host/plugin/registry.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

std::string_view interface_of(Role role) {
  return role == Role::kProvider ? SMM_PROVIDER_ID : SMM_PROFILE_CHECKER_ID;
}
// Without this operation an instance is of no use in its role.
std::uint32_t main_operation(Role role) {
  return role == Role::kProvider ? SMM_PROVIDER_PLACE : SMM_CHECKER_CHECK;
}

// "a, b and c" would be for prose; a list of names is enough here.
std::string names_in(const std::string& folder) {
  std::string names;
  for (const PluginReport& report : list_plugins(folder))
    names += (names.empty() ? "" : ", ") + fs::path(report.path).stem().string();
  return names.empty() ? "none" : names;
}

}  // namespace

std::string_view section_kind(Role role) {
  return role == Role::kProvider ? "provider" : "checker";
}

std::string section_name(Role role, const PluginSection& section) {
  return std::string(section_kind(role)) + "." + section.name;
}

std::string plugin_file(const Config& config, const std::string& id) {
  return (fs::path(config.plugin_path) / (id + ".so")).string();
}

const Inspection& SectionLoading::inspection_of(const std::string& plugin) {
  auto found = inspections_.find(plugin);
  if (found == inspections_.end())
    found = inspections_.emplace(plugin, inspect_library(plugin_file(config_, plugin))).first;
  return found->second;
}

std::string SectionLoading::not_usable(Role role, const PluginSection& section, const std::string& why) const {
  return "[" + section_name(role, section) + "] the plugin " + section.plugin + " is not usable: " + why;
}

std::optional<LoadingErrors> SectionLoading::manifest_problem(Role role, const PluginSection& section,
                                                              const Inspection& inspection) {
  const auto problem = [&](const std::string& message) { return LoadingErrors{{section.where, message}}; };
  if (inspection.refusal)
    return problem(not_usable(role, section, inspection.refusal->reason) + " (looked in " + config_.plugin_path +
                   ", which has: " + names_in(config_.plugin_path) + ")");
  const std::string place = "[" + section_name(role, section) + "] ";
  if (inspection.manifest->id != section.plugin)
    return problem(place + "the file " + section.plugin + ".so holds the plugin " + inspection.manifest->id);
  const auto& provides = inspection.manifest->provides;
  if (std::find(provides.begin(), provides.end(), interface_of(role)) == provides.end())
    return problem(place + "the plugin " + section.plugin + " is not a " + std::string(section_kind(role)) +
                   ": it does not provide " + std::string(interface_of(role)));
  if (!section.sha256.empty() && section.sha256 != inspection.image->sha256())
    return problem(not_usable(role, section,
                              "its SHA-256 is " + inspection.image->sha256() + ", and the section pins " +
                                  section.sha256 + ": put the pinned file back, or pin the new one if you trust it"));
  return std::nullopt;
}

std::variant<PluginLibrary, Refusal> SectionLoading::load(Isolation isolation, const PluginSection& section,
                                                          const Inspection& inspection) {
  if (isolation == Isolation::kProcess) return to_be_jailed(inspection, config_.plugin_runner);
  const LoadJournal::Mark mark = journal_.mark(inspection.image->sha256(), section.plugin);
  if (!mark.problem.empty())
    environment_.log(section.name, PluginLogLevel::kWarning,
                     "a crash while it is loaded would not be remembered: " + mark.problem);
  return load_in_process(inspection);
}

bool SectionLoading::is_bundled_plugin(const PluginSection& section) {
  const Inspection& inspection = inspection_of(section.plugin);
  return inspection.image && inspection.manifest && is_bundled(*inspection.image, *inspection.manifest);
}

Isolation SectionLoading::isolation_of(const PluginSection& section) {
  if (purpose_ == LoadingPurpose::kExplain) return Isolation::kProcess;
  return section.isolation.value_or(is_bundled_plugin(section) ? Isolation::kInProcess : Isolation::kProcess);
}

SectionLoading::FoundLibrary SectionLoading::library_for(Isolation isolation, Role role, const PluginSection& section) {
  const Inspection& inspection = inspection_of(section.plugin);
  if (config_.safe_mode && !is_bundled_plugin(section))
    return NotLoaded{"the host runs in safe mode, with its own plugins alone"};
  if (auto problem = manifest_problem(role, section, inspection)) return std::move(*problem);
  if (const auto reason = journal_.quarantined(inspection.image->sha256())) return NotLoaded{*reason};

  auto loaded = libraries_.find({section.plugin, isolation});
  if (loaded == libraries_.end())
    loaded = libraries_.emplace(std::pair(section.plugin, isolation), load(isolation, section, inspection)).first;
  if (const auto* library = std::get_if<PluginLibrary>(&loaded->second)) return library;
  return LoadingErrors{{section.where, not_usable(role, section, std::get<Refusal>(loaded->second).reason)}};
}

const PluginLibrary* SectionLoading::loaded_library(const std::string& plugin) const {
  // Where both are, the jailed one can do the least harm.
  for (const Isolation isolation : {Isolation::kProcess, Isolation::kInProcess}) {
    const auto found = libraries_.find({plugin, isolation});
    if (found == libraries_.end()) continue;
    if (const auto* library = std::get_if<PluginLibrary>(&found->second)) return library;
  }
  return nullptr;
}

PluginInstance::Opened SectionLoading::open_marked(const PluginLibrary& library, const PluginSettings& settings,
                                                   const PluginSection& section) {
  const LoadJournal::Mark mark =
      library.plugin == nullptr ? LoadJournal::Mark() : journal_.mark(library.image->sha256(), section.plugin);
  return PluginInstance::open(library, settings, section, environment_);
}

SectionOutcome SectionLoading::open(Role role, const PluginSection& section) {
  return open_in(isolation_of(section), role, section);
}

SectionOutcome SectionLoading::try_jailed(Role role, const PluginSection& section) {
  return open_in(Isolation::kProcess, role, section);
}

SectionOutcome SectionLoading::open_in(Isolation isolation, Role role, const PluginSection& section) {
  auto found = library_for(isolation, role, section);
  if (auto* errors = std::get_if<LoadingErrors>(&found)) return std::move(*errors);
  if (auto* not_loaded = std::get_if<NotLoaded>(&found)) return std::move(*not_loaded);
  const PluginLibrary& library = *std::get<const PluginLibrary*>(found);
  auto settings = check_section(library.manifest, section);
  if (auto* errors = std::get_if<std::vector<ConfigError>>(&settings)) return std::move(*errors);

  PluginInstance::Opened opened = open_marked(library, std::get<PluginSettings>(settings), section);
  // A machine under load, or somebody who ended the process: no reason to do without the plugin.
  if (const auto* crash = std::get_if<CrashWhileOpening>(&opened); crash != nullptr && crash->is_outside)
    opened = open_marked(library, std::get<PluginSettings>(settings), section);
  if (auto* errors = std::get_if<std::vector<ConfigError>>(&opened)) return std::move(*errors);
  if (auto* crash = std::get_if<CrashWhileOpening>(&opened)) {
    const std::string why = "while it was loaded for [" + section_name(role, section) + "] it " + crash->how;
    if (purpose_ == LoadingPurpose::kServe && !crash->is_outside)
      journal_.quarantine(library.image->sha256(), section.plugin, why);
    return NotLoaded{why};
  }
  auto instance = std::move(std::get<std::unique_ptr<PluginInstance>>(opened));
  if (instance->can(interface_of(role), main_operation(role))) return instance;
  return LoadingErrors{{section.where, "[" + section_name(role, section) + "] the plugin " + library.manifest.id +
                                           " cannot do the work of a " + std::string(section_kind(role)) +
                                           " with these settings"}};
}

}  // namespace smmhost
