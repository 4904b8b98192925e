// Makes a Config out of the INI file, .env and the environment: reads the file by the key table, then has the gaps
// filled and the whole checked.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <tuple>

#include "host/config/config_draft.h"
#include "host/config/environment.h"
#include "host/config/ini_file.h"
#include "host/config/job_catalogue.h"
#include "host/config/key_table.h"
#include "host/config/program_files.h"
#include "host/config/text.h"
#include "host/config/values.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

class Loader {
 public:
  Loader(std::string file_name, std::string folder, const ValueSource& source)
      : folder_(std::move(folder)), source_(source) {
    draft_.file_name = std::move(file_name);
    for (const JobEntry& job : kJobCatalogue) {
      draft_.config.jobs[std::string{job.name}] = *parse_schedule(job.default_schedule);
    }
  }

  void read(const IniFile& ini) {
    draft_.has_file = true;
    for (const ConfigError& error : ini.errors) draft_.errors.push_back(error);
    for (const IniSection& section : ini.sections) read_section(section);
  }

  ConfigReading finish() {
    fill_from_environment(draft_, source_);
    check_across_keys(draft_);
    make_paths_absolute();
    std::stable_sort(draft_.errors.begin(), draft_.errors.end(), [](const ConfigError& a, const ConfigError& b) {
      return std::tie(a.where.file, a.where.line) < std::tie(b.where.file, b.where.line);
    });
    return {std::move(draft_.config), std::move(draft_.errors)};
  }

  void mistake(SourceLine where, std::string message) { draft_.mistake(std::move(where), std::move(message)); }

 private:
  SourceLine at(int line) const { return {draft_.file_name, line}; }

  // Sections.

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
    draft_.seen[section + "." + entry.key] = at(entry.line);
    if (entry.value.empty()) return no_value(section, entry);
    const std::optional<std::string> value = resolve(section, entry);
    if (!value) return;
    if (section == "jobs" && draft_.config.jobs.contains(entry.key)) return read_job(entry, *value);
    for (const auto& spec : config_keys()) {
      if (spec.section == section && spec.key == entry.key) apply(spec, draft_.config, section, entry, *value);
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
      draft_.config.jobs[entry.key] = *schedule;
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

  // Providers and checkers.

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
        section.values[entry.key] = {value.value_or(""), at(entry.line), value.has_value()};
      }
    }
    (kind == "provider" ? draft_.config.providers : draft_.config.checkers).push_back(std::move(section));
  }

  void make_paths_absolute() {
    std::error_code code;
    const fs::path base = fs::absolute(folder_.empty() ? "." : folder_, code);
    if (draft_.config.store_url.starts_with("sqlite:")) {
      const std::string path = draft_.config.store_url.substr(7);
      if (path != ":memory:") draft_.config.store_url = "sqlite:" + (base / path).lexically_normal().string();
    }
    const auto absolute = [&](const std::string& path, const std::string& fallback) {
      return path.empty() ? fallback : (base / path).lexically_normal().string();
    };
    Config& config = draft_.config;
    config.plugin_path = absolute(config.plugin_path, bundled_plugin_folder());
    config.plugin_cassettes = absolute(config.plugin_cassettes, (fs::path{config.plugin_path} / "cassettes").string());
    config.plugin_runner = absolute(config.plugin_runner, runner_program());
    config.plugin_state = absolute(config.plugin_state, (beside_database(base) / "plugin-state").string());
  }

  // The folder of a database that is a file; where it is none, that of the INI file.
  fs::path beside_database(const fs::path& base) const {
    const std::string& url = draft_.config.store_url;
    return url.starts_with("sqlite:/") ? fs::path(url.substr(7)).parent_path() : base;
  }

  ConfigDraft draft_;
  std::string folder_;
  const ValueSource& source_;
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
