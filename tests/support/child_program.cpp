// Servers that tests start for themselves.
#include "tests/support/child_program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace smmhost::tests {
namespace {

const passwd* server_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) throw std::runtime_error("there is no user postgres: apt-get install postgresql");
  return user;
}

std::vector<gid_t> groups_of(const passwd* user) {
  if (user == nullptr) return {};
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (getgrouplist(user->pw_name, user->pw_gid, groups.data(), &count) < 0)
    throw std::runtime_error(std::string("too many groups has ") + user->pw_name);
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

// Between fork and exec: initgroups() would look the groups up here, and wait for ever for a lock that another thread
// of the test held when it was forked.
void become(const passwd* user, const std::vector<gid_t>& groups) {
  if (user == nullptr) return;
  if (setgroups(groups.size(), groups.data()) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)
    _exit(126);
}

}  // namespace

std::filesystem::path make_server_folder(const std::string& prefix) {
  std::string pattern = (std::filesystem::temp_directory_path() / (prefix + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  const passwd* user = server_user();
  if (user != nullptr && chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("cannot give " + pattern + " to the user postgres");
  return pattern;
}

pid_t start_server(const std::vector<std::string>& command, const std::filesystem::path& log, int on_our_death) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* user = server_user();
  const std::vector<gid_t> groups = groups_of(user);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child > 0) return child;
  become(user, groups);
  prctl(PR_SET_PDEATHSIG, on_our_death);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int nothing = open("/dev/null", O_RDONLY);
  if (output < 0 || nothing < 0 || chdir("/") != 0) _exit(126);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);  // the test program's sockets, which must end when it closes them
  execv(arguments[0], arguments.data());
  _exit(127);
}

int wait_for_end(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool has_ended(pid_t child) {
  int status = 0;
  return waitpid(child, &status, WNOHANG) == child;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

}  // namespace smmhost::tests
