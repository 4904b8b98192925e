// One run: a seed decides the orders, the faults and the order of everything. The same seed is the same run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/world.h"

namespace smmhost::sim {

struct RunResult {
  std::vector<std::string> violations;
  Sometimes sometimes;
  std::string journal;  // what happened, step by step, for a replay
};

// Runs the real engine on the real SQLite store in a fresh file below `directory`.
RunResult run_simulation(std::uint64_t seed, const std::string& directory);

}  // namespace smmhost::sim
