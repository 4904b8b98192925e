// The program's log: spdlog's default logger, on standard error, as text or as one JSON object a line.
//
// Messages carry ids (request=..., payment=..., delivery=...), never a customer's name, address or text, and never a
// secret.
#pragma once

#include <memory>
#include <string>

#include <spdlog/sinks/sink.h>

#include "host/config/config.h"

namespace smmhost {

// Sets up the default logger. `level` as in the INI file: trace, debug, info, warn, error. Thread safe to log from then
// on.
void start_logging(const std::string& level, LogFormat format);

// The same into a sink of the caller's, for tests.
void start_logging(const std::string& level, LogFormat format, std::shared_ptr<spdlog::sinks::sink> sink);

}  // namespace smmhost
