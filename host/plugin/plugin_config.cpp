#include "host/plugin/plugin_config.h"

#include "host/config/text.h"
#include "host/net/url.h"
#include "host/plugin/setting_value.h"

namespace smmhost {
namespace {

std::vector<std::string> keys_of(const Manifest& manifest) {
  std::vector<std::string> keys;
  for (const Setting& setting : manifest.settings) keys.push_back(setting.key);
  return keys;
}

class SectionCheck {
 public:
  SectionCheck(const Manifest& manifest, const PluginSection& section) : manifest_(manifest), section_(section) {}

  std::variant<PluginSettings, std::vector<ConfigError>> run() {
    settings_.name = section_.name;
    report_unknown_keys();
    for (const Setting& setting : manifest_.settings) take(setting);
    if (!errors_.empty()) return std::move(errors_);
    settings_.secrets = Secrets(std::move(secrets_));
    return std::move(settings_);
  }

 private:
  void mistake(const SourceLine& where, std::string message) { errors_.push_back({where, std::move(message)}); }

  void report_unknown_keys() {
    const auto keys = keys_of(manifest_);
    for (const auto& [key, value] : section_.values) {
      if (manifest_.setting(key) != nullptr) continue;
      std::string message = "[" + section_.name + "] `" + key + "` is not a setting of the plugin " + manifest_.id;
      if (const std::string close = nearest(key, keys); !close.empty())
        message += "; the nearest is `" + close + "`: " + manifest_.setting(close)->help;
      mistake(value.where, std::move(message));
    }
  }

  void take(const Setting& setting) {
    const auto given = section_.values.find(setting.key);
    if (given != section_.values.end() && !given->second.value.empty())
      return take_value(setting, given->second.value, given->second.where);
    if (setting.default_value && !setting.default_value->empty())
      return take_value(setting, *setting.default_value, section_.where);
    if (!setting.required) return;
    const SourceLine& where = given != section_.values.end() ? given->second.where : section_.where;
    mistake(where, "[" + section_.name + "] `" + setting.key + "` is missing; the plugin " + manifest_.id +
                       " needs it: " + setting.help);
  }

  void take_value(const Setting& setting, const std::string& text, const SourceLine& where) {
    auto value = canonical_value(setting, text);
    if (const auto* problem = std::get_if<ValueProblem>(&value))
      return mistake(where,
                     "[" + section_.name + "] `" + setting.key + "` " + problem->message + "; it is: " + setting.help);
    std::string canonical = std::move(std::get<std::string>(value));
    if (const auto url = parse_url(canonical); setting.type == SettingType::kUrl && url) {
      if (!is_allowed_scheme(*url))
        return mistake(where,
                       "[" + section_.name + "] `" + setting.key +
                           "` would send keys unencrypted: use https, or say allow_http = yes in the same section");
      settings_.url_hosts.insert(url->host + ":" + std::to_string(url->port));
    }
    if (setting.secret) {
      settings_.values.emplace_back(setting.key, Secrets::placeholder(setting.key));
      secrets_.emplace(setting.key, std::move(canonical));
    } else {
      settings_.values.emplace_back(setting.key, std::move(canonical));
    }
  }

  bool is_allowed_scheme(const Url& url) const {
    return url.scheme == "https" || section_.allow_http || is_loopback_host(url.host);
  }

  const Manifest& manifest_;
  const PluginSection& section_;
  PluginSettings settings_;
  std::map<std::string, std::string> secrets_;
  std::vector<ConfigError> errors_;
};

}  // namespace

std::variant<PluginSettings, std::vector<ConfigError>> check_section(const Manifest& manifest,
                                                                     const PluginSection& section) {
  return SectionCheck(manifest, section).run();
}

}  // namespace smmhost
