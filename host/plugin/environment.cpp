#include "host/plugin/environment.h"

#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <stdexcept>
#include <thread>

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
  switch (level) {
    case PluginLogLevel::kDebug:
      return spdlog::debug("plugin={} {}", name, message);
    case PluginLogLevel::kInfo:
      return spdlog::info("plugin={} {}", name, message);
    case PluginLogLevel::kWarning:
      return spdlog::warn("plugin={} {}", name, message);
  }
}

}  // namespace smmhost
