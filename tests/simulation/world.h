// The truth outside the program: what the panels sold, who is private, what the shop was told. The invariants judge by
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/shop_order.h"
#include "core/domain/time.h"
#include "core/ports/smm_provider.h"
#include "core/ports/store.h"
#include "tests/simulation/random.h"

namespace smmhost::sim {

// Thrown where the process dies. Everything in memory is gone; the database and the world stay.
struct SimulatedCrash {};

// Which situations a run met. A batch of runs that never met one of them proves too little, and fails.
using Sometimes = std::map<std::string, int>;

struct PanelOrder {
  std::string id;
  std::string provider;
  std::string service_id;
  std::string link;
  std::int64_t quantity = 0;
  std::string placement_id;  // whose request it was
  std::string request_key;   // of that request, as the panel saw it; empty where none was sent
  OrderProgress progress = OrderProgress::kPending;
  std::int64_t remains = 0;
  Money charge;
  Time created_at{};
};

struct SimProfile {
  bool exists = true;
  std::optional<Time> public_from;  // nullopt: never public
  int posts = 0;
};

struct SimShopOrder {
  ShopOrder order;
  bool paid = false;
  bool acknowledged = false;  // a webhook or poll of it, as paid, was committed
  bool cancelled = false;
  std::string status;
  int delivered_writes = 0;
  int private_writes = 0;
};

struct World {
  explicit World(std::uint64_t seed) : random(seed) {}

  Random random;
  Time now = from_unix_ms(1'768'480'000'000);
  bool faults = true;
  bool delivered_when_accepted = false;  // the operator chose the seed's first rule
  Sometimes sometimes;
  std::vector<std::string> violations;

  std::vector<PanelOrder> panel_orders;
  std::map<std::string, std::int64_t> panel_balance;  // micros, by provider
  std::map<std::string, std::int64_t> paid_in;        // the same: what the operator ever paid in
  std::map<std::string, SimProfile> profiles;         // by username
  std::map<std::int64_t, SimShopOrder> shop_orders;   // by order id
  std::map<std::string, int> approvals;               // placement id -> how often a person let it be bought anew
  // Runs while a call is on its way, so that another worker or host can act in the middle of it.
  std::function<void()> during_call;
  Store* store = nullptr;  // for looking at what was committed when a request arrives

  void sometimes_met(const std::string& what) { ++sometimes[what]; }
  void violated(const std::string& what) { violations.push_back(what); }
  void pay_in(const std::string& provider, std::int64_t micros) {
    panel_balance[provider] += micros;
    paid_in[provider] += micros;
  }
  // A panel delivers: orders move on. With faults, some end partial or canceled.
  void advance_panel_orders();
  std::string exchange_id() { return "x" + std::to_string(++exchanges_); }

 private:
  std::int64_t exchanges_ = 0;
};

}  // namespace smmhost::sim
