// The crash matrix: the running program dies at every crash point, early and late, while a panel accepts, refuses or
// hangs. Each start is the recovery from the crash before it, with new orders coming in. The panels' books are the
// judge.
//
// A crash costs a start of the program, so each test takes a third of them, all three together all of them. With
// SMMHOST_CRASH_MATRIX=whole in the environment each takes all.
#include "host/app/crash_points.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "host/store/open_store.h"
#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using world::PanelReply;

constexpr std::chrono::seconds kLongestWayToAPoint{30};

constexpr const char* kImpatient = R"(
[profiles]
recheck = 200ms
cache = 0s

[fulfilment]
held_recheck = 200ms
lease = 5s
track_first = 100ms
track_longest = 300ms
backoff_first = 50ms
backoff_longest = 200ms
busy_link_wait = 200ms

[jobs]
check_profiles = every 500ms
process_payments = every 500ms
track_placements = every 500ms
update_delivered = every 300ms
reconcile_shop = off
check_providers = every 2s
)";

// At which of its passes the program dies, for points that are passed seldom and often.
std::vector<int> passes_of(std::string_view point) {
  if (point.starts_with("ingest.")) return {1, 2};
  if (point.starts_with("job.")) return {2};
  if (point.starts_with("claim.")) return {1, 3};
  if (point.starts_with("send.")) return {1, 2, 4};
  return {1, 2, 3, 5, 8};
}

enum class Third : std::size_t { kFirst, kSecond, kLast };

std::vector<std::string> all_crashes() {
  std::vector<std::string> crashes;
  for (const std::string_view point : crash_point_names())
    for (const int pass : passes_of(point)) crashes.push_back(std::string(point) + '#' + std::to_string(pass));
  return crashes;
}

// Every third of a list in the points' order, so that each part has nearly all points.
std::vector<std::string> crashes_of(Third third) {
  const std::vector<std::string> all = all_crashes();
  const char* const how_many = std::getenv("SMMHOST_CRASH_MATRIX");
  if (how_many != nullptr && std::string_view{how_many} == "whole") return all;
  std::vector<std::string> part;
  for (auto i = static_cast<std::size_t>(third); i < all.size(); i += 3) part.push_back(all[i]);
  std::cout << part.size() << " of " << all.size() << " crashes; SMMHOST_CRASH_MATRIX=whole takes all\n";
  return part;
}

std::int64_t micros_of(const Json& decimal) {
  return parse_decimal_micros(decimal.get<std::string>()).value();
}

class CrashPoints : public EndToEnd {
 protected:
  void SetUp() override {
    std::ofstream{folder() / "host.ini"} << world().ini(
        {.database = database().string(), .call_timeout = "1s", .more = kImpatient});
    const auto store = open_store("sqlite:" + database().string());
    const Product followers{.sku = "SEG",
                            .service_id = "4420",
                            .api = "machinesmm",
                            .base_quantity = 1000,
                            .type = "followers",
                            .routes = {{"worldsmm", "101"}}};
    const Product likes{.sku = "CURT",
                        .service_id = "2476",
                        .api = "machinesmm",
                        .base_quantity = 403,
                        .type = "likes",
                        .routes = {{"worldsmm", "102"}}};
    ASSERT_EQ(store->put_product(followers), CommitOutcome::kCommitted);
    ASSERT_EQ(store->put_product(likes), CommitOutcome::kCommitted);
  }

  // Two paid orders of new customers: one purchase, and one split over two posts.
  void two_customers_pay() {
    for (const char* sku : {"SEG", "CURT"}) {
      const std::string user = "cliente" + std::to_string(customers_++);
      world().instagram().add_account(user, false, 2);
      orders_.push_back(order({{sku, 1, user, 0}}));
      unanswered_.push_back(orders_.back());
    }
  }

  // As the shop does: again until it is answered 200. What could not be posted is left for the next start.
  void post_what_is_unanswered() {
    std::erase_if(unanswered_, [&](std::int64_t id) { return post(id) == 200; });
  }

  void crash_at(const std::string& crash) {
    SCOPED_TRACE(crash);
    two_customers_pay();
    host().die_at(crash);
    if (!host().start_or_die()) return;
    const auto deadline = std::chrono::steady_clock::now() + kLongestWayToAPoint;
    do {
      post_what_is_unanswered();
      if (host().dies_within(std::chrono::milliseconds{50})) return expect_none_bought_twice();
    } while (std::chrono::steady_clock::now() < deadline);
    FAIL() << "never reached";
  }

  void crash_and_recover(Third third) {
    for (const std::string& crash : crashes_of(third)) {
      crash_at(crash);
      if (HasFatalFailure()) return;
    }
    host().die_at("");
    host().start();
    world().machinesmm().clear_faults();
    ASSERT_TRUE(eventually("the shop is rid of its webhooks", [&] {
      post_what_is_unanswered();
      return unanswered_.empty();
    }));
    ASSERT_TRUE(eventually("every order is delivered", [&] {
      decide_by_the_books();
      return count_in({"delivered"}) == orders_.size();
    }));
    expect_the_books_to_agree();
  }

  void expect_the_books_to_agree() {
    expect_none_bought_twice();
    EXPECT_EQ(books().size(), orders_.size() / 2 * 3) << "one link of the one order, two of the other";
    EXPECT_EQ(get("/api/payments?limit=1000").size(), orders_.size());
    for (const std::int64_t id : orders_)
      EXPECT_EQ(world().shop().told_to(id), std::vector<std::string>{"delivered"}) << id;
    expect_every_request_to_have_its_intent();
    expect_the_money_to_agree();
    for (const Json& invariant : get("/api/doctor")) EXPECT_TRUE(invariant["ok"].get<bool>()) << invariant;
  }

  // What a panel was asked for is what a placement says, wherever that placement stood at the time.
  void expect_every_request_to_have_its_intent() {
    std::map<std::string, std::int64_t> intended;
    for (const Json& payment : get("/api/payments?limit=1000"))
      for (const Json& placement : payment["placements"]) intended[placement["link"]] = placement["quantity"];
    for (world::Panel* panel : {&world().machinesmm(), &world().worldsmm()})
      for (const world::AddRequest& request : panel->add_requests())
        EXPECT_EQ(std::to_string(intended[request.link]), request.quantity) << request.link;
  }

  void expect_the_money_to_agree() {
    std::map<std::string, std::int64_t> recorded;
    for (const Json& payment : get("/api/payments?limit=1000"))
      for (const Json& placement : payment["placements"])
        if (!placement["charge"].is_null()) recorded[placement["provider"]] += micros_of(placement["charge"]);
    EXPECT_EQ(recorded["machinesmm"], world().machinesmm().spent_micros());
    EXPECT_EQ(recorded["worldsmm"], world().worldsmm().spent_micros());
  }

 private:
  int customers_ = 0;
  std::vector<std::int64_t> orders_;
  std::vector<std::int64_t> unanswered_;
};

TEST_F(CrashPoints, WithAPanelThatAccepts) {
  crash_and_recover(Third::kFirst);
}

TEST_F(CrashPoints, WithAPanelThatRefuses) {
  world().machinesmm().add_fault(
      {.times = -1, .reply = PanelReply::kError, .accept = false, .text = "this order is not possible"});
  crash_and_recover(Third::kSecond);
}

TEST_F(CrashPoints, WithAPanelThatAcceptsAndHangs) {
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kHang});
  crash_and_recover(Third::kLast);
}

}  // namespace
}  // namespace smmhost::e2e
