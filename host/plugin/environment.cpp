#include "host/plugin/environment.h"

#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <array>
#include <stdexcept>
#include <thread>
#include <utility>

#include "host/plugin/abi_text.h"

namespace smmhost {

bool PluginEnvironment::sleep_in_this_thread(Duration duration) {
  std::this_thread::sleep_for(duration);
  return true;
}

std::uint64_t PluginEnvironment::system_entropy() {
  // Many at a time: every exchange has an id, and a system call costs more than the numbers.
  thread_local std::array<std::uint64_t, 32> drawn{};  // getrandom() gives 256 bytes whole
  thread_local std::size_t left = 0;
  if (left == 0) {
    if (::getrandom(drawn.data(), sizeof drawn, 0) != sizeof drawn)
      throw std::runtime_error("the system gives no random numbers");
    left = drawn.size();
  }
  return std::exchange(drawn[--left], 0);
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
