// smmhost-world: the simulated world as a program of its own, to try the host against it or to script from a shell.
#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>

#include "examples/world/world.h"

namespace {

using smmhost::world::Fate;
using smmhost::world::World;

// Accounts that every scenario has; more come through a look-up's /_control/account.
void add_people(World& world) {
  for (int n = 1; n <= 20; ++n) world.instagram().add_account("cliente" + std::to_string(n));
  for (int n = 1; n <= 5; ++n) world.instagram().add_account("privado" + std::to_string(n), true);
}

void add_trouble(World& world) {
  using smmhost::world::PanelReply;
  world.machinesmm().add_fault({.link_part = "cliente1/", .reply = PanelReply::kHang});
  world.machinesmm().add_fault({.link_part = "cliente2/", .reply = PanelReply::kHtml, .accept = false});
  world.machinesmm().add_fault({.link_part = "cliente3/", .reply = PanelReply::kTooMany, .accept = false});
  world.machinesmm().set_fate("cliente4/", Fate::kPartial, 100);
  world.machinesmm().set_fate("cliente5/", Fate::kCanceled);
  world.looter().add_fault({.username = "cliente6", .reply = smmhost::world::LookupReply::kMissingIsPrivate});
}

// Nothing where no path was given.
bool write_file(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::ofstream file(path);
  file << text;
  if (file.flush()) return true;
  std::cerr << "cannot write " << path << "\n";
  return false;
}

int wait_for_signal(const sigset_t& signals) {
  int number = 0;
  sigwait(&signals, &number);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The simulated world around smmhost: a Yampi shop, two SMM panels, two look-up APIs, on loopback."};
  std::string env_file;
  std::string port_file;
  std::string scenario = "calm";
  std::string database = "smmhost-world.db";
  std::string plugins = "/usr/lib/smmhost/plugins";
  double speed = 1.0;
  app.add_option("--env-file", env_file, "Write the addresses and keys as a .env file, for examples/demo.ini");
  app.add_option("--port-file", port_file, "Write the INI for this world to this file when everything listens");
  app.add_option("--scenario", scenario, "calm: nothing fails. trouble: some accounts and panels misbehave")
      ->check(CLI::IsMember({"calm", "trouble"}));
  app.add_option("--speed", speed, "The panels' seconds in a real one")->check(CLI::PositiveNumber);
  app.add_option("--database", database, "The SQLite file the INI names");
  app.add_option("--plugins", plugins, "The folder of plugins the INI names");
  CLI11_PARSE(app, argc, argv);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  smmhost::world::WorldOptions options;
  options.clock_speed = speed;
  World world(options);
  add_people(world);
  if (scenario == "trouble") add_trouble(world);
  const std::string ini = world.ini({.database = database, .plugin_path = plugins});
  std::cout << world.describe() << "\n" << ini << std::flush;
  if (!write_file(port_file, ini) || !write_file(env_file, world.env_file())) return 1;
  return wait_for_signal(signals);
}
