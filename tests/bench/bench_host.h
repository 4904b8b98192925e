// A real `smmhost serve` under load: an outside world that answers at once, the host's INI and database in a folder of
// its own, and what the measuring needs to see of both.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "examples/world/http_call.h"
#include "examples/world/world.h"
#include "tests/e2e/host_process.h"
#include "tests/support/temporary_folder.h"

namespace smmhost::bench {

struct BenchHostOptions {
  std::string store_url;  // "": SQLite in the folder
  int workers = 0;        // 0: the default
  // Asked about 100 ms after the purchase and told to the shop at once; false: at the program's default times, of which
  // the first is a minute after the purchase.
  bool followed_at_once = true;
};

// One thread uses it, but for post() and webhook(). Throws std::runtime_error where the host cannot be started or
// refuses what the benchmark needs.
class BenchHost {
 public:
  explicit BenchHost(const BenchHostOptions& options);
  ~BenchHost();
  BenchHost(const BenchHost&) = delete;
  BenchHost& operator=(const BenchHost&) = delete;

  world::World& world() { return world_; }
  std::string webhook_url() const { return host_.address() + "/api/webhook"; }

  // Paid orders of one line each, every one for a public profile of its own, and the webhooks that tell of them.
  std::vector<world::Webhook> paid_orders(int count);

  void pause_buying();
  void resume_buying();
  // Purchases the panel has accepted.
  std::size_t bought();
  // Payments in any of these states, by the host's own count.
  std::int64_t payments_in(const std::vector<std::string>& states);
  // Waits until that many are; throws after `longest`.
  void wait_for(const std::vector<std::string>& states, std::int64_t count,
                std::chrono::seconds longest = std::chrono::seconds{120});

  // Waits until the shop was told that so many orders are delivered, and the host has written it down.
  void wait_for_deliveries(std::int64_t count);

  // Of the host's process, from /proc: resident bytes now, the most there ever were, open descriptors.
  std::int64_t resident_bytes() const;
  std::int64_t most_resident_bytes() const;
  int open_descriptors() const;

 private:
  world::CallResult admin(const std::string& method, const std::string& path, const std::string& body = {});
  std::int64_t status_kib(const std::string& field) const;

  // The database has to stand on a disk: a file system in memory, as a temporary folder may be, has nothing to sync.
  const tests::TemporaryFolder temporary_{std::filesystem::current_path()};
  const std::filesystem::path folder_ = temporary_.path();
  world::World world_;
  e2e::HostProcess host_;
  int customers_ = 0;
};

}  // namespace smmhost::bench
