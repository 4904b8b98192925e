// The program smmhost as operators and scripts run it, in a folder of the test's own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace smmhost::cli_test {

namespace fs = std::filesystem;

struct Ran {
  int code = -1;
  std::string out;
  std::string err;
};

inline std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

class CommandLine : public testing::Test {
 protected:
  ~CommandLine() override { stop_host(); }

  // Runs `smmhost <arguments>` in the test's folder, with an environment of its own.
  Ran run(const std::string& arguments, const std::string& environment = "LANG=C") {
    const std::string command = "cd '" + folder_.string() + "' && env -i " + environment + " '" SMMHOST_PROGRAM "' " +
                                arguments + " >out.txt 2>err.txt </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(folder_ / "out.txt"), text_of(folder_ / "err.txt")};
  }

  void write_ini(const std::string& listen, const std::string& more = "") {
    std::ofstream{folder_ / "smmhost.ini"}
        << "[host]\nlisten = " << listen
        << "\n[yampi]\nbase_url = http://127.0.0.1:9/v2/loja\napi_key = k\nsecret_key = s\n"
           "webhook_secret = w\n[admin]\ntoken = 0123456789abcdef0123\n"
           "[plugins]\npath = "
        << plugins_ << "\n[jobs]\nreconcile_shop = off\n"
        << more;
  }

  // A plugin of nobody's, in a folder of the test's own, which the configuration names from now on.
  void add_strange_plugin(const std::string& name) {
    plugins_ = (folder_ / "plugins").string();
    fs::create_directories(plugins_);
    fs::copy_file(fs::path{SMMHOST_UNRULY} / (name + ".so"), fs::path{plugins_} / (name + ".so"));
    constexpr fs::perms kOthersMayWrite = fs::perms::group_write | fs::perms::others_write;
    fs::permissions(plugins_, kOthersMayWrite, fs::perm_options::remove);
    fs::permissions(fs::path{plugins_} / (name + ".so"), kOthersMayWrite, fs::perm_options::remove);
  }

  // Starts a host and gives the configuration the port it took, so that other commands find it.
  void start_host(const std::string& more = "") {
    write_ini("127.0.0.1:0", more);
    pid_ = fork();
    if (pid_ == 0) {
      if (chdir(folder_.c_str()) != 0) _exit(99);
      if (std::freopen("host.txt", "w", stdout) == nullptr || std::freopen("host.err", "w", stderr) == nullptr)
        _exit(99);
      unsetenv("LANG");
      execl(SMMHOST_PROGRAM, "smmhost", "serve", nullptr);
      _exit(99);
    }
    for (int i = 0; i < 1000 && text_of(folder_ / "host.txt").find('\n') == std::string::npos; ++i) usleep(10'000);
    const std::string line = text_of(folder_ / "host.txt");
    ASSERT_THAT(line, testing::HasSubstr("http://127.0.0.1:")) << text_of(folder_ / "host.err");
    write_ini("127.0.0.1:" + std::to_string(std::stoi(line.substr(line.rfind(':') + 1))), more);
  }

  int stop_host() {
    if (pid_ <= 0) return -1;
    int status = 0;
    kill(pid_, SIGTERM);
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  const tests::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
  std::string plugins_ = SMMHOST_PLUGINS;
  pid_t pid_ = 0;
};

}  // namespace smmhost::cli_test
