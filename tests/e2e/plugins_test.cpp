// Plugins of the running program: jailed, killed, reloaded and left out while orders go through.
#include <signal.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string command;
};

std::vector<ProcessEntry> processes() {
  std::vector<ProcessEntry> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = content(entry.path() / "stat");
    const auto end = stat.rfind(')');
    if (end == std::string::npos || stat.at(end + 2) == 'Z') continue;
    ProcessEntry process{static_cast<pid_t>(std::stol(name)), 0, content(entry.path() / "cmdline")};
    std::istringstream(stat.substr(end + 4)) >> process.parent;
    found.push_back(std::move(process));
  }
  return found;
}

class PluginsEndToEnd : public EndToEnd {
 protected:
  // The first start has mapped the products; from the second on the two panels' plugins are jailed.
  void start_jailed() {
    start();
    ASSERT_EQ(host().terminate(), 0);
    std::string ini = content(folder() / "host.ini");
    for (const std::string section : {"[provider.machinesmm]\n", "[provider.worldsmm]\n"}) {
      const auto at = ini.find(section);
      ASSERT_NE(at, std::string::npos) << ini;
      ini.insert(at + section.size(), "isolation = process\n");
    }
    std::ofstream(folder() / "host.ini") << ini;
    restart();
  }

  // The runners of this test's host, or of no host any more.
  std::vector<pid_t> runners() {
    const auto all = processes();
    pid_t host_pid = 0;
    for (const ProcessEntry& process : all)
      if (process.command.find((folder() / "host.ini").string()) != std::string::npos) host_pid = process.pid;
    if (host_pid != 0) host_pid_ = host_pid;
    std::vector<pid_t> found;
    for (const ProcessEntry& process : all) {
      const bool started_by_it = process.command.find('\0' + std::to_string(host_pid_) + '\0') != std::string::npos;
      if (process.command.find("smm-plugin-runner") != std::string::npos && started_by_it) found.push_back(process.pid);
    }
    return found;
  }

  Json provider(const std::string& name) {
    for (const Json& entry : get("/api/providers"))
      if (entry.at("name") == name) return entry.at("plugin");
    return nullptr;
  }

 private:
  pid_t host_pid_ = 0;
};

TEST_F(PluginsEndToEnd, OrdersGoThroughWhileJailedPluginsAreReloadedAndKilled) {
  start_jailed();
  EXPECT_EQ(provider("machinesmm").at("isolation"), "process");
  EXPECT_EQ(runners().size(), 2U);
  std::vector<std::int64_t> orders;
  const auto post_some = [&](int from) {
    for (int n = from; n < from + 6; ++n) {
      world().instagram().add_account("jaula" + std::to_string(n), false, 4);
      orders.push_back(post_order(n % 3 == 0 ? "SEG-W" : "SEG-1000", "@jaula" + std::to_string(n)));
    }
  };
  post_some(0);
  const auto reloaded = call("POST", "/api/plugins/machinesmm/reload");
  EXPECT_EQ(reloaded.status, 200) << reloaded.body;
  post_some(6);
  for (const pid_t pid : runners()) ::kill(pid, SIGKILL);
  post_some(12);
  for (const std::int64_t order : orders) EXPECT_TRUE(becomes(order, "delivered"));
  for (const auto& [link, bought] : books()) EXPECT_EQ(bought.times, 1) << link;
  EXPECT_EQ(provider("machinesmm").at("loaded"), 2);
  EXPECT_GE(provider("machinesmm").at("restarts").get<int>() + provider("worldsmm").at("restarts").get<int>(), 1);

  host().kill_now();
  EXPECT_TRUE(eventually("the runners go with their host", [&] { return runners().empty(); }));
}

TEST_F(PluginsEndToEnd, SafeModeServesWithTheProgramsOwnPluginsAlone) {
  start(
      "[provider.strange]\nplugin = panel_request_id\nurl = http://127.0.0.1:9/v1\ntoken = t0k3n-of-the-panel\ntimeout "
      "= 5s\n");
  const Json product = {
      {"sku", "SEG-X"}, {"api", "strange"}, {"service_id", 12}, {"base_quantity", 100}, {"type", "followers"}};
  ASSERT_EQ(call("POST", "/api/products", product).status, 201);
  EXPECT_EQ(provider("strange").at("isolation"), "process");
  EXPECT_EQ(runners().size(), 1U);
  ASSERT_EQ(host().terminate(), 0);

  host().serve_with("--safe-mode");
  restart();
  EXPECT_EQ(provider("machinesmm").at("state"), "ok");
  EXPECT_EQ(provider("strange").at("state"), "not_loaded");
  EXPECT_NE(provider("strange").at("why").get<std::string>().find("safe mode"), std::string::npos);
  EXPECT_TRUE(runners().empty());
  world().instagram().add_account("seguro");
  const std::int64_t own = post_order("SEG-1000", "@seguro");
  const std::int64_t strange = post_order("SEG-X", "@seguro");
  EXPECT_TRUE(becomes(own, "delivered"));
  EXPECT_TRUE(becomes(strange, "held/provider_unreachable"));
  EXPECT_NE(payment(strange).dump().find("safe mode"), std::string::npos) << "the reason is told: " << payment(strange);
}

TEST_F(PluginsEndToEnd, AReloadOfWhatIsNotThereChangesNothing) {
  start();
  EXPECT_EQ(call("POST", "/api/plugins/nobody/reload").status, 404);
  EXPECT_EQ(provider("machinesmm").at("isolation"), "in-process");
  EXPECT_EQ(provider("machinesmm").at("state"), "ok");
}

}  // namespace
}  // namespace smmhost::e2e
