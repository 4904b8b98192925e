#include "host/cli/serve_command.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <csignal>

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

int serve(Session& session) {
  Config config = config_or_fail(session, check_configuration(session.config_path));
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
  command->callback([&session] { session.action = [&session] { return serve(session); }; });
}

}  // namespace smmhost
