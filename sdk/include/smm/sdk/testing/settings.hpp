// The settings of a test's instance, and what they allow, by the manifest.
#pragma once

#include <algorithm>
#include <string>

#include "smm/sdk/testing/fake_host.hpp"
#include "smm/sdk/testing/setting_values.hpp"

namespace smm::sdk::testing {

/// A setting of the manifest whose value the host keeps to itself.
inline bool is_secret(const Json& setting) {
  return setting.value("type", "") == "secret" || setting.value("secret", false);
}

/// A value that the manifest allows, for a required setting that a test says nothing of.
inline std::string made_up_value(const Json& setting) {
  const std::string type = setting.value("type", "");
  if (type == "url") return "https://" + setting.value("key", "") + ".example/api";
  if (type == "bool") return "true";
  if (type == "enum") return setting.value("enum", Json::array({""})).at(0).get<std::string>();
  if (type == "string" || type == "list") return "text";
  const Json bound = setting.value("min", setting.value("max", Json(1)));
  return canonical_default(type, bound.is_string() ? bound.get<std::string>() : bound.dump());
}

/// The settings of an instance: what is given, then by the manifest a placeholder for every secret, the defaults, and a
/// made-up value for what is required.
inline Settings settings_for(const Json& manifest, const Settings& given) {
  Settings out = given;
  const Json settings = manifest.value("config", Json::array());
  for (const Json& setting : settings) {
    const std::string key = setting.at("key");
    const bool has = std::any_of(out.begin(), out.end(), [&](const auto& pair) { return pair.first == key; });
    if (has) continue;
    if (is_secret(setting)) {
      out.emplace_back(key, "${secret:" + key + "}");
    } else if (setting.contains("default")) {
      out.emplace_back(key, canonical_default(setting.at("type"), setting.at("default")));
    } else if (setting.value("required", false)) {
      out.emplace_back(key, made_up_value(setting));
    }
  }
  return out;
}

/// Whether a request may go without https: to this machine, where a setting of type url says so, as a simulator's does.
inline bool may_go_in_clear(const std::string& request_url, const Json& manifest, const Settings& settings) {
  const auto url = parse_url(request_url);
  if (!url || url->scheme != "http" || !is_loopback(url->host)) return false;
  const Json config = manifest.value("config", Json::array());
  return std::any_of(config.begin(), config.end(), [&](const Json& setting) {
    return setting.value("type", "") == "url" && std::any_of(settings.begin(), settings.end(), [&](const auto& pair) {
             return pair.first == setting.at("key") && parse_url(pair.second) == url;
           });
  });
}

}  // namespace smm::sdk::testing
