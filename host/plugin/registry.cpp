#include "host/plugin/registry.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "host/config/text.h"
#include "host/plugin/instance.h"
#include "host/plugin/loader.h"
#include "host/plugin/plugin_checker.h"
#include "host/plugin/plugin_config.h"
#include "host/plugin/plugin_provider.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

enum class Role { kProvider, kChecker };

std::string_view section_kind(Role role) {
  return role == Role::kProvider ? "provider" : "checker";
}
std::string_view interface_of(Role role) {
  return role == Role::kProvider ? SMM_PROVIDER_ID : SMM_PROFILE_CHECKER_ID;
}
// Without this operation an instance is of no use in its role.
std::uint32_t main_operation(Role role) {
  return role == Role::kProvider ? SMM_PROVIDER_PLACE : SMM_CHECKER_CHECK;
}

std::string section_name(Role role, const PluginSection& section) {
  return std::string(section_kind(role)) + "." + section.name;
}

// "a, b and c" would be for prose; a list of names is enough here.
std::string names_in(const std::string& folder) {
  std::string names;
  for (const PluginReport& report : list_plugins(folder))
    names += (names.empty() ? "" : ", ") + fs::path(report.path).stem().string();
  return names.empty() ? "none" : names;
}

class Loading {
 public:
  Loading(const Config& config, const PluginEnvironment& environment) : config_(config), environment_(environment) {}

  // The instance of a section, or nullptr with the reasons in errors().
  std::unique_ptr<PluginInstance> open(Role role, const PluginSection& section) {
    const PluginLibrary* library = library_for(role, section);
    if (library == nullptr || !plays(*library, role, section)) return nullptr;
    auto settings = check_section(library->manifest, section);
    if (auto* errors = std::get_if<std::vector<ConfigError>>(&settings)) return report(std::move(*errors));
    auto opened = PluginInstance::open(*library, std::move(std::get<PluginSettings>(settings)), section, environment_);
    if (auto* errors = std::get_if<std::vector<ConfigError>>(&opened)) return report(std::move(*errors));
    auto instance = std::move(std::get<std::unique_ptr<PluginInstance>>(opened));
    const smm_interface* interface = instance->interface(interface_of(role));
    if (interface != nullptr && (interface->capabilities & SMM_CAPABILITY(main_operation(role))) != 0) return instance;
    return report(
        {{section.where, "[" + section_name(role, section) + "] the plugin " + library->manifest.id +
                             " cannot do the work of a " + std::string(section_kind(role)) + " with these settings"}});
  }

  std::vector<ConfigError>& errors() { return errors_; }

 private:
  std::unique_ptr<PluginInstance> report(std::vector<ConfigError> errors) {
    std::move(errors.begin(), errors.end(), std::back_inserter(errors_));
    return nullptr;
  }

  const PluginLibrary* library_for(Role role, const PluginSection& section) {
    auto loaded = libraries_.find(section.plugin);
    if (loaded == libraries_.end()) {
      const std::string path = (fs::path(config_.plugin_path) / (section.plugin + ".so")).string();
      loaded = libraries_.emplace(section.plugin, load_library(path)).first;
    }
    if (auto* library = std::get_if<PluginLibrary>(&loaded->second)) {
      if (library->manifest.id == section.plugin) return library;
      report({{section.where, "[" + section_name(role, section) + "] the file " + section.plugin +
                                  ".so holds the plugin " + library->manifest.id}});
      return nullptr;
    }
    report({{section.where, "[" + section_name(role, section) + "] the plugin " + section.plugin +
                                " is not usable: " + std::get<Refusal>(loaded->second).reason + " (looked in " +
                                config_.plugin_path + ", which has: " + names_in(config_.plugin_path) + ")"}});
    return nullptr;
  }

  bool plays(const PluginLibrary& library, Role role, const PluginSection& section) {
    const auto& provides = library.manifest.provides;
    if (std::find(provides.begin(), provides.end(), interface_of(role)) != provides.end()) return true;
    report({{section.where, "[" + section_name(role, section) + "] the plugin " + library.manifest.id + " is not a " +
                                std::string(section_kind(role)) + ": it does not provide " +
                                std::string(interface_of(role))}});
    return false;
  }

  const Config& config_;
  const PluginEnvironment& environment_;
  std::map<std::string, std::variant<PluginLibrary, Refusal>> libraries_;
  std::vector<ConfigError> errors_;
};

// For explaining: nothing is ever sent.
class NoTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest&) override { return {}; }
};
class NoClock final : public Clock {
 public:
  Time now() const override { return {}; }
};

}  // namespace

std::variant<LoadedPlugins, std::vector<ConfigError>> load_plugins(const Config& config,
                                                                   const PluginEnvironment& environment) {
  Loading loading(config, environment);
  LoadedPlugins plugins;
  for (const PluginSection& section : config.providers) {
    if (!section.enabled) continue;
    if (auto instance = loading.open(Role::kProvider, section))
      plugins.providers.push_back(
          std::make_unique<PluginProvider>(std::move(instance), section.timeout, section.allow_http, environment));
  }
  for (const PluginSection& section : config.checkers) {
    if (!section.enabled) continue;
    if (auto instance = loading.open(Role::kChecker, section))
      plugins.checkers.push_back(
          std::make_unique<PluginChecker>(std::move(instance), section.timeout, section.allow_http, environment));
  }
  if (!loading.errors().empty()) return std::move(loading.errors());
  return plugins;
}

std::variant<std::unique_ptr<PluginInstance>, std::vector<ConfigError>> open_section(
    const Config& config, const PluginSection& section, const PluginEnvironment& environment) {
  const bool provides = std::any_of(config.providers.begin(), config.providers.end(),
                                    [&](const PluginSection& other) { return &other == &section; });
  Loading loading(config, environment);
  auto instance = loading.open(provides ? Role::kProvider : Role::kChecker, section);
  if (instance == nullptr) return std::move(loading.errors());
  return instance;
}

PluginReport inspect_plugin(const std::string& path) {
  Inspection inspection = inspect_library(path);
  return {path, std::move(inspection.manifest), inspection.refusal ? inspection.refusal->reason : std::string()};
}

PluginReport check_plugin(const std::string& path) {
  PluginReport report = inspect_plugin(path);
  if (!report.refusal.empty()) return report;
  const auto loaded = load_library(path);
  if (const auto* refusal = std::get_if<Refusal>(&loaded)) report.refusal = refusal->reason;
  return report;
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

PluginExplanation explain_plugin(const Config& config, const std::string& id) {
  PluginExplanation explanation;
  explanation.report = check_plugin((fs::path(config.plugin_path) / (id + ".so")).string());
  NoTransport transport;
  NoClock clock;
  const PluginEnvironment environment{transport, clock};
  Loading loading(config, environment);
  const auto visit = [&](Role role, const std::vector<PluginSection>& sections) {
    for (const PluginSection& section : sections) {
      if (section.plugin != id) continue;
      explanation.sections.push_back(section_name(role, section));
      loading.open(role, section);
    }
  };
  visit(Role::kProvider, config.providers);
  visit(Role::kChecker, config.checkers);
  explanation.problems = std::move(loading.errors());
  return explanation;
}

}  // namespace smmhost
