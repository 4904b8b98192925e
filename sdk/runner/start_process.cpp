// Starting the runner's process, from a thread that outlives every other.
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "sdk/runner/process.h"

namespace smm::runner {
namespace {

// posix_spawn() with exactly three things open beside /dev/null: nothing else of the host's reaches the child.
pid_t spawn(const Options& options, int socket, int plugin) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&files, standard, "/dev/null", 2 /* O_RDWR */, 0);
  posix_spawn_file_actions_adddup2(&files, socket, kSocketDescriptor);
  posix_spawn_file_actions_adddup2(&files, plugin, kPluginDescriptor);
  posix_spawn_file_actions_addclosefrom_np(&files, kPluginDescriptor + 1);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);  // Ctrl-C at a terminal is for the host
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::string version = std::to_string(kProtocolVersion);
  std::string host = std::to_string(::getpid());
  std::string memory = std::to_string(options.memory_bytes);
  std::string program = options.program;
  char* arguments[] = {program.data(), version.data(), host.data(), memory.data(), nullptr};
  char* environment[] = {nullptr};
  pid_t child = -1;
  const int problem = ::posix_spawn(&child, program.c_str(), &files, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return problem == 0 ? child : -problem;
}

// Never ends and is never waited for: when it goes, the process goes, and its children with it.
class LastingThread {
 public:
  LastingThread() {
    // No signal of the host's is ever delivered here: the program waits for them elsewhere.
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread([this] { run(); }).detach();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  pid_t do_it(std::packaged_task<pid_t()> task) {
    auto result = task.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return result.get();
  }

 private:
  [[noreturn]] void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return !tasks_.empty(); });
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::packaged_task<pid_t()>> tasks_;
};

}  // namespace

pid_t start_runner_process(const Options& options, int socket, int plugin) {
  static auto* const thread = new LastingThread;  // outlives all statics
  return thread->do_it(std::packaged_task<pid_t()>([&] { return spawn(options, socket, plugin); }));
}

}  // namespace smm::runner
