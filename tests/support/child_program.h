// Servers that tests start for themselves: a program as a child process that ends with the test program.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace smmhost::tests {

// A free folder of its own under the system's temporary folder, which belongs to who the servers run as.
std::filesystem::path make_server_folder(const std::string& prefix);

// Starts command[0] (a path) with its output appended to `log`. It gets the signal `on_our_death` when this program
// ends without saying so. Database servers refuse to run as root: for root it becomes the user postgres, which Debian's
// package brings. Throws std::runtime_error.
pid_t start_server(const std::vector<std::string>& command, const std::filesystem::path& log, int on_our_death);

// Waits for its end; its status as of waitpid.
int wait_for_end(pid_t child);
// True, once, where it has ended.
bool has_ended(pid_t child);

std::string text_of(const std::filesystem::path& file);

// A port of the loopback address that was free a moment ago; who takes it meanwhile makes the start fail, and the
// caller takes another one.
int free_port();

}  // namespace smmhost::tests
