// A section's plugin as the API and the command line show it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

struct PluginView {
  std::string section;  // "provider.machinesmm", "checker.looter"
  std::string name;     // the section's part after the dot
  std::string plugin;   // the plugin's id
  std::string version;
  std::string sha256;
  std::string isolation;  // "process", "in-process"; empty while it is not loaded
  // "ok"; "resting"; "quarantined": it does not buy, or look up; "impaired": another operation is in quarantine;
  // "not_loaded"
  std::string state;
  std::string why;  // of every state but "ok"; for a person
  std::optional<Time> rests_until;
  std::uint64_t restarts = 0;  // of its process
  std::uint64_t faults = 0;
  std::string last_fault;
  std::optional<Time> last_fault_at;
  std::string posture;       // what confines its process; empty in this process
  std::uint64_t loaded = 0;  // how often it was loaded; above 1 it was reloaded
  int draining = 0;          // older copies that calls are still in
};

}  // namespace smmhost
