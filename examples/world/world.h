// The whole outside of the host on loopback: a shop, two panels, two look-up APIs and the Instagram behind them.
//
// It depends on nothing of the host or its core, so that what it keeps in its books is independent evidence.
#pragma once

#include <string>

#include "examples/world/clock.h"
#include "examples/world/instagram.h"
#include "examples/world/lookup.h"
#include "examples/world/panel.h"
#include "examples/world/shop.h"

namespace smmhost::world {

struct WorldOptions {
  double clock_speed = 1.0;  // the world's seconds in a real one
  ShopOptions shop;
  PanelOptions machinesmm;
  PanelOptions worldsmm;
  std::string looter_key = "looter-key-of-the-simulated-world";
  std::string instagram230_key = "instagram230-key-of-the-simulated-world";

  // Two panels with followers, likes and views each; see world.cpp for ids, prices and bounds.
  WorldOptions();
};

// What the INI has beside what the world knows.
struct IniOptions {
  std::string database;     // path of the SQLite file
  std::string store_url;    // the address of another database instead; may be empty
  std::string plugin_path;  // "": the plugins beside the program
  std::string admin_token = "admin-token-of-the-simulated-world";
  std::string call_timeout = "5s";  // of each call to a panel, a look-up or the shop
  std::string more;                 // whole sections, appended as they are; may be empty
};

class World {
 public:
  explicit World(const WorldOptions& options = {});

  WorldClock& clock() { return clock_; }
  Instagram& instagram() { return instagram_; }
  Shop& shop() { return shop_; }
  Panel& machinesmm() { return machinesmm_; }
  Panel& worldsmm() { return worldsmm_; }
  Lookup& looter() { return looter_; }
  Lookup& instagram230() { return instagram230_; }

  // An INI for `smmhost serve` that uses this world; it listens on a free port.
  std::string ini(const IniOptions& options);
  // The addresses and keys as a .env file; examples/demo.ini takes them from it.
  std::string env_file() const;
  // The URLs, one a line, for people.
  std::string describe() const;

 private:
  WorldClock clock_;
  Instagram instagram_;
  Shop shop_;
  Panel machinesmm_;
  Panel worldsmm_;
  Lookup looter_;
  Lookup instagram230_;
};

}  // namespace smmhost::world
