// A plugin's manifest: what it is, what it offers, which settings it takes and what it may do on the network.
// Read from the file as data, before any code of the plugin runs. The fields are specified in sdk/docs/manifest.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/net/http_transport.h"

namespace smmhost {

enum class SettingType { kString, kInt, kBool, kDecimal, kDuration, kSize, kUrl, kEnum, kList, kSecret };

std::string_view to_string(SettingType type);

struct Setting {
  std::string key;
  SettingType type = SettingType::kString;
  bool required = false;
  bool secret = false;
  std::optional<std::string> default_value;  // in the notation of the INI file
  std::optional<std::string> min;            // likewise, inclusive
  std::optional<std::string> max;
  std::vector<std::string> choices;  // of an enum
  std::string help;
  std::string deprecated;  // what to write in its place; empty where the key is not deprecated
};

struct Manifest {
  std::string id;
  std::string name;
  std::string version;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::vector<std::string> provides;             // interface ids
  std::map<std::string, HttpEffect> operations;  // the strongest effect of each
  int concurrency = 1;                           // operations of one instance under way at once
  std::vector<std::string> egress;               // host names, lower case
  std::vector<Setting> settings;
  std::string license;
  std::string homepage;

  const Setting* setting(std::string_view key) const;
};

struct ManifestError {
  std::string message;  // every mistake, separated by "; ", each naming its field
};

// Of the text of plugin.json.
std::variant<Manifest, ManifestError> parse_manifest(std::string_view text);

// Of the section .smm_manifest of a shared object. Runs nothing of it; any file may be given.
std::variant<Manifest, ManifestError> read_manifest(const std::string& path);

}  // namespace smmhost
