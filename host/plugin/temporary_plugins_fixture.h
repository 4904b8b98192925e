// A folder of plugins of a test's own, removed with the test.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "host/config/program_files.h"
#include "host/plugin/test_support.h"
#include "tests/support/temporary_folder.h"

namespace smmhost::testing {

// The processes that plugins of this process are jailed in.
inline std::vector<pid_t> runners_of_this_process() {
  std::vector<pid_t> found;
  const std::string host = '\0' + std::to_string(::getpid()) + '\0';
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::string command;
    std::getline(file, command);  // unlike an iterator, no exception where the process has ended meanwhile
    if (command.find("smm-plugin-runner") != std::string::npos && command.find(host) != std::string::npos)
      found.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return found;
}

class TemporaryPlugins : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.plugin_path = folder_.string();
    config_.plugin_cassettes = (folder_ / "cassettes").string();
    config_.plugin_state = (folder_ / "state").string();
    config_.plugin_runner = runner_program();
  }

  // As `name`.so, in the place of what may be there: as an installation does it, beside and renamed.
  std::filesystem::path put(const std::string& source, const std::string& name = "unruly") {
    const auto file = folder_ / (name + ".so");
    const auto beside = folder_ / "beside";
    std::filesystem::copy_file(source, beside, std::filesystem::copy_options::overwrite_existing);
    ::chmod(beside.c_str(), 0644);
    std::filesystem::rename(beside, file);
    return file;
  }
  static std::string unruly(const std::string& name = "unruly") {
    return std::string(UNRULY_FOLDER) + "/" + name + ".so";
  }

  static PluginSection unruly_section(std::optional<Isolation> isolation = std::nullopt) {
    PluginSection section = testing::section("unruly");
    section.isolation = isolation;
    return section;
  }

  const tests::TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  Config config_;
  FakeWorld world_;
};

}  // namespace smmhost::testing
