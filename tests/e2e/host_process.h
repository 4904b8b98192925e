// The real program as a process of its own: `smmhost serve` with an INI file, its address read from what it prints.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace smmhost::e2e {

class HostProcess {
 public:
  // Its log (standard error) is appended to `log`.
  HostProcess(std::filesystem::path ini, std::filesystem::path log);
  ~HostProcess();  // kills it
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  // Starts it and waits until it listens. Throws std::runtime_error, with what it printed, where it does not.
  void start(std::chrono::seconds longest = std::chrono::seconds{60});
  const std::string& address() const { return address_; }  // http://127.0.0.1:PORT, of the last start
  bool running() const { return pid_ > 0; }
  pid_t pid() const { return pid_; }  // -1 where it does not run

  // From the next start on it is `smmhost serve` with that option; empty: without any.
  void serve_with(const std::string& option) { option_ = option; }
  // From the next start on it dies of SIGKILL at that point (host/app/crash_points.h); empty: it does not.
  void die_at(const std::string& crash_point);
  // Like start(), but false where it died of SIGKILL before it listened.
  bool start_or_die(std::chrono::seconds longest = std::chrono::seconds{60});
  // Waits until it has died of SIGKILL by itself; false where it still runs then.
  bool dies_within(std::chrono::milliseconds longest);

  // As a power cut for the process: SIGKILL, and waits until it is gone.
  void kill_now();
  // SIGTERM; its exit code, or nullopt where it did not end in time (it is killed then) or died of a signal.
  std::optional<int> terminate(std::chrono::seconds longest = std::chrono::seconds{30});

 private:
  // What it prints until it listens or ends; `address_` is empty where it did not come to listen.
  std::string launch(std::chrono::seconds longest);
  // The status as of waitpid(2).
  std::optional<int> wait_for_end(std::chrono::milliseconds longest);

  const std::filesystem::path ini_;
  const std::filesystem::path log_;
  std::string option_;
  std::string crash_variable_;  // SMMHOST_CRASH_AT=..., or empty
  pid_t pid_ = -1;
  int output_ = -1;
  std::string address_;
};

}  // namespace smmhost::e2e
