// Three hosts on one PostgreSQL database. The panels' and the shop's books are the judge.
#include <array>
#include <fstream>
#include <memory>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "tests/e2e/customers.h"
#include "tests/e2e/e2e_test.h"
#include "tests/support/postgres_cluster.h"

namespace smmhost::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::PostgresCluster;
using world::PanelReply;

constexpr int kHosts = 3;
constexpr int kKills = 5;
constexpr std::uint32_t kSeed = 20260116;

class HostsEndToEnd : public EndToEnd {
 protected:
  explicit HostsEndToEnd(const world::WorldOptions& options = fast_world()) : EndToEnd(options) {
    static int databases = 0;
    store_url_ = PostgresCluster::shared().create_database("hosts" + std::to_string(++databases));
    for (int n = 1; n < kHosts; ++n)
      others_[static_cast<std::size_t>(n - 1)] = std::make_unique<HostProcess>(folder() / "host.ini", log_of(n));
  }

  void start_all() {
    start();
    for (const auto& other : others_) other->start();
  }
  // The first one is the one that the operator's calls go to.
  HostProcess& host_number(int n) { return n == 0 ? host() : *others_.at(static_cast<std::size_t>(n - 1)); }
  std::filesystem::path log_of(int n) const {
    return n == 0 ? log() : folder() / ("host" + std::to_string(n) + ".log");
  }
  std::vector<std::string> addresses() {
    std::vector<std::string> all;
    for (int n = 0; n < kHosts; ++n)
      if (host_number(n).running()) all.push_back(host_number(n).address());
    return all;
  }

 private:
  std::array<std::unique_ptr<HostProcess>, kHosts - 1> others_;
};

TEST_F(HostsEndToEnd, KilledAtRandomUnderLoadNothingIsLostOrBoughtTwice) {
  start_all();
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kSlow});
  Customers customers(world(), 3, milliseconds{600});
  customers.send_to(addresses());
  std::mt19937 random(kSeed);
  std::uniform_int_distribution<int> pause(200, 900);
  std::uniform_int_distribution<int> any(0, kHosts - 1);
  for (int kill = 0; kill < kKills; ++kill) {
    std::this_thread::sleep_for(milliseconds{pause(random)});
    HostProcess& victim = host_number(any(random));
    victim.kill_now();
    std::this_thread::sleep_for(milliseconds{pause(random)});  // the others go on alone
    victim.start();
    customers.send_to(addresses());
  }
  host_number(2).kill_now();  // and does not come back
  std::this_thread::sleep_for(milliseconds{300});
  const std::vector<std::int64_t> acknowledged = customers.stop();
  world().machinesmm().clear_faults();
  ASSERT_GT(acknowledged.size(), 20u);

  ASSERT_TRUE(comes_to_rest());
  expect_none_bought_twice();
  EXPECT_EQ(count_in({"held"}), 0u);
  for (const std::int64_t id : acknowledged) ASSERT_FALSE(payment(id).is_null()) << "lost: " << id;
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  RecordProperty("in_review", static_cast<int>(count_in({"review"})));

  ASSERT_TRUE(all_are_delivered_by_the_books());
  expect_none_bought_twice();
  for (const std::int64_t id : acknowledged)
    EXPECT_EQ(world().shop().told_to(id), std::vector<std::string>{"delivered"}) << id;
}

TEST_F(HostsEndToEnd, ARunningHostHearsOfARestore) {
  start();
  const std::int64_t before = order({{"SEG-1000", 1, "antes", 0}});
  {
    pqxx::connection administrator(store_url_);
    pqxx::work transaction(administrator);
    transaction.exec(
        "INSERT INTO smmhost.marks VALUES('backup_taken_at', '2030-01-01T00:00:00Z'), ('restored_at', "
        "'2030-01-02T00:00:00Z')");
    transaction.commit();
  }
  std::this_thread::sleep_for(seconds{5});  // more than two signs of life
  ASSERT_EQ(post(before), 200);
  EXPECT_TRUE(becomes(before, "review/restored_from_backup"));
}

class HangingPanel : public HostsEndToEnd {
 protected:
  HangingPanel() : HostsEndToEnd(world_of_a_panel_that_hangs()) {
    lease_ = "5m";  // so that only the signs of life can tell that the host is dead
  }
  static world::WorldOptions world_of_a_panel_that_hangs() {
    world::WorldOptions options = fast_world();
    options.machinesmm.hang = milliseconds{3000};
    return options;
  }
};

TEST_F(HangingPanel, WhatADeadHostWasBuyingIsTakenOverAsUnknown) {
  start();  // maps the products
  ASSERT_EQ(host().terminate(), 0);
  host_number(2).start();
  world().instagram().add_account("enviado");
  world().machinesmm().add_fault({.link_part = "enviado", .times = 1, .reply = PanelReply::kHang, .accept = true});
  const std::int64_t id = order({{"SEG-1000", 1, "enviado", 0}});
  const auto webhook = world().shop().webhook(id);
  ASSERT_EQ(world::post_webhook(host_number(2).address() + "/api/webhook", webhook).status, 200);
  ASSERT_TRUE(eventually("it is being bought", [&] { return !world().machinesmm().add_requests().empty(); }));
  host_number(2).kill_now();

  restart();
  ASSERT_TRUE(becomes(id, "review/outcome_unknown"));
  EXPECT_EQ(world().machinesmm().add_requests().size(), 1u) << "what may have been bought was tried again";
  ASSERT_TRUE(all_are_delivered_by_the_books());
  expect_none_bought_twice();
}

class SlowShop : public HostsEndToEnd {
 protected:
  SlowShop() : HostsEndToEnd(world_of_a_slow_shop()) {}
  static world::WorldOptions world_of_a_slow_shop() {
    world::WorldOptions options = fast_world();
    options.shop.writes_per_minute = 30;
    return options;
  }
};

TEST_F(SlowShop, AllHostsTogetherKeepToTheShopsLimitOfWrites) {
  start_all();
  constexpr int kOrders = 14;
  for (int n = 0; n < kOrders; ++n) {
    const std::string user = "limite" + std::to_string(n);
    world().instagram().add_account(user);
    const auto webhook = world().shop().webhook(order({{"SEG-1000", 1, user, 0}}));
    ASSERT_EQ(world::post_webhook(host_number(n % kHosts).address() + "/api/webhook", webhook).status, 200);
  }
  ASSERT_TRUE(eventually("the shop is told of the first", [&] { return !world().shop().told().empty(); }));
  const auto first = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(seconds{6});
  const std::size_t told = world().shop().told().size();
  const auto passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - first).count();
  // A burst of 3, and 27 a minute.
  EXPECT_LE(static_cast<double>(told), 3 + 1 + 27 * (passed + 1) / 60);
  EXPECT_GE(told, 3u);
}

}  // namespace
}  // namespace smmhost::e2e
