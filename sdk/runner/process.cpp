// Asking a runner, and finding out how it ended.
#include "sdk/runner/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace smm::runner {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr microseconds kSpin{50};
constexpr int kMostLogLines = 64;
constexpr std::size_t kMostSmallBytes = std::size_t{256} << 10;  // of every message but an answer
// A socket of the host's is never at a number that the child's own descriptors take.
constexpr int kFirstFreeDescriptor = 10;

std::string seconds(milliseconds duration) {
  return std::to_string(duration.count() / 1000) + "." + std::to_string(duration.count() % 1000 / 100) + " s";
}

std::string end_of(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGSYS) return "made a system call that plugins may not make";
    if (signal == SIGXCPU) return "used up the computing time of its process";
    return "crashed (killed by signal " + std::to_string(signal) + ", " + ::strsignal(signal) + ")";
  }
  return "ended its process (exit code " + std::to_string(WEXITSTATUS(status)) + ")";
}

pid_t reap(pid_t pid, int& status, int options) {
  pid_t ended = 0;
  do {
    ended = ::waitpid(pid, &status, options);
  } while (ended < 0 && errno == EINTR);
  return ended;
}

// One whose channel has closed is ending as a rule, and how it does so is to be told: it is given a moment. 0: it goes
// on.
pid_t wait_for_its_own_end(pid_t pid, int& status) {
  constexpr timespec kAWhile{0, 1'000'000};
  for (int waits = 0; waits < 50; ++waits) {
    if (const pid_t ended = reap(pid, status, WNOHANG); ended != 0) return ended;
    ::nanosleep(&kAWhile, nullptr);
  }
  return 0;
}

}  // namespace

Process::Process(Options options, pid_t pid, int socket) : options_(std::move(options)), pid_(pid), channel_(socket) {}

Process::~Process() {
  gone();
}

std::string Process::gone() {
  if (pid_ < 0) return gone_;
  int status = 0;
  pid_t ended = channel_.is_quiet() ? 0 : wait_for_its_own_end(pid_, status);
  if (ended == 0) {
    ::kill(pid_, SIGKILL);
    ended = reap(pid_, status, 0);
  }
  gone_ = ended == pid_ ? end_of(status) : "ended";
  was_killed_ = ended == pid_ && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  pid_ = -1;
  return gone_;
}

bool Process::is_alive() const {
  return pid_ >= 0 && channel_.is_quiet();
}

nanoseconds Process::process_cpu() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return nanoseconds::zero();
  return std::chrono::seconds{time.tv_sec} + nanoseconds{time.tv_nsec};
}

Fault Process::end_for(std::string what) {
  gone();
  gone_ = what + "; its process was ended";
  return {.what = gone_};
}

Fault Process::ended_by_itself() {
  gone();
  return {.what = gone_, .is_outside = was_killed_};
}

Process::Wait Process::wait_for(milliseconds longest, milliseconds cpu) const {
  Wait wait{longest, cpu, {}};
  wait.patience.until = Patience::Clock::now() + longest;
  wait.patience.go_on = [this, cpu, before = std::optional<nanoseconds>()]() mutable {
    // The first look comes when a plugin that is well has long answered.
    const nanoseconds now = process_cpu();
    if (!before) before = now;
    return now - *before <= cpu;
  };
  return wait;
}

Fault Process::failed(Transfer transfer, const Wait& wait) {
  switch (transfer) {
    case Transfer::kTimedOut: {
      Fault fault = end_for("gave no answer in " + seconds(wait.longest));
      fault.is_outside = true;
      return fault;
    }
    case Transfer::kGivenUp:
      return end_for("computed for more than " + seconds(wait.cpu) + " without an answer");
    case Transfer::kTooLong:
      return end_for("sent more than a host takes");
    default:
      return ended_by_itself();
  }
}

std::variant<Frame, Fault> Process::receive(std::size_t most_bytes, const Wait& wait, const LogSink& log) {
  for (int lines = 0; lines <= kMostLogLines; ++lines) {
    Frame frame;
    const Transfer end = channel_.receive(frame, most_bytes, wait.patience);
    if (end != Transfer::kDone) return failed(end, wait);
    if (frame.kind != FrameKind::kLog) return frame;
    LogLine line;
    if (!decode_log(frame.bytes, line)) break;
    if (log) log(line.level, line.message);
  }
  return end_for("sent nonsense");
}

