// The look-up and the shop of the simulated world.
#pragma once

#include <string>
#include <vector>

#include "core/ports/profile_checker.h"
#include "core/ports/shop.h"
#include "tests/simulation/world.h"

namespace smmhost::sim {

class SimChecker : public ProfileChecker {
 public:
  SimChecker(World& world, std::string name) : world_(world), name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  bool can_list_posts() const override { return true; }
  Reply<Profile> check(const std::string& username, Time now) override;
  Reply<std::vector<Post>> latest_posts(const std::string& username, int limit, PostKind kind, Time now) override;

 private:
  World& world_;
  std::string name_;
};

class SimShop : public Shop {
 public:
  explicit SimShop(World& world) : world_(world) {}

  Reply<Told> tell_status(std::int64_t order_id, const std::string& status_alias, Time now) override;
  Reply<ShopOrderPage> paid_orders(Time since, int page, Time now) override;

 private:
  World& world_;
};

}  // namespace smmhost::sim
