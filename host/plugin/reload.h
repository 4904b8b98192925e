// Puts a new copy of a plugin in the place of the one that serves, while the host runs.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/plugin/plugin_slot.h"
#include "host/plugin/reload_outcome.h"

namespace smmhost {

// Thread safe; one reload at a time.
class PluginReloader {
 public:
  PluginReloader(const Config& config, PluginEnvironment environment, std::vector<std::shared_ptr<PluginSlot>> slots)
      : config_(config), environment_(std::move(environment)), slots_(std::move(slots)) {}

  std::vector<PluginView> views(Time now) const;

  // Reads the plugin's file anew, and tries it in a jailed process whatever its sections say: loads it, opens an
  // instance for each of them, replays its cassettes. Then it does the same beside the old copy, where the sections
  // want it, and only then switches all of them over. A call that is under way goes on with the copy it began with,
  // which is closed after its last call. Whatever fails leaves everything as it was.
  ReloadOutcome reload(const std::string& plugin);

 private:
  const Config& config_;
  const PluginEnvironment environment_;
  const std::vector<std::shared_ptr<PluginSlot>> slots_;
  std::mutex one_at_a_time_;
};

}  // namespace smmhost
