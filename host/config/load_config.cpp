// Makes a Config out of the INI file, .env and the environment: reads, applies the key table, fills from the seed's
// variables, then checks what concerns more than one key.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <tuple>

#include "host/config/environment.h"
#include "host/config/ini_file.h"
#include "host/config/job_catalogue.h"
#include "host/config/key_table.h"
#include "host/config/text.h"
#include "host/config/values.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShortestToken = 16;

// The plugins that come with the program, and the variable that holds each one's key.
struct BuiltInPlugin {
  const char* id;
  const char* kind;  // provider or checker
  std::vector<const char*> variables;
};
const std::vector<BuiltInPlugin>& built_in_plugins() {
  static const std::vector<BuiltInPlugin> kPlugins{
      {"machinesmm", "provider", {"MACHINESMM_API_KEY"}},
      {"worldsmm", "provider", {"WORLDSMM_API_KEY"}},
      {"looter", "checker", {"LOOTER_API"}},
      {"instagram230", "checker", {"INTAGRAM230_API", "INSTAGRAM230_API"}},
  };
  return kPlugins;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// The folder of plugins beside the running program: build/<preset>/plugins, or lib/smmhost/plugins of an installation.
std::string default_plugin_path() {
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  if (!code) {
    const fs::path root = program.parent_path().parent_path();
    for (const fs::path& candidate : {root / "plugins", root / "lib" / "smmhost" / "plugins"}) {
      if (fs::is_directory(candidate, code)) return candidate.string();
    }
  }
  return "/usr/lib/smmhost/plugins";
}

class Loader {
 public:
  Loader(std::string file_name, std::string folder, const ValueSource& source)
      : file_name_(std::move(file_name)), folder_(std::move(folder)), source_(source) {
    for (const JobEntry& job : kJobCatalogue) {
      config_.jobs[std::string{job.name}] = *parse_schedule(job.default_schedule);
    }
  }

  void read(const IniFile& ini) {
    has_file_ = true;
    for (const ConfigError& error : ini.errors) errors_.push_back(error);
    for (const IniSection& section : ini.sections) read_section(section);
  }

  ConfigReading finish() {
    fill_from_environment();
    check_required();
    check_yampi();
    check_plugin_sections(config_.providers);
    check_plugin_sections(config_.checkers);
    check_names();
    std::erase_if(config_.providers, [](const PluginSection& section) { return !section.enabled; });
    drop_disabled_checkers();
    check_order();
    check_durations();
    make_paths_absolute();
    std::stable_sort(errors_.begin(), errors_.end(), [](const ConfigError& a, const ConfigError& b) {
      return std::tie(a.where.file, a.where.line) < std::tie(b.where.file, b.where.line);
    });
    return {std::move(config_), std::move(errors_)};
  }

  void mistake(SourceLine where, std::string message) { errors_.push_back({std::move(where), std::move(message)}); }
  void warn(SourceLine where, std::string message) {
    config_.warnings.push_back({std::move(where), std::move(message)});
  }

 private:
  SourceLine at(int line) const { return {file_name_, line}; }

  // --- sections ------------------------------------------------------------------------------------------------

  void read_section(const IniSection& section) {
    const std::size_t dot = section.name.find('.');
    const std::string kind = section.name.substr(0, dot);
    if (dot != std::string::npos && (kind == "provider" || kind == "checker")) {
      return read_plugin_section(section, kind, section.name.substr(dot + 1));
    }
    const auto& names = section_names();
    if (std::find(names.begin(), names.end(), section.name) == names.end()) return unknown_section(section);
    for (const IniEntry& entry : section.entries) read_entry(section.name, entry);
  }

  void unknown_section(const IniSection& section) {
    std::vector<std::string> valid = section_names();
    valid.push_back("provider.NAME");
    valid.push_back("checker.NAME");
    const std::string hint =
        section.name == "provider" || section.name == "checker" ? section.name + ".NAME" : nearest(section.name, valid);
    mistake(at(section.line),
            "there is no section [" + section.name + "]; did you mean [" + hint + "]? Sections are: " + join(valid));
  }

  void read_entry(const std::string& section, const IniEntry& entry) {
    const std::string meaning = meaning_of(section, entry.key);
    if (meaning.empty()) return unknown_key(section, entry);
    seen_[section + "." + entry.key] = at(entry.line);
    if (entry.value.empty()) return no_value(section, entry);
    const std::optional<std::string> value = resolve(section, entry);
    if (!value) return;
    if (section == "jobs" && config_.jobs.contains(entry.key)) return read_job(entry, *value);
    for (const auto& spec : config_keys()) {
      if (spec.section == section && spec.key == entry.key) apply(spec, config_, section, entry, *value);
    }
  }

  void unknown_key(const std::string& section, const IniEntry& entry) {
    std::string message = "there is no key `" + entry.key + "` in [" + section + "]";
    for (const std::string& other : section_names()) {
      if (const std::string meaning = meaning_of(other, entry.key); !meaning.empty()) {
        return mistake(at(entry.line), message + "; it belongs into [" + other + "]: " + meaning);
      }
    }
    const std::string close = nearest(entry.key, keys_of_section(section));
    mistake(at(entry.line), message + "; did you mean `" + close + "`: " + meaning_of(section, close));
  }

  void no_value(const std::string& section, const IniEntry& entry) {
    const std::string kind = section.substr(0, section.find('.'));
    const std::string meaning = meaning_of(kind, entry.key);
    mistake(at(entry.line), "`" + entry.key + "` has no value" + (meaning.empty() ? "" : "; it is: " + meaning));
  }

  std::optional<std::string> resolve(const std::string& section, const IniEntry& entry) {
    ValueSource::Resolved resolved = source_.resolve(entry.value);
    if (resolved.error.empty()) return std::move(resolved.value);
    const std::string meaning = meaning_of(section.substr(0, section.find('.')), entry.key);
    mistake(at(entry.line), "`" + entry.key + "`: " + resolved.error + (meaning.empty() ? "" : "; it is: " + meaning));
    return std::nullopt;
  }

  void read_job(const IniEntry& entry, const std::string& value) {
    const std::optional<Schedule> schedule = parse_schedule(value);
    if (schedule) {
      config_.jobs[entry.key] = *schedule;
    } else {
      mistake(at(entry.line), "`" + entry.key + " = " + value + "`: expected `every 10m`, `daily 19:00` or `off`; it " +
                                  meaning_of("jobs", entry.key));
    }
  }

  template <class Target>
  void apply(const KeySpec<Target>& spec, Target& target, const std::string& section, const IniEntry& entry,
             const std::string& value) {
    const std::optional<std::string> problem = spec.apply(target, value);
    if (!problem) return;
    // What came by @env: or @file: is not repeated either: it was put there to be kept out of sight.
    const bool show = !spec.is_secret && value == entry.value;
    const std::string what = show ? "`" + entry.key + " = " + value + "`" : "`" + entry.key + "`";
    mistake(at(entry.line), what + ": " + *problem + "; it is: " + meaning_of(section, entry.key));
  }

  // --- providers and checkers ----------------------------------------------------------------------------------

  static bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
  }

  void read_plugin_section(const IniSection& ini, const std::string& kind, const std::string& name) {
    if (!is_name(name)) {
      return mistake(at(ini.line), "[" + ini.name + "]: a name is 1 to 32 of a-z, 0-9, _ and -");
    }
    PluginSection section;
    section.name = name;
    section.plugin = name;
    section.where = at(ini.line);
    for (const IniEntry& entry : ini.entries) {
      const auto& own = plugin_section_keys();
      const auto spec = std::find_if(own.begin(), own.end(), [&](const auto& s) { return s.key == entry.key; });
      if (entry.value.empty()) {
        no_value(ini.name, entry);
        continue;
      }
      const std::optional<std::string> value = resolve(ini.name, entry);
      if (spec != own.end()) {
        if (value) apply(*spec, section, kind, entry, *value);
      } else {
        // Where it could not be resolved the key still counts as given: one mistake, one message.
        section.values[entry.key] = {value.value_or(""), at(entry.line)};
      }
    }
    (kind == "provider" ? config_.providers : config_.checkers).push_back(std::move(section));
  }

  void check_plugin_sections(const std::vector<PluginSection>& sections) {
    for (const PluginSection& section : sections) {
      const auto url = section.values.find("url");
      if (url == section.values.end() || url->second.value.empty()) continue;
      if (const auto problem = url_problem(url->second.value, section.allow_http)) {
        mistake(url->second.where, "`url` of " + section.name + " " + *problem);
      }
    }
  }

  // A name stands alone on a rate limit, in the evidence and in the counters.
  void check_names() {
    for (const PluginSection& checker : config_.checkers) {
      for (const PluginSection& provider : config_.providers) {
        if (checker.name != provider.name) continue;
        mistake(checker.where,
                "[checker." + checker.name +
                    "] has the name of a provider; give it another one, and say plugin = " + checker.plugin);
      }
    }
    for (const auto* sections : {&config_.providers, &config_.checkers}) {
      for (const PluginSection& section : *sections) {
        if (section.name == "yampi")
          mistake(section.where, "the name yampi is the shop's own; give the section another one");
      }
    }
  }

  // A checker that is switched off may stay named in `order`.
  void drop_disabled_checkers() {
    for (const PluginSection& section : config_.checkers) {
      if (!section.enabled) std::erase(config_.profile_order, section.name);
    }
    std::erase_if(config_.checkers, [](const PluginSection& section) { return !section.enabled; });
  }

  // --- the environment -----------------------------------------------------------------------------------------

  void fill_from_environment() {
    static const std::vector<std::pair<const char*, const char*>> kVariables{
        {"yampi.api_key", "YAMPI_API_KEY"},   {"yampi.secret_key", "YAMPI_SECRET_KEY"},
        {"yampi.base_url", "YAMPI_BASE_URL"}, {"yampi.webhook_secret", "YAMPI_WEBHOOK_SECRET"},
        {"store.url", "DATABASE_URL"},        {"admin.token", "SMMHOST_ADMIN_TOKEN"},
    };
    for (const auto& [key, variable] : kVariables) {
      if (!seen_.contains(key)) fill_key(key, variable);
    }
    fill_port();
    fill_plugins("provider", config_.providers);
    fill_plugins("checker", config_.checkers);
  }

  void fill_key(const std::string& name, const std::string& variable) {
    const std::optional<std::string> value = source_.variable(variable);
    if (!value) return;
    seen_[name] = {"environment", 0};
    const std::size_t dot = name.find('.');
    for (const auto& spec : config_keys()) {
      if (spec.section != name.substr(0, dot) || spec.key != name.substr(dot + 1)) continue;
      if (const auto problem = spec.apply(config_, *value)) {
        mistake({"environment", 0}, variable + ": " + *problem + "; it is: " + std::string{spec.help});
      }
    }
  }

  // Platforms that give a PORT route to it from outside the container, so it is taken on every address.
  void fill_port() {
    if (seen_.contains("host.listen")) return;
    const std::optional<std::string> text = source_.variable("PORT");
    if (!text) return;
    const std::optional<int> port = parse_int(*text, 0, 65535);
    if (!port) return mistake({"environment", 0}, "PORT: expected a port number from 0 to 65535");
    config_.listen_host = "0.0.0.0";
    config_.listen_port = *port;
  }

  // The variable that is set, with its value.
  std::optional<PluginValue> key_of(const BuiltInPlugin& plugin) const {
    for (const char* variable : plugin.variables) {
      if (const auto value = source_.variable(variable)) return PluginValue{*value, {"environment", 0}};
    }
    return std::nullopt;
  }

  void fill_plugins(const std::string& kind, std::vector<PluginSection>& sections) {
    const bool none_in_file = sections.empty();
    for (const BuiltInPlugin& plugin : built_in_plugins()) {
      const std::optional<PluginValue> key = key_of(plugin);
      if (!key || kind != plugin.kind) continue;
      for (PluginSection& section : sections) {
        if (section.plugin == plugin.id) section.values.emplace("api_key", *key);
      }
      if (!none_in_file) continue;
      PluginSection section;
      section.name = section.plugin = plugin.id;
      section.values.emplace("api_key", *key);
      section.where = {"environment", 0};
      sections.push_back(std::move(section));
    }
  }

  // --- what concerns more than one key -------------------------------------------------------------------------

  void check_required() {
    static const std::vector<std::pair<const char*, const char*>> kRequired{
        {"yampi.base_url", "YAMPI_BASE_URL"},     {"yampi.api_key", "YAMPI_API_KEY"},
        {"yampi.secret_key", "YAMPI_SECRET_KEY"}, {"yampi.webhook_secret", "YAMPI_WEBHOOK_SECRET"},
        {"admin.token", "SMMHOST_ADMIN_TOKEN"},
    };
    for (const auto& [name, variable] : kRequired) {
      if (seen_.contains(name)) continue;
      const std::string key{name};
      const std::size_t dot = key.find('.');
      const std::string section = key.substr(0, dot), word = key.substr(dot + 1);
      const std::string place = has_file_ ? "[" + section + "] " + word + " is missing (or set " + variable + ")"
                                          : std::string{variable} + " is not set";
      mistake({has_file_ ? file_name_ : "environment", 0}, place + "; it is: " + meaning_of(section, word));
    }
    if (config_.providers.empty()) {
      warn({file_name_, 0}, "no provider is configured: nothing can be bought and payments will be held");
    }
    if (config_.checkers.empty()) {
      warn({file_name_, 0}, "no checker is configured: profiles cannot be looked up and payments will wait");
    }
  }

  void check_yampi() {
    const YampiConfig& yampi = config_.yampi;
    if (!yampi.base_url.empty()) {
      if (const auto problem = url_problem(yampi.base_url, yampi.allow_http)) {
        mistake(seen_["yampi.base_url"], "`base_url` of Yampi " + *problem);
      }
    }
    if (!yampi.webhook_secret.empty() && yampi.webhook_secret.reveal() == yampi.secret_key.reveal()) {
      warn(seen_["yampi.webhook_secret"],
           "webhook_secret equals secret_key; Yampi gives each webhook a secret of its own, shown where the webhook is "
           "made");
    }
    const std::string& token = config_.admin_token.reveal();
    if (!token.empty() && token.size() < kShortestToken) {
      warn(seen_["admin.token"], "the admin token is shorter than 16 characters; make one with: openssl rand -hex 32");
    }
    const bool unprintable = std::any_of(token.begin(), token.end(), [](char c) { return c <= ' ' || c > '~'; });
    if (unprintable) mistake(seen_["admin.token"], "the admin token may hold only printable ASCII without spaces");
  }

  void check_order() {
    std::vector<std::string> names;
    for (const PluginSection& checker : config_.checkers) names.push_back(checker.name);
    if (!seen_.contains("profiles.order")) {
      config_.profile_order = names;
      return;
    }
    const SourceLine where = seen_["profiles.order"];
    std::set<std::string> listed;
    for (const std::string& name : config_.profile_order) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        const std::string hint = names.empty() ? "; no checker is configured" : "; checkers are: " + join(names);
        mistake(where, "`order` names `" + name + "`, but there is no [checker." + name + "]" + hint);
      }
      if (!listed.insert(name).second) mistake(where, "`order` names `" + name + "` twice");
    }
    for (const std::string& name : names) {
      if (!listed.contains(name)) warn(where, "[checker." + name + "] is not in `order` and will not be asked");
    }
  }

  void check_durations() {
    const FulfilmentSettings& fulfilment = config_.fulfilment;
    Duration longest = config_.yampi.timeout;
    for (const auto* sections : {&config_.providers, &config_.checkers}) {
      for (const PluginSection& section : *sections) longest = std::max(longest, section.timeout);
    }
    if (fulfilment.lease <= longest) {
      mistake(seen_.contains("fulfilment.lease") ? seen_["fulfilment.lease"] : at(0),
              "`lease` (" + duration_text(fulfilment.lease) + ") must be longer than every timeout (the longest is " +
                  duration_text(longest) + "), or a slow purchase would be taken for a dead one");
    }
    check_order_of("fulfilment.track_longest", "track_first", fulfilment.track_first, fulfilment.track_longest);
    check_order_of("fulfilment.backoff_longest", "backoff_first", fulfilment.backoff_first, fulfilment.backoff_longest);
  }

  void check_order_of(const std::string& key, const std::string& first_key, Duration first, Duration longest) {
    if (first <= longest) return;
    mistake(seen_.contains(key) ? seen_[key] : at(0),
            "`" + key.substr(key.find('.') + 1) + "` must not be shorter than `" + first_key + "`");
  }

  void make_paths_absolute() {
    std::error_code code;
    const fs::path base = fs::absolute(folder_.empty() ? "." : folder_, code);
    if (config_.store_url.starts_with("sqlite:")) {
      const std::string path = config_.store_url.substr(7);
      if (path != ":memory:") config_.store_url = "sqlite:" + (base / path).lexically_normal().string();
    }
    config_.plugin_path =
        config_.plugin_path.empty() ? default_plugin_path() : (base / config_.plugin_path).lexically_normal().string();
  }

  std::string file_name_;
  std::string folder_;
  const ValueSource& source_;
  Config config_;
  std::vector<ConfigError> errors_;
  std::map<std::string, SourceLine> seen_;  // "section.key" -> where its value came from
  bool has_file_ = false;
};

