#include "host/plugin/plugin_config.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "host/config/key_table.h"
#include "host/config/text.h"
#include "host/net/url.h"
#include "host/plugin/setting_value.h"

namespace smmhost {
namespace {

// What an operator may have meant: the plugin's settings that are not deprecated, and the host's own keys.
std::vector<std::string> keys_of(const Manifest& manifest) {
  std::vector<std::string> keys;
  for (const Setting& setting : manifest.settings) {
    if (setting.deprecated.empty()) keys.push_back(setting.key);
  }
  for (const auto& spec : plugin_section_keys()) keys.emplace_back(spec.key);
  return keys;
}

std::string short_digest(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kBytes = 4;
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  if (EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  std::string digits;
  for (std::size_t i = 0; i < kBytes; ++i) digits += {kDigits[hash.at(i) >> 4], kDigits[hash.at(i) & 15]};
  return digits;
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
    settings_.digest = short_digest(all_values_);
    return std::move(settings_);
  }

 private:
  void mistake(const SourceLine& where, std::string message) { errors_.push_back({where, std::move(message)}); }

  void report_unknown_keys() {
    const auto keys = keys_of(manifest_);
    for (const auto& [key, value] : section_.values) {
      if (manifest_.setting(key) != nullptr) continue;
      const std::string close = nearest(key, keys);
      mistake(value.where, "[" + section_.name + "] `" + key + "` is not a setting of the plugin " + manifest_.id +
                               "; the nearest is `" + close + "`: " + meaning_of_key(close));
    }
  }

  std::string meaning_of_key(const std::string& key) const {
    const Setting* setting = manifest_.setting(key);
    return setting != nullptr ? setting->help : meaning_of("provider", key);
  }

  void take(const Setting& setting) {
    const auto given = section_.values.find(setting.key);
    if (given != section_.values.end() && !given->second.is_resolved) return;
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
    all_values_.append(setting.key).append(1, '\0').append(canonical).append(1, '\0');
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
  std::string all_values_;
  std::vector<ConfigError> errors_;
};

}  // namespace

std::variant<PluginSettings, std::vector<ConfigError>> check_section(const Manifest& manifest,
                                                                     const PluginSection& section) {
  return SectionCheck(manifest, section).run();
}

std::vector<ConfigError> deprecated_keys(const Manifest& manifest, const PluginSection& section) {
  std::vector<ConfigError> notices;
  for (const auto& [key, value] : section.values) {
    const Setting* setting = manifest.setting(key);
    if (setting == nullptr || setting->deprecated.empty()) continue;
    notices.push_back({value.where, "[" + section.name + "] `" + key + "` is deprecated: " + setting->deprecated +
                                        "; it was: " + setting->help});
  }
  return notices;
}

std::vector<ConfigError> short_secrets(const Manifest& manifest, const PluginSection& section) {
  std::vector<ConfigError> notices;
  for (const auto& [key, value] : section.values) {
    const Setting* setting = manifest.setting(key);
    const bool is_short = !value.value.empty() && value.value.size() < Secrets::kShortestTrace;
    if (setting == nullptr || !setting->secret || !value.is_resolved || !is_short) continue;
    notices.push_back({value.where, "[" + section.name + "] `" + key + "` is shorter than " +
                                        std::to_string(Secrets::kShortestTrace) +
                                        " characters: where an upstream repeats it, it is not struck out of what is "
                                        "kept as evidence; use a longer one"});
  }
  return notices;
}

}  // namespace smmhost
