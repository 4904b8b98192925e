#include "host/plugin/environment.h"

#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <stdexcept>
#include <thread>

#include "host/plugin/abi_text.h"

namespace smmhost {

bool PluginEnvironment::sleep_in_this_thread(Duration duration) {
  std::this_thread::sleep_for(duration);
  return true;
}

std::uint64_t PluginEnvironment::system_entropy() {
  std::uint64_t value = 0;
  if (::getrandom(&value, sizeof value, 0) != sizeof value)
    throw std::runtime_error("the system gives no random numbers");
  return value;
}

void PluginEnvironment::write_to_log(const std::string& name, PluginLogLevel level, const std::string& message) {
  // A command of the terminal has no log of ours, which would clean it.
  const std::string line = "plugin=" + presentable(name) + " " + presentable(message);
  switch (level) {
    case PluginLogLevel::kDebug:
      return spdlog::debug("{}", line);
    case PluginLogLevel::kInfo:
      return spdlog::info("{}", line);
    case PluginLogLevel::kWarning:
      return spdlog::warn("{}", line);
  }
}

}  // namespace smmhost
