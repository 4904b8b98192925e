#include "host/plugin/loader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <utility>
#include <vector>

namespace smmhost {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEntry = "smm_plugin_entry_v1";

std::string version_text(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

std::optional<Refusal> rights_problem(const fs::path& path, std::string_view what) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return Refusal{std::string(what) + " cannot be found"};
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return Refusal{std::string(what) + " belongs to another user: it must belong to root or to the user of smmhost"};
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return Refusal{std::string(what) + " can be written by others, who could change what smmhost runs: chmod go-w " +
                   path.string()};
  return std::nullopt;
}

std::optional<Refusal> abi_problem(std::uint32_t major, std::uint32_t minor) {
  if (major == SMM_ABI_MAJOR && minor <= SMM_ABI_MINOR) return std::nullopt;
  const bool newer = major > SMM_ABI_MAJOR || (major == SMM_ABI_MAJOR && minor > SMM_ABI_MINOR);
  return Refusal{"it was built for plugin ABI " + version_text(major, minor) + ", this host has " +
                 version_text(SMM_ABI_MAJOR, SMM_ABI_MINOR) + ": " +
                 (newer ? "upgrade smmhost, or build the plugin with the SDK of this host"
                        : "build the plugin again with the SDK of this host")};
}

std::string text_of(const smm_str& text) {
  return text.size == 0 ? std::string() : std::string(text.data, text.size);
}

// What the loaded library says about itself against its manifest.
std::optional<Refusal> entry_problem(const smm_plugin* plugin, const Manifest& manifest) {
  if (plugin == nullptr) return Refusal{"its entry point returned nothing"};
  if (plugin->struct_size < sizeof(smm_plugin))
    return Refusal{"its description is smaller (" + std::to_string(plugin->struct_size) +
                   " bytes) than ABI 1.0 has it (" + std::to_string(sizeof(smm_plugin)) +
                   "): build the plugin again with the SDK of this host"};
  if (auto problem = abi_problem(plugin->abi_major, plugin->abi_minor)) return problem;
  if (plugin->open == nullptr || plugin->close == nullptr || plugin->get_interface == nullptr)
    return Refusal{"its description lacks a function"};
  if (text_of(plugin->id) != manifest.id)
    return Refusal{"its manifest says the id is " + manifest.id + ", its code says " +
                   text_of(plugin->id).substr(0, 64)};
  if (text_of(plugin->version) != manifest.version)
    return Refusal{"its manifest says the version is " + manifest.version + ", its code says " +
                   text_of(plugin->version).substr(0, 64)};
  return std::nullopt;
}

// Keeps every loaded library for the life of the process. On the heap and never freed, so that it outlives all statics.
void keep_for_ever(boost::dll::shared_library library) {
  static auto* const libraries = new std::vector<boost::dll::shared_library>;
  libraries->push_back(std::move(library));
}

}  // namespace

Inspection inspect_library(const std::string& path) {
  Inspection result;
  const fs::path file(path);
  std::error_code code;
  if (!fs::is_regular_file(file, code)) {
    result.refusal = Refusal{"there is no such file"};
    return result;
  }
  const fs::path real = fs::canonical(file, code);
  result.refusal = rights_problem(real, "the file");
  if (!result.refusal) result.refusal = rights_problem(real.parent_path(), "its folder");

  auto manifest = read_manifest(path);
  if (auto* error = std::get_if<ManifestError>(&manifest)) {
    if (!result.refusal) result.refusal = Refusal{std::move(error->message)};
    return result;
  }
  result.manifest = std::move(std::get<Manifest>(manifest));
  if (!result.refusal) result.refusal = abi_problem(result.manifest->abi_major, result.manifest->abi_minor);
  return result;
}

std::variant<PluginLibrary, Refusal> load_library(const std::string& path) {
  Inspection inspection = inspect_library(path);
  if (inspection.refusal) return *inspection.refusal;

  const fs::path real = fs::canonical(path);
  boost::dll::shared_library library;
  try {
    library.load(real, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& e) {  // only this form of load() carries the dynamic linker's own words
    return Refusal{std::string("it cannot be loaded: ") + e.what()};
  }
  const bool has_entry = library.has(kEntry);
  const smm_plugin* plugin = has_entry ? library.get<const smm_plugin*()>(kEntry)() : nullptr;
  keep_for_ever(std::move(library));
  if (!has_entry) return Refusal{std::string("it does not export ") + kEntry};
  if (auto problem = entry_problem(plugin, *inspection.manifest)) return *problem;
  return PluginLibrary{real.string(), std::move(*inspection.manifest), plugin};
}

}  // namespace smmhost
