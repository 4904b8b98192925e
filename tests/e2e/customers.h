// Customers who order one after the other, and a shop that posts each order again and again until a host answers 200.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "examples/world/world.h"

namespace smmhost::e2e {

class Customers {
 public:
  // Each of `count` customers rests for `pause` between two orders: followers (SEG-1000) and likes (CURT-403) of
  // accounts that nobody else orders for. The world is borrowed. Nothing is posted before the first send_to().
  Customers(world::World& world, int count, std::chrono::milliseconds pause);
  ~Customers();
  Customers(const Customers&) = delete;
  Customers& operator=(const Customers&) = delete;

  // From now on each attempt goes to one of these hosts, in turn.
  void send_to(std::vector<std::string> addresses);
  // How many orders were answered 200 so far.
  std::size_t acknowledged() const;
  // No further orders; one that is not acknowledged yet is given up. The orders that were answered 200.
  std::vector<std::int64_t> stop();

 private:
  void order_until_stopped(int customer);
  bool insist_on(std::int64_t order_id);
  std::string next_address();

  world::World& world_;
  const std::chrono::milliseconds pause_;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> addresses_;
  std::size_t attempts_ = 0;
  std::vector<std::int64_t> acknowledged_;
  std::vector<std::thread> threads_;
};

}  // namespace smmhost::e2e
