// The real program as a process of its own.
#include "tests/e2e/host_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

namespace smmhost::e2e {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookAgain{10};

// Everything here is allowed between fork and exec.
[[noreturn]] void become_host(char* const* arguments, const char* log, int output, char* const* environment) {
  dup2(output, STDOUT_FILENO);
  const int log_file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(log_file, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);  // the world's sockets, which must end when the world closes them
  execve(SMMHOST_PROGRAM, arguments, environment);
  _exit(127);
}

// The URL in what the program prints when it listens; "" while it is not there whole.
std::string address_in(const std::string& printed) {
  const std::size_t from = printed.find("http://");
  if (from == std::string::npos || !printed.ends_with('\n')) return {};
  return printed.substr(from, printed.find_first_not_of("htp:/.0123456789", from) - from);
}

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

HostProcess::HostProcess(std::filesystem::path ini, std::filesystem::path log)
    : ini_(std::move(ini)), log_(std::move(log)) {}

HostProcess::~HostProcess() {
  kill_now();
}

void HostProcess::die_at(const std::string& crash_point) {
  crash_variable_ = crash_point.empty() ? "" : "SMMHOST_CRASH_AT=" + crash_point;
}

std::string HostProcess::launch(std::chrono::seconds longest) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  std::vector<char*> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.push_back(*variable);
  if (!crash_variable_.empty()) environment.push_back(crash_variable_.data());
  environment.push_back(nullptr);
  std::vector<std::string> words{"smmhost", "--lang", "en", "serve", "--config", ini_.string()};
  if (!option_.empty()) words.push_back(option_);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) become_host(arguments.data(), log_.c_str(), ends[1], environment.data());
  close(ends[1]);
  output_ = ends[0];

  address_.clear();
  std::string printed;
  for (const auto deadline = Clock::now() + longest; address_.empty() && Clock::now() < deadline;) {
    pollfd ready{output_, POLLIN, 0};
    if (poll(&ready, 1, 100) <= 0) continue;
    char buffer[4096];
    const ssize_t count = read(output_, buffer, sizeof buffer);
    if (count <= 0) break;
    printed.append(buffer, static_cast<std::size_t>(count));
    address_ = address_in(printed);
  }
  return printed;
}

void HostProcess::start(std::chrono::seconds longest) {
  const std::string printed = launch(longest);
  if (!address_.empty()) return;
  kill_now();
  throw std::runtime_error("smmhost did not start. It printed: " + printed + "\nand logged: " + whole_file(log_));
}

bool HostProcess::start_or_die(std::chrono::seconds longest) {
  const std::string printed = launch(longest);
  if (!address_.empty()) return true;
  if (dies_within(std::chrono::seconds{1})) return false;
  kill_now();
  throw std::runtime_error("smmhost did not start. It printed: " + printed + "\nand logged: " + whole_file(log_));
}

bool HostProcess::dies_within(std::chrono::milliseconds longest) {
  const auto status = wait_for_end(longest);
  if (!status) return false;
  kill_now();
  return WIFSIGNALED(*status) && WTERMSIG(*status) == SIGKILL;
}

void HostProcess::kill_now() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
  pid_ = -1;
  output_ = -1;
}

std::optional<int> HostProcess::terminate(std::chrono::seconds longest) {
  if (pid_ <= 0) return std::nullopt;
  kill(pid_, SIGTERM);
  const auto status = wait_for_end(longest);
  kill_now();
  if (!status || !WIFEXITED(*status)) return std::nullopt;
  return WEXITSTATUS(*status);
}

std::optional<int> HostProcess::wait_for_end(std::chrono::milliseconds longest) {
  const auto deadline = Clock::now() + longest;
  for (;;) {
    int status = 0;
    if (pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      return status;
    }
    if (Clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace smmhost::e2e
