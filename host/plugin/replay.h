// Replays recorded exchanges (sdk/docs: cassettes) through a plugin's code before it is trusted with real ones.
#pragma once

#include <string>
#include <vector>

#include "host/plugin/loader.h"

namespace smmhost {

struct ReplayOutcome {
  int replayed = 0;
  std::vector<std::string> differences;  // "place_accepted: step 1: expected {...}, got {...}"
};

// Every *.json of the folder, by name, each through an instance of its own, in this process or jailed as the library
// says. A folder that is not there has none.
ReplayOutcome replay_cassettes(const PluginLibrary& library, const std::string& folder);

}  // namespace smmhost
