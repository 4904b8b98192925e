// What plugins are given of the outside world, in a form that tests can replace.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/domain/time.h"
#include "core/ports/clock.h"
#include "host/net/http_transport.h"

namespace smmhost {

enum class PluginLogLevel { kDebug, kInfo, kWarning };

// Borrows transport and clock. Everything is called from several threads at once.
struct PluginEnvironment {
  HttpTransport& transport;
  const Clock& clock;  // for the times of exchanges

  // Blocks that long; false where the host is stopping and the call should end.
  std::function<bool(Duration)> sleep = sleep_in_this_thread;
  std::function<std::uint64_t()> entropy = system_entropy;
  // A plugin's own words and the host's words about it. `name` is the section's.
  std::function<void(const std::string& name, PluginLogLevel level, const std::string& message)> log = write_to_log;
  // Sees every exchange: the request as the plugin made it, with placeholders for secrets, and what came back without
  // any secret. For recording; empty where nobody listens.
  std::function<void(const HttpRequest&, const HttpResult&)> on_exchange = {};

  static bool sleep_in_this_thread(Duration duration);
  static std::uint64_t system_entropy();
  static void write_to_log(const std::string& name, PluginLogLevel level, const std::string& message);
};

}  // namespace smmhost
