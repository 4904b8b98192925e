// What every end-to-end test stands on: a world of its own, a host process with its INI and database, and the API.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "examples/world/http_call.h"
#include "examples/world/world.h"
#include "tests/e2e/host_process.h"

namespace smmhost::e2e {

using Json = nlohmann::json;
using world::OrderLine;

// On a busy machine with sanitizers; a test that waits this long has failed.
constexpr std::chrono::seconds kPatience{60};

class EndToEnd : public ::testing::Test {
 protected:
  explicit EndToEnd(const world::WorldOptions& options = fast_world());
  ~EndToEnd() override;

  // A world whose panels finish an order in about a second, and which allows many writes a minute.
  static world::WorldOptions fast_world();
  // For what start() writes into the INI: another database than a SQLite file, and how long a lease is.
  std::string store_url_;
  std::string lease_ = "10s";

  // Jobs every second and short waits; `more` is appended. The first start maps the products below.
  void start(const std::string& more = {});
  void restart() { host_.start(); }

  world::World& world() { return world_; }
  HostProcess& host() { return host_; }
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path database() const { return folder_ / "host.db"; }
  std::filesystem::path log() const { return folder_ / "host.log"; }

  // --- the shop's side ---
  std::int64_t order(std::vector<OrderLine> lines, const std::string& status = "paid");
  // The order's webhook; its HTTP status.
  int post(std::int64_t order_id, const world::WebhookOptions& options = {});
  int post_signed(const std::string& body);
  // Places and posts an order of one line and expects 200.
  std::int64_t post_order(const std::string& sku, const std::string& customization, std::int64_t quantity = 1);
  std::string payment_id(std::int64_t order_id, std::size_t line = 0);

  // --- the operator's side ---
  world::CallResult call(const std::string& method, const std::string& path, const Json& body = nullptr);
  Json get(const std::string& path);                               // expects 200
  Json payment(std::int64_t order_id, std::size_t line = 0);       // null where there is none
  std::string state(std::int64_t order_id, std::size_t line = 0);  // "held/no_funds", "delivered", ""
  void run_job(const std::string& name);

  // Looks every 100 ms; fails the test, naming `what`, when `patience` is over.
  ::testing::AssertionResult eventually(const std::string& what, const std::function<bool()>& good,
                                        std::chrono::seconds patience = kPatience);
  ::testing::AssertionResult becomes(std::int64_t order_id, const std::string& state, std::size_t line = 0);

  static std::string profile_link(const std::string& username) { return "https://www.instagram.com/" + username + "/"; }
  static std::string post_link(const std::string& shortcode) {
    return "https://www.instagram.com/p/" + shortcode + "/";
  }
  // How often each link was bought, by the panels' books; quantities added up.
  struct Bought {
    int times = 0;
    std::int64_t quantity = 0;
  };
  std::map<std::string, Bought> books();
  void expect_none_bought_twice();
  // An operator decides every open question by what the panels' own lists say.
  void decide_by_the_books();
  // Payments in one of the states.
  std::size_t count_in(const std::set<std::string>& states);
  // Every payment has an end, or waits for a person with a reason.
  ::testing::AssertionResult comes_to_rest();
  // The operator goes on deciding until all payments are delivered.
  ::testing::AssertionResult all_are_delivered_by_the_books();
  // A failed result says of each payment in none of the states what became of it so far, and what the host is doing.
  ::testing::AssertionResult with_whereabouts(::testing::AssertionResult result, const std::set<std::string>& expected);

 private:
  std::filesystem::path folder_;
  world::World world_;
  HostProcess host_;
};

// Mapped in every test: SKU -> service and base quantity.
//   SEG-1000  machinesmm 4420 followers 1000     CURT-403  machinesmm 2476 likes 403
//   SEG-W     worldsmm   101  followers 500      VIEW-900  machinesmm 3096 views 900

}  // namespace smmhost::e2e