std::variant<std::unique_ptr<Process>, Fault> Process::start(const Options& options, int plugin) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return Fault{.what = std::string("no socket for its process: ") + std::strerror(errno), .refused = true};
  Channel theirs(::fcntl(pair[1], F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  ::close(pair[1]);
  Channel copy(::fcntl(plugin, F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  if (theirs.descriptor() < 0 || copy.descriptor() < 0) {
    const std::string why = std::strerror(errno);
    ::close(pair[0]);
    return Fault{.what = "no file number for its process: " + why, .refused = true};
  }
  const pid_t pid = start_runner_process(options, theirs.descriptor(), copy.descriptor());
  std::unique_ptr<Process> process(new Process(options, pid, pair[0]));
  if (pid < 0)
    return Fault{.what = "its process cannot be started: " + options.program + ": " + std::strerror(-pid),
                 .refused = true};

  theirs.close();  // the child has its own; the child's end must be the stream's end
  const Wait wait = process->wait_for(options.start_patience, options.start_cpu);
  auto received = process->receive(kMostSmallBytes, wait, {});
  if (auto* fault = std::get_if<Fault>(&received)) return std::move(*fault);
  const Frame& frame = std::get<Frame>(received);
  if (frame.kind == FrameKind::kRefused) {
    Arena arena;
    Reader from(frame.bytes, arena);
    std::string why(from.text());
    if (!from.finished()) return process->end_for("sent nonsense");
    process->gone();
    return Fault{.what = std::move(why), .refused = true};
  }
  auto loaded = frame.kind == FrameKind::kLoaded ? decode_loaded(frame.bytes) : std::nullopt;
  if (!loaded) return process->end_for("sent nonsense");
  if (loaded->protocol != kProtocolVersion) {
    process->gone();
    return Fault{.what = "its runner is of another release: " + options.program, .refused = true};
  }
  process->loaded_ = std::move(*loaded);
  return process;
}

std::variant<Opened, Fault> Process::open(std::string_view host_version, const smm_config& config, const LogSink& log) {
  out_.clear();
  encode_open(out_, host_version, config);
  if (out_.overflowed()) return Fault{.what = "its settings are too long"};
  const Wait wait = wait_for(options_.start_patience, options_.start_cpu);
  if (const Transfer end = channel_.send(FrameKind::kOpen, out_.bytes(), wait.patience); end != Transfer::kDone)
    return failed(end, wait);
  auto received = receive(kMostSmallBytes, wait, log);
  if (auto* fault = std::get_if<Fault>(&received)) return std::move(*fault);
  const Frame& frame = std::get<Frame>(received);
  auto opened = frame.kind == FrameKind::kOpened ? decode_opened(frame.bytes) : std::nullopt;
  if (!opened) return end_for("sent nonsense");
  return std::move(*opened);
}

std::variant<const Answer*, Fault> Process::call(std::string_view interface_id, const smm_call& call,
                                                 const LogSink& log) {
  if (pid_ < 0) return Fault{.what = gone_};
  out_.clear();
  if (!encode_call(out_, interface_id, call)) return Fault{.what = "was asked more than a runner takes"};
  Wait wait = wait_for(options_.call_patience, options_.call_cpu);
  wait.patience.spin = kSpin;
  if (const Transfer end = channel_.send(FrameKind::kCall, out_.bytes(), wait.patience); end != Transfer::kDone)
    return failed(end, wait);
  auto received = receive(kMostAnswerBytes, wait, log);
  if (auto* fault = std::get_if<Fault>(&received)) return std::move(*fault);
  const Frame& frame = std::get<Frame>(received);
  arena_.clear();
  answer_ = {};
  if (frame.kind != FrameKind::kAnswer || !decode_answer(frame.bytes, interface_id, call.operation, arena_, answer_))
    return end_for("sent nonsense");
  // What it says can only end its own process sooner.
  cpu_used_ += microseconds{std::min<std::uint64_t>(answer_.cpu_us, 3'600'000'000)};
  return &answer_;
}

}  // namespace smm::runner
