// What a command has at hand: its options, its language, where to write, and how it ends.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>

#include "host/cli/messages.h"
#include "host/config/config.h"

namespace smmhost {

enum ExitCode : int { kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitConfig = 78 };

// Ends a command: the message, for the operator, says what to do.
struct CommandFailed : std::runtime_error {
  explicit CommandFailed(const std::string& message, int exit_code = kExitFailed)
      : std::runtime_error(message), code(exit_code) {}
  int code;
};

struct Session {
  explicit Session(Language language) : say(language) {}

  Speaker say;
  std::string config_path;
  std::string language_option;  // taken by choose_language() before the options are read
  bool json = false;
  std::function<int()> action;  // of the command that was given; returns an exit code
  std::ostream& out = std::cout;
  std::ostream& err = std::cerr;
};

// A command with the options that every command has.
CLI::App* add_command(CLI::App& parent, Session& session, const std::string& name, const Message& about);
void add_json_option(CLI::App& command, Session& session);

// Loads the configuration. Where it has mistakes, prints each and throws CommandFailed with kExitConfig; prints
// warnings.
Config load_config_or_fail(Session& session);
// The same of a configuration that was read elsewhere.
Config config_or_fail(Session& session, ConfigReading reading);

}  // namespace smmhost
