// One instance of a plugin's code, wherever it runs: in this process, or jailed in a runner.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "host/plugin/plugin_image.h"
#include "smm/plugin.h"

namespace smmhost {

// A plugin's own word for the log. May be called from any thread.
using PluginLog = std::function<void(std::uint32_t level, std::string_view message)>;

// What a loaded library says of itself.
struct EntryFacts {
  std::uint32_t struct_size = 0;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  bool has_all_functions = false;
  std::string id;
  std::string version;
};
EntryFacts facts_of(const smm_plugin* plugin);

// What open() gets, and where the plugin's words go.
struct OpenRequest {
  std::string name;                                         // the section's
  std::vector<std::pair<std::string, std::string>> values;  // canonical; secrets are placeholders
  std::vector<std::string> interfaces;                      // the ids that the manifest lists
  PluginLog log;
  std::function<std::optional<Refusal>(const EntryFacts&)> judge;  // of a library that only its runner has loaded
};

struct OfferedInterface {
  std::string id;
  bool complete = false;  // its struct is whole and has a function
  std::uint64_t capabilities = 0;

  bool operator==(const OfferedInterface&) const = default;
};

// Why there is no instance.
struct OpenFailure {
  smm_code code = SMM_INTERNAL;
  std::vector<std::pair<std::string, std::string>> complaints;  // key, message, as the plugin gave them
  // Only where it is jailed:
  std::string crash;        // the process ended instead of answering: how
  bool is_outside = false;  // perhaps nothing that the plugin did: it was killed, or gave no answer without computing
  std::string refusal;      // the library cannot be loaded, or is not what its manifest says
};

// What came of one next().
struct CodeReturn {
  // Why the plugin gave no answer, through its own fault: "crashed (killed by signal 11, Segmentation fault)". Nothing
  // where it returned, whatever it answered.
  std::optional<std::string> fault;
  std::int64_t cpu_us = 0;  // what it computed
  // What went wrong first, where it was asked a second time in a new process and then answered.
  std::optional<std::string> recovered_from = {};
};

class PluginCode {
 public:
  virtual ~PluginCode() = default;

  const std::vector<OfferedInterface>& interfaces() const { return interfaces_; }

  // Calls next(). Thread safe.
  virtual CodeReturn next(std::string_view interface_id, const smm_call& call, const smm_out& out) = 0;

  // How often its process was started again, and what confines it; 0 and empty in this process.
  virtual std::uint64_t restarts() const { return 0; }
  virtual std::string posture() const { return {}; }

 protected:
  std::vector<OfferedInterface> interfaces_;  // unchanged once it is open
};

// In this process. `plugin` is of a library that is never unloaded.
std::variant<std::unique_ptr<PluginCode>, OpenFailure> open_in_process(const smm_plugin* plugin, OpenRequest request);

// In a process of its own, started again when it ends. `program` is smm-plugin-runner.
std::variant<std::unique_ptr<PluginCode>, OpenFailure> open_jailed(std::shared_ptr<const PluginImage> image,
                                                                   const std::string& program, OpenRequest request);

// Loads the library in a runner and looks at its entry point; opens nothing.
struct Trial {
  std::optional<Refusal> refusal;  // why it cannot be used; nullopt where it can
  std::string posture;             // what confined its process; empty where it was not loaded
};
Trial try_loading(const PluginImage& image, const std::string& program,
                  const std::function<std::optional<Refusal>(const EntryFacts&)>& judge);

}  // namespace smmhost
