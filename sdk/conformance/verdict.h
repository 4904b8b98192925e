// What became of one case: the words a case reports, and how a run sees it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smm::conformance {

enum class Status { kPass, kFail, kCrashed, kSkipped, kWarning };

std::string_view to_string(Status status);

struct Outcome {
  Status status = Status::kPass;
  std::string message;  // empty for a pass
  int64_t milliseconds = 0;
};

// What a case's body writes while it runs in its own process. A case that reports nothing has passed. Not thread safe.
class Verdict {
 public:
  // Reports go to the file descriptor, one JSON text a line, at once: what was said before a crash is not lost.
  // `end_word` is known to nobody else: a plugin that writes to all descriptors it can find does not report its own
  // end.
  Verdict(int descriptor, std::string end_word) : descriptor_(descriptor), end_word_(std::move(end_word)) {}

  // What is about to be done; named if the process ends or the time is over before the next report.
  void at(const std::string& step);
  void fail(const std::string& what);
  void warn(const std::string& what);
  // Nothing could be tested, and why. What failed before still counts.
  void skip(const std::string& why);
  // The body came to its end.
  void end();

 private:
  void write(const char* kind, const std::string& text) const;

  int descriptor_;
  std::string end_word_;
  int failures_ = 0;
};

// The outcome that the lines of one Verdict tell. `ending` says how the process ended, empty if with exit code 0:
// whoever reported an end() and then crashed has crashed.
Outcome outcome_of(std::string_view lines, const std::string& end_word, const std::string& ending);

}  // namespace smm::conformance
