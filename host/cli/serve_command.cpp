#include "host/cli/serve_command.h"

#include <malloc.h>
#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <thread>

#include "host/app/checked_config.h"
#include "host/app/logging.h"
#include "host/app/service.h"

namespace smmhost {
namespace {

// Blocks the signals in this thread and, by inheritance, in every thread started later, so that one place waits for
// them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  ~StopSignals() { pthread_sigmask(SIG_UNBLOCK, &set_, nullptr); }

  void wait() {
    int signal = 0;
    while (sigwait(&set_, &signal) != 0) {
    }
  }

 private:
  sigset_t set_{};
};

// glibc makes eight arenas a core where there are many threads, and each keeps some memory. Ours mostly wait: with two
// the program is as fast and more than half a mebibyte smaller (docs/performance.md).
void limit_malloc_arenas() {
  constexpr unsigned kArenasPerCore = 2;
  mallopt(M_ARENA_MAX, static_cast<int>(kArenasPerCore * std::max(1U, std::thread::hardware_concurrency())));
}

int serve(Session& session, ConfigReading reading) {
  limit_malloc_arenas();
  Config config = config_or_fail(session, std::move(reading));
  start_logging(config.log_level, config.log_format);
  StopSignals signals;
  try {
    Service service{std::move(config)};
    service.start();
    session.out << session.say(msg::kListening, SMMHOST_VERSION, service.address()) << std::endl;
    signals.wait();
    spdlog::info("{}", session.say.text(msg::kStopping));
    service.stop();
    spdlog::info("{}", session.say.text(msg::kStopped));
  } catch (const CannotStart& error) {
    throw CommandFailed(error.what());
  }
  return kExitOk;
}

}  // namespace

void add_serve_command(CLI::App& app, Session& session) {
  CLI::App* command = add_command(app, session, "serve", msg::kServeAbout);
  const auto safe_mode = std::make_shared<bool>(false);
  command->add_flag("--safe-mode", *safe_mode, std::string{session.say.text(msg::kSafeModeHelp)});
  command->callback([&session, safe_mode] {
    session.action = [&session, safe_mode] {
      const std::string& path = session.config_path;
      return serve(session, *safe_mode ? check_for_safe_mode(path) : check_configuration(path));
    };
  });
}

}  // namespace smmhost
