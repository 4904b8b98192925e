// What `smmhost demo` shows while it runs and when it has ended.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "host/cli/demo_run.h"

namespace smmhost {

// On a terminal the progress is one block that is drawn anew; elsewhere each change is a line of its own.
class DemoDisplay {
 public:
  DemoDisplay(std::ostream& out, const Speaker& say, bool is_terminal)
      : out_(out), say_(say), is_terminal_(is_terminal) {}

  void news(const std::string& line);
  void progress(const DemoRun& run, double seconds);
  // The table of every order with its cost, the differences, and the panels' books.
  void result(const DemoRun& run, const std::vector<DemoBooks>& books);

 private:
  void erase_block();
  std::vector<std::string> block(const DemoRun& run, double seconds) const;

  std::ostream& out_;
  const Speaker& say_;
  const bool is_terminal_;
  std::size_t drawn_lines_ = 0;
  std::vector<std::string> last_states_;
};

}  // namespace smmhost
