// A built plugin, loaded as a host loads it: every symbol bound now, none shared, never unloaded.
#pragma once

#include <dlfcn.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "smm/plugin.h"
#include "smm/sdk/testing/elf_section.hpp"

namespace smm::sdk::testing {

/// The library at `path` and its manifest. Throws std::runtime_error if it is not a plugin.
class LoadedPlugin {
 public:
  explicit LoadedPlugin(const std::string& path) : path_(path) {
    const auto text = elf_section(path, ".smm_manifest");
    if (!text) throw std::runtime_error(path + ": no section .smm_manifest");
    manifest_ = nlohmann::json::parse(*text);
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(path + ": " + dlerror());
    void* symbol = dlsym(library, "smm_plugin_entry_v1");
    if (symbol == nullptr) throw std::runtime_error(path + ": no symbol smm_plugin_entry_v1");
    plugin_ = reinterpret_cast<decltype(&smm_plugin_entry_v1)>(symbol)();
  }

  const std::string& path() const { return path_; }
  const nlohmann::json& manifest() const { return manifest_; }
  const smm_plugin* get() const { return plugin_; }

 private:
  std::string path_;
  nlohmann::json manifest_;
  const smm_plugin* plugin_ = nullptr;
};

}  // namespace smm::sdk::testing
