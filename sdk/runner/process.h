// The host's side of a plugin runner: starts the process, asks it, and ends it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sdk/runner/channel.h"
#include "sdk/runner/messages.h"

namespace smm::runner {

struct Options {
  std::string program;  // smm-plugin-runner
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;
  // Loading and open(): the dynamic linker's work on a cold disk is in it.
  std::chrono::milliseconds start_patience{15'000};
  // One call, by the wall's clock; a machine under load counts against it.
  std::chrono::milliseconds call_patience{10'000};
  // Computing time of the start and of one call, after which the runner is ended although its patience is not.
  std::chrono::milliseconds start_cpu{5'000};
  std::chrono::milliseconds call_cpu{1'000};
};

// Why a runner could not be used, or is no more. Whatever the fault, the process is gone when it is reported.
struct Fault {
  std::string what;         // "crashed (killed by signal 11, Segmentation fault)"
  bool refused = false;     // not a crash: the plugin cannot be loaded, or there is no runner to load it
  bool is_outside = false;  // perhaps nothing that the plugin did: no answer in time without computing, or killed
};

// What the plugin says for the log: level, message.
using LogSink = std::function<void(std::uint32_t level, std::string_view message)>;

// One process with one plugin and one instance. It ends when this does, when the host ends however that happens, and
// after every fault. One thread at a time.
class Process {
 public:
  // `plugin` is the descriptor of the shared object; it stays the caller's.
  static std::variant<std::unique_ptr<Process>, Fault> start(const Options& options, int plugin);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const Loaded& loaded() const { return loaded_; }
  pid_t pid() const { return pid_; }

  // Once, before any call.
  std::variant<Opened, Fault> open(std::string_view host_version, const smm_config& config, const LogSink& log);

  // Asks next(). The answer is valid until the next call.
  std::variant<const Answer*, Fault> call(std::string_view interface_id, const smm_call& call, const LogSink& log);

  // False where it has ended by itself while nothing was asked of it. gone() says how.
  bool is_alive() const;
  // Ends the process if it has not ended, and says how it did.
  std::string gone();

  // Computing time of all calls so far, by the runner's own account.
  std::chrono::microseconds cpu_used() const { return cpu_used_; }

 private:
  Process(Options options, pid_t pid, int socket);

  // For an answer: until `longest` is over, and while the process computes no longer than `cpu`.
  struct Wait {
    std::chrono::milliseconds longest;
    std::chrono::milliseconds cpu;
    Patience patience;
  };
  Wait wait_for(std::chrono::milliseconds longest, std::chrono::milliseconds cpu) const;

  Fault failed(Transfer transfer, const Wait& wait);
  // Ends the process because of `what`.
  Fault end_for(std::string what);
  // The next frame that is not a log line.
  std::variant<Frame, Fault> receive(std::size_t most_bytes, const Wait& wait, const LogSink& log);
  std::chrono::nanoseconds process_cpu() const;
  // How it ended, where that was by itself or by another's hand.
  Fault ended_by_itself();

  const Options options_;
  pid_t pid_;
  Channel channel_;
  Loaded loaded_;
  Writer out_{kMostCallBytes};
  Arena arena_;
  Answer answer_;
  std::chrono::microseconds cpu_used_{};
  std::string gone_;
  bool was_killed_ = false;  // by SIGKILL, before this asked for it
};

// Runs smm-plugin-runner as a child of a thread that lasts as long as this process: the kernel ends a child with the
// thread that started it, not with the process. A negative error number where it cannot be started.
pid_t start_runner_process(const Options& options, int socket, int plugin);

}  // namespace smm::runner
