// Loads a plugin's shared object: looks before it runs anything, and refuses with a reason.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "host/plugin/manifest.h"
#include "smm/plugin.h"

namespace smmhost {

// Why a file is not taken, and what to do about it. One sentence for the operator, without the file's name.
struct Refusal {
  std::string reason;
};

// A loaded library. It stays in the process until its end: a plugin's code may be on the stack of any thread, and
// what C++ registered while loading cannot be taken back.
struct PluginLibrary {
  std::string path;
  Manifest manifest;
  const smm_plugin* plugin = nullptr;  // checked: sizes, version, id, no function missing
};

// The file and its folder belong to root or to this user and nobody else may write them; the manifest can be read; its
// ABI is one that this host speaks. Runs nothing of the file. On refusal `manifest` is filled where it could be read.
struct Inspection {
  std::optional<Manifest> manifest;
  std::optional<Refusal> refusal;
};
Inspection inspect_library(const std::string& path);

// inspect_library(), then loads the file and calls its entry point. Runs the plugin's code. Not thread safe: called
// while the program starts.
std::variant<PluginLibrary, Refusal> load_library(const std::string& path);

}  // namespace smmhost
