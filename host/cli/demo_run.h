// The course of `smmhost demo`: posts the orders, plays the customer and the operator, and judges what became of each.
//
// It speaks to the host over HTTP only, as Yampi and an operator would.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/cli/demo_scenario.h"

namespace smmhost {

// How one order stands, for the display and the table.
struct DemoStanding {
  std::string state;  // of its lines, "delivered" or "delivered, held (no_username)"
  std::string told;   // what the shop was told, in order
  std::string cost;   // "0.9 USD"; empty where nothing was bought
  bool as_expected = false;
  std::string expected;  // where it differs: what should be
  std::string got;       // and what is
};

// What the panel's books say beside what the host recorded; equal when all is well.
struct DemoBooks {
  std::string provider;
  std::string currency;
  std::int64_t spent_micros = 0;
  std::int64_t recorded_micros = 0;
  std::int64_t left_micros = 0;
  std::vector<DemoPurchase> purchases;  // as the panel has them, sorted
  std::vector<DemoPurchase> expected;   // as they should be, sorted

  bool agree() const { return spent_micros == recorded_micros && purchases == expected; }
};

class DemoRun {
 public:
  using News = std::function<void(const std::string& line)>;

  // `address` is the running host's, like http://127.0.0.1:8080. Both references must outlive it.
  DemoRun(world::World& world, std::string address, std::string token, const Speaker& say, News news);

  // Maps the products and posts the webhooks. Throws CommandFailed where the host does not take them.
  void begin(std::vector<DemoOrder> orders);
  // Looks at every order once and plays the scenes whose time has come.
  void step();

  const std::vector<DemoOrder>& orders() const { return orders_; }
  const std::vector<DemoStanding>& standings() const { return standings_; }
  int as_expected() const;
  bool all_as_expected() const { return as_expected() == static_cast<int>(orders_.size()); }
  std::vector<DemoBooks> books();

 private:
  using Json = nlohmann::ordered_json;

  Json ask(const std::string& method, const std::string& path, const Json& body = nullptr);
  int post(const world::Webhook& webhook);
  void post_order(const DemoOrder& order);
  void read_payments();
  DemoStanding standing_of(const DemoOrder& order) const;
  bool lines_as_expected(const DemoOrder& order) const;
  void play(std::size_t index);
  bool was_refused(const DemoOrder& order);
  bool others_as_expected(std::size_t index) const;
  void decide(const Json& payment, const std::string& decision, const std::string& order_id, const Message& why);
  std::string unclaimed_order(const std::string& link);
  void play_review(const DemoOrder& order, const Json& payment);
  void play_connection_refused(std::size_t index);

  world::World& world_;
  const std::string address_;
  const std::string token_;
  const Speaker& say_;
  const News news_;
  std::vector<DemoOrder> orders_;
  std::vector<DemoStanding> standings_;
  std::vector<bool> played_;
  std::map<std::string, Json> payments_;  // by id, as last read
  std::chrono::steady_clock::time_point began_{};
};

}  // namespace smmhost
