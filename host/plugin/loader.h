// Loads a plugin's shared object: looks before it runs anything, and refuses with a reason.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "host/plugin/manifest.h"
#include "host/plugin/plugin_code.h"
#include "host/plugin/plugin_image.h"
#include "smm/plugin.h"

namespace smmhost {

// A library that instances can be made of. Where it is loaded into this process it stays there until the end: a
// plugin's code may be on the stack of any thread, and what C++ registered while loading cannot be taken back.
struct PluginLibrary {
  std::string path;  // of the file, without links
  Manifest manifest;
  std::shared_ptr<const PluginImage> image;
  const smm_plugin* plugin = nullptr;  // checked: sizes, version, id, no function missing; nullptr: it is to be jailed
  std::string runner;                  // the program to jail it in
};

// What can be known without running anything of the file: its rights, its bytes, its manifest, and that its ABI is one
// that this host speaks. On refusal the manifest is filled where it could be read.
struct Inspection {
  std::optional<Manifest> manifest;
  std::optional<Refusal> refusal;
  std::shared_ptr<const PluginImage> image;  // nullptr only with a refusal
};
Inspection inspect_library(const std::string& path);

// Loads the inspected bytes into this process and calls their entry point. Runs the plugin's code. Every call makes a
// copy of its own, whose statics are shared with no other. One at a time.
std::variant<PluginLibrary, Refusal> load_in_process(Inspection inspection);
std::variant<PluginLibrary, Refusal> load_library(const std::string& path);  // inspected and loaded

// Nothing of it is run here: each of its instances loads it in a process of its own.
std::variant<PluginLibrary, Refusal> to_be_jailed(Inspection inspection, std::string runner);

// What a loaded library says about itself against its manifest.
std::optional<Refusal> entry_problem(const EntryFacts& facts, const Manifest& manifest);

// One of the program's own plugins: by its id, and by lying in the folder that comes with the program, where only who
// could replace the program itself can put a file. Neither the manifest nor the configuration can say so.
bool is_bundled(const PluginImage& image, const Manifest& manifest);

}  // namespace smmhost
