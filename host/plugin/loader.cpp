#include "host/plugin/loader.h"

#include <algorithm>
#include <array>
#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <utility>
#include <vector>

#include "host/config/program_files.h"
#include "host/plugin/abi_text.h"
#include "sdk/runner/given_struct.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEntry = "smm_plugin_entry_v1";
constexpr std::array<std::string_view, 4> kBundled{"instagram230", "looter", "machinesmm", "worldsmm"};

std::string version_text(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

std::optional<Refusal> abi_problem(std::uint32_t major, std::uint32_t minor) {
  if (major == SMM_ABI_MAJOR && minor <= SMM_ABI_MINOR) return std::nullopt;
  const bool newer = major > SMM_ABI_MAJOR || (major == SMM_ABI_MAJOR && minor > SMM_ABI_MINOR);
  return Refusal{"it was built for plugin ABI " + version_text(major, minor) + ", this host has " +
                 version_text(SMM_ABI_MAJOR, SMM_ABI_MINOR) + ": " +
                 (newer ? "upgrade smmhost, or build the plugin with the SDK of this host"
                        : "build the plugin again with the SDK of this host")};
}

// Keeps a loaded library, and the copy that gives it its name, for the life of the process. On the heap and never
// freed, so that it outlives all statics.
struct Kept {
  boost::dll::shared_library library;
  std::shared_ptr<const PluginImage> image;
};
void keep_for_ever(Kept kept) {
  static auto* const all = new std::vector<Kept>;
  all->push_back(std::move(kept));
}

}  // namespace

std::optional<Refusal> entry_problem(const EntryFacts& facts, const Manifest& manifest) {
  constexpr std::uint32_t kLeast = smm::runner::kLeastSize<smm_plugin>;
  if (facts.struct_size < kLeast)
    return Refusal{"its description is smaller (" + std::to_string(facts.struct_size) +
                   " bytes) than ABI 1.0 has it (" + std::to_string(kLeast) +
                   "): build the plugin again with the SDK of this host"};
  if (auto problem = abi_problem(facts.abi_major, facts.abi_minor)) return problem;
  if (!facts.has_all_functions) return Refusal{"its description lacks a function"};
  if (facts.id != manifest.id)
    return Refusal{"its manifest says the id is " + manifest.id + ", its code says " + presentable(facts.id, 64)};
  if (facts.version != manifest.version)
    return Refusal{"its manifest says the version is " + manifest.version + ", its code says " +
                   presentable(facts.version, 64)};
  return std::nullopt;
}

Inspection inspect_library(const std::string& path) {
  Inspection result;
  auto taken = PluginImage::take(path);
  if (auto* refusal = std::get_if<Refusal>(&taken))
    result.refusal = std::move(*refusal);
  else
    result.image = std::move(std::get<std::shared_ptr<const PluginImage>>(taken));

  // Of a file that is refused the manifest is only shown.
  auto manifest = read_manifest(result.image ? result.image->copy_path() : path);
  if (auto* error = std::get_if<ManifestError>(&manifest)) {
    if (!result.refusal) result.refusal = Refusal{std::move(error->message)};
    return result;
  }
  result.manifest = std::move(std::get<Manifest>(manifest));
  if (!result.refusal) result.refusal = abi_problem(result.manifest->abi_major, result.manifest->abi_minor);
  return result;
}

std::variant<PluginLibrary, Refusal> load_in_process(Inspection inspection) {
  if (inspection.refusal) return std::move(*inspection.refusal);
  boost::dll::shared_library library;
  try {
    library.load(fs::path(inspection.image->copy_path()),
                 boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& e) {  // only this form of load() carries the dynamic linker's own words
    return Refusal{"it cannot be loaded: " + presentable(e.what())};
  }
  const bool has_entry = library.has(kEntry);
  const smm_plugin* plugin = has_entry ? library.get<const smm_plugin*()>(kEntry)() : nullptr;
  keep_for_ever({std::move(library), inspection.image});
  if (!has_entry) return Refusal{std::string("it does not export ") + kEntry};
  if (plugin == nullptr) return Refusal{"its entry point returned nothing"};
  if (auto problem = entry_problem(facts_of(plugin), *inspection.manifest)) return std::move(*problem);
  const std::string path = inspection.image->path();
  return PluginLibrary{path, std::move(*inspection.manifest), std::move(inspection.image), plugin, {}};
}

std::variant<PluginLibrary, Refusal> load_library(const std::string& path) {
  return load_in_process(inspect_library(path));
}

std::variant<PluginLibrary, Refusal> to_be_jailed(Inspection inspection, std::string runner) {
  if (inspection.refusal) return std::move(*inspection.refusal);
  const std::string path = inspection.image->path();
  return PluginLibrary{path, std::move(*inspection.manifest), std::move(inspection.image), nullptr, std::move(runner)};
}

bool is_bundled(const PluginImage& image, const Manifest& manifest) {
  if (std::find(kBundled.begin(), kBundled.end(), manifest.id) == kBundled.end()) return false;
  std::error_code code;
  const fs::path folder = fs::canonical(bundled_plugin_folder(), code);
  return !code && fs::path(image.path()).parent_path() == folder;
}

}  // namespace smmhost
