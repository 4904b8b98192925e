// Runs the body of one case in a process of its own, with a time limit, so that a plugin that crashes, ends the process
// or never returns costs its case and not the run.
#pragma once

#include <chrono>
#include <functional>

#include "sdk/conformance/verdict.h"

namespace smm::conformance {

struct Limits {
  std::chrono::milliseconds time;
  long memory_mb = 2048;  // resident
};

// What the child writes to its standard output and error is not shown; its end becomes part of a crash's message. On
// reaching a limit, or after 4 MB of output, the child is killed. Whatever it started is killed in
// any case, and fails it; the calling process must have no other children. Throws std::system_error if there is no
// process to be had.
Outcome run_in_child(const std::function<void(Verdict&)>& body, const Limits& limits);

}  // namespace smm::conformance
