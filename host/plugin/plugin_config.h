// Checks an INI section against the plugin's manifest and makes what the plugin gets of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/config/config.h"
#include "host/plugin/manifest.h"
#include "host/plugin/secrets.h"

namespace smmhost {

// What one instance is made of.
struct PluginSettings {
  std::string name;                                         // the section's
  std::vector<std::pair<std::string, std::string>> values;  // for the plugin: canonical; secrets are placeholders
  Secrets secrets;
  std::set<std::string> url_hosts;  // "host:port" of each setting of type url
  std::string digest;               // eight hex digits of all of them, secrets too: too few to tell a secret by
};

// Every mistake at once: unknown keys with the nearest valid one, wrong types, bounds, missing ones; each message says
// what the key means. Values of secrets are never repeated.
std::variant<PluginSettings, std::vector<ConfigError>> check_section(const Manifest& manifest,
                                                                     const PluginSection& section);

// The deprecated keys that the section sets, each with what to write in its place. They still work.
std::vector<ConfigError> deprecated_keys(const Manifest& manifest, const PluginSection& section);

// The secrets of the section that are too short to be struck out of what an upstream echoes. They still work.
std::vector<ConfigError> short_secrets(const Manifest& manifest, const PluginSection& section);

}  // namespace smmhost
