// What a plugin says reaches people on one line, wherever the log goes.
#include "host/plugin/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>

namespace smmhost {
namespace {

// `plugins record` logs to the operator's terminal, and nothing behind it cleans the text.
TEST(PluginEnvironment, TheLogGetsNoControlCharacters) {
  std::ostringstream said;
  const auto before = spdlog::default_logger();
  const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(said);
  sink->set_pattern("%v");
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  PluginEnvironment::write_to_log("panel", PluginLogLevel::kWarning, "a {}\x1b[2J\nforged");
  spdlog::set_default_logger(before);
  EXPECT_EQ(said.str(), "plugin=panel a {}\\x1b[2J forged\n");
}

}  // namespace
}  // namespace smmhost
