// The table of configuration keys: where each stands, what it means, and how its text becomes a field of Config.
// One table serves the checking, the messages and `smmhost check-config --keys`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.h"

namespace smmhost {

template <class Target>
struct KeySpec {
  std::string_view section;  // "host"; for [provider.NAME] and [checker.NAME] the part before the dot
  std::string_view key;
  std::string_view fallback;  // what holds when it is left out; "required" where it may not be
  std::string_view help;
  // Puts the value into its place, or says what was expected instead.
  std::optional<std::string> (*apply)(Target& target, const std::string& value);
  bool is_secret = false;  // the value is never repeated in a message
};

// Keys of the fixed sections, without those of [jobs], which host/config/job_catalogue.h names.
const std::vector<KeySpec<Config>>& config_keys();

// The host's own keys of [provider.NAME] and [checker.NAME].
const std::vector<KeySpec<PluginSection>>& plugin_section_keys();

// The fixed sections in the order of describe_keys(), without provider.* and checker.*.
const std::vector<std::string>& section_names();

// Keys of one fixed section, job names among them.
std::vector<std::string> keys_of_section(std::string_view section);

// What a key means, with its default; empty where there is no such key.
std::string meaning_of(std::string_view section, std::string_view key);

}  // namespace smmhost
