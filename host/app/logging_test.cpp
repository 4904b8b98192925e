#include "host/app/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace smmhost {
namespace {

class Logging : public testing::Test {
 protected:
  ~Logging() override { start_logging("info", LogFormat::kText); }

  std::string logged(LogFormat format, const std::string& message) {
    std::ostringstream out;
    start_logging("info", format, std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
    spdlog::debug("below the level");
    spdlog::warn("{}", message);
    return out.str();
  }
};

TEST_F(Logging, TextIsOneLineEvenWhereTheMessageIsNot) {
  const std::string line = logged(LogFormat::kText, "a\nb\x1b[31m");
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_THAT(line, testing::EndsWith(" warning a\\nb?[31m\n"));
}

TEST_F(Logging, JsonIsOneObjectALineEvenWithInvalidUtf8) {
  const std::string line = logged(LogFormat::kJson, "say \"hi\"\n\xff");
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["level"], "warning");
  EXPECT_THAT(object["message"].get<std::string>(), testing::StartsWith("say \"hi\"\n"));
  EXPECT_THAT(object["time"].get<std::string>(), testing::EndsWith("Z"));
}

}  // namespace
}  // namespace smmhost