std::optional<std::string> process_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

bool exists(const std::string& path) {
  std::error_code code;
  return fs::exists(path, code);
}

}  // namespace

ConfigResult load_config(const std::string& path) {
  return load_config(path, process_variable);
}

ConfigResult load_config(const std::string& path, const EnvironmentLookup& environment) {
  ConfigReading reading = read_config(path, environment);
  if (reading.errors.empty()) return std::move(reading.config);
  return std::move(reading.errors);
}

ConfigReading read_config(const std::string& path) {
  return read_config(path, process_variable);
}

ConfigReading read_config(const std::string& path, const EnvironmentLookup& environment) {
  const std::string file_name = !path.empty() ? path : exists("smmhost.ini") ? "smmhost.ini" : "";
  const std::string folder = fs::path{file_name}.parent_path().string();

  std::vector<ConfigError> unreadable;
  DotEnv dotenv;
  const std::string dotenv_name = (fs::path{folder} / ".env").string();
  if (exists(dotenv_name)) {
    const FileText text = read_small_file(dotenv_name);
    if (!text.error.empty()) unreadable.push_back({{dotenv_name, 0}, text.error});
    dotenv = parse_dotenv(text.text, dotenv_name);
    unreadable.insert(unreadable.end(), dotenv.errors.begin(), dotenv.errors.end());
  }
  const ValueSource source{environment, std::move(dotenv), folder};
  Loader loader{file_name.empty() ? "environment" : file_name, folder, source};
  for (const ConfigError& error : unreadable) loader.mistake(error.where, error.message);
  if (!file_name.empty()) {
    const FileText text = read_small_file(file_name);
    // Without its file everything would be missing; only the cause is worth saying.
    if (!text.error.empty()) return {Config{}, {{{file_name, 0}, text.error}}};
    loader.read(parse_ini(text.text, file_name));
  }
  return loader.finish();
}

}  // namespace smmhost
