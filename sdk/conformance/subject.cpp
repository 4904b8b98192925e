#include "sdk/conformance/subject.h"

#include <dlfcn.h>

#include <algorithm>
#include <stdexcept>

#include "smm/sdk/testing/elf_section.hpp"

namespace smm::conformance {
namespace {

Settings with(const Settings& base, const std::string& key, const std::string& value) {
  Settings out = {{key, value}};
  for (const auto& pair : base) {
    if (pair.first != key) out.push_back(pair);
  }
  return out;
}

}  // namespace

Json read_manifest(const std::string& path) {
  const auto section = sdk::testing::elf_section(path, ".smm_manifest");
  if (!section) return {};
  const size_t end = section->find_last_not_of(std::string("\0 \t\r\n", 5));
  const Json parsed = Json::parse(section->substr(0, end == std::string::npos ? 0 : end + 1), nullptr, false);
  return parsed.is_object() ? parsed : Json();
}

const smm_plugin* load(const Subject& subject) {
  void* library = ::dlopen(subject.path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(std::string("it cannot be loaded: ") + ::dlerror());
  void* entry = ::dlsym(library, "smm_plugin_entry_v1");
  if (entry == nullptr) throw std::runtime_error("it has no symbol smm_plugin_entry_v1");
  const smm_plugin* plugin = reinterpret_cast<decltype(&smm_plugin_entry_v1)>(entry)();
  if (plugin == nullptr) throw std::runtime_error("smm_plugin_entry_v1() returned NULL");
  return plugin;
}

std::vector<Settings> settings_variants(const Subject& subject) {
  const Settings base = sdk::testing::settings_for(subject.manifest, subject.given);
  std::vector<Settings> out = {base};
  for (const Json& setting : subject.manifest.value("config", Json::array())) {
    if (setting.value("type", "") != "bool") continue;
    const std::string key = setting.at("key");
    const bool on = std::find(base.begin(), base.end(), std::pair<std::string, std::string>(key, "true")) != base.end();
    out.push_back(with(base, key, on ? "false" : "true"));
  }
  for (const Cassette& cassette : subject.cassettes) {
    if (!cassette.config.empty()) out.push_back(sdk::testing::settings_for(subject.manifest, cassette.config));
  }
  return out;
}

}  // namespace smm::conformance
