#include "sdk/conformance/case_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

namespace smm::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxReport = 1 << 20;
constexpr size_t kShownOutput = 600;
constexpr rlim_t kMaxOutput = 4 << 20;
constexpr int kLookEveryMs = 25;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number_ < 0) throw std::system_error(errno, std::generic_category(), "smm-conformance");
  }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

[[noreturn]] void be_the_child(const std::function<void(Verdict&)>& body, Verdict verdict, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit output_limit{kMaxOutput, kMaxOutput};
  ::setrlimit(RLIMIT_FSIZE, &output_limit);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  try {
    body(verdict);
  } catch (const std::exception& error) {
    verdict.fail(error.what());
  }
  verdict.end();
  ::_exit(0);
}

// Resident, and not as a limit of the address space: a sanitizer reserves terabytes of that.
long memory_mb(pid_t process) {
  std::ifstream statm("/proc/" + std::to_string(process) + "/statm");
  long whole = 0;
  long resident = 0;
  statm >> whole >> resident;
  return resident * ::sysconf(_SC_PAGESIZE) >> 20;
}

// Of a process and all that it started.
long family_memory_mb(pid_t process) {
  long sum = memory_mb(process);
  std::error_code code;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", code)) {
    std::ifstream children(task.path() / "children");
    for (pid_t child = 0; children >> child;) sum += family_memory_mb(child);
  }
  return sum;
}

bool has_ended(pid_t child) {
  siginfo_t info{};
  const bool asked = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  return asked && info.si_pid == child;
}

// Everything the child reports until it closes its end. If it must be stopped before: why.
std::string read_report(int from, pid_t child, const Limits& limits, std::string& report) {
  const auto end = Clock::now() + limits.time;
  std::array<char, 4096> buffer{};
  while (report.size() < kMaxReport) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return "did not end within " + std::to_string(limits.time.count()) + " ms and was killed";
    if (family_memory_mb(child) > limits.memory_mb)
      return "took more than " + std::to_string(limits.memory_mb) + " MB of memory and was killed";
    pollfd waiting{from, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<long>(left, kLookEveryMs)));
    if (ready <= 0) {
      if (has_ended(child)) return {};  // and something that it started holds the other end
      continue;
    }
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count <= 0) return {};
    report.append(buffer.data(), static_cast<size_t>(count));
  }
  return "reported without an end and was killed";
}

// A plugin may have closed every descriptor and gone on: its end is waited for no longer than the limit.
int wait_for_end(pid_t child, Clock::time_point limit) {
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (Clock::now() >= limit) ::kill(child, SIGKILL);
    ::usleep(200);
  }
  return status;
}

// Ends whatever the child started, wherever it hid: this process is the reaper of its orphans. Returns how many.
int end_orphans(pid_t child) {
  int ended = 0;
  for (bool looking = true; looking;) {
    ::kill(-child, SIGKILL);
    std::ifstream children("/proc/thread-self/children");
    looking = false;
    for (pid_t orphan = 0; children >> orphan; looking = true) {
      ::kill(orphan, SIGKILL);
      ::waitpid(orphan, nullptr, 0);
      ++ended;
    }
  }
  return ended;
}

std::string last_output(int descriptor) {
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  if (size <= 0) return {};
  const off_t start = std::max<off_t>(0, size - static_cast<off_t>(kShownOutput));
  std::string text(static_cast<size_t>(size - start), '\0');
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), start);
  text.resize(count < 0 ? 0 : static_cast<size_t>(count));
  return text;
}

std::string ending_of(int status) {
  if (status == 0) return {};
  if (WIFSIGNALED(status)) return std::string("ended by ") + ::strsignal(WTERMSIG(status));
  return "the plugin ended the process with exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Outcome run_in_child(const std::function<void(Verdict&)>& body, const Limits& limits) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  const Descriptor output(::memfd_create("output", MFD_CLOEXEC));

  const std::string end_word = std::to_string(std::random_device()());
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto started = Clock::now();
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) be_the_child(body, Verdict(to.get(), end_word), output.get());
  ::setpgid(child, child);
  to.close();

  std::string report;
  std::string ending = read_report(from.get(), child, limits, report);
  if (!ending.empty()) ::kill(child, SIGKILL);
  const int status = wait_for_end(child, started + limits.time);
  const int orphans = end_orphans(child);
  if (ending.empty()) ending = ending_of(status);

  Outcome outcome = outcome_of(report, end_word, ending);
  if (orphans > 0 && outcome.status != Status::kCrashed) {
    outcome.status = Status::kFail;
    outcome.message += (outcome.message.empty() ? "" : "\n") + std::string("it left processes behind");
  }
  outcome.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
  if (outcome.status == Status::kCrashed) {
    const std::string said = last_output(output.get());
    if (!said.empty()) outcome.message += "\nits last output: " + said;
  }
  return outcome;
}

}  // namespace smm::conformance
