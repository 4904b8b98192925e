// The crash matrix: the running program dies at every crash point, early and late, on both databases, while a panel
// accepts, refuses or hangs. Each start is the recovery from the crash before it, with new orders coming in and an
// operator at work. The panels' books are the judge.
//
// A crash costs a start of the program, so each test takes a sixth of them, all six together all of them. With
// SMMHOST_CRASH_MATRIX=whole in the environment each takes all.
#include "host/app/crash_points.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "host/store/open_store.h"
#include "tests/e2e/e2e_test.h"
#include "tests/support/postgres_cluster.h"

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
check_providers = every 500ms
purge = every 500ms
)";

// At which of its passes the program dies, for points that are passed seldom and often.
std::vector<int> passes_of(std::string_view point) {
  if (point.starts_with("ingest.") || point.starts_with("services.")) return {1, 2};
  if (point.starts_with("job.")) return {2};
  if (point.starts_with("claim.") || point.starts_with("wake.")) return {1, 3};
  if (point.starts_with("send.")) return {1, 2, 4};
  if (point.starts_with("commit.")) return {1, 2, 3, 5, 8};
  return {1};
}

constexpr std::size_t kParts = 6;

std::vector<std::string> all_crashes() {
  std::vector<std::string> crashes;
  for (const std::string_view point : crash_point_names())
    for (const int pass : passes_of(point)) crashes.push_back(std::string(point) + '#' + std::to_string(pass));
  return crashes;
}

// Every sixth of a list in the points' order, so that each part has points of every kind.
std::vector<std::string> crashes_of(std::size_t part) {
  const std::vector<std::string> all = all_crashes();
  const char* const how_many = std::getenv("SMMHOST_CRASH_MATRIX");
  if (how_many != nullptr && std::string_view{how_many} == "whole") return all;
  std::vector<std::string> crashes;
  for (std::size_t i = part; i < all.size(); i += kParts) crashes.push_back(all[i]);
  std::cout << crashes.size() << " of " << all.size() << " crashes; SMMHOST_CRASH_MATRIX=whole takes all\n";
  return crashes;
}

enum class Database : std::size_t { kSqlite, kPostgres };

std::int64_t micros_of(const Json& decimal) {
  return parse_decimal_micros(decimal.get<std::string>()).value();
}

class CrashPoints : public EndToEnd, public ::testing::WithParamInterface<Database> {
 protected:
  void SetUp() override {
    static int databases = 0;
    if (GetParam() == Database::kPostgres)
      store_url_ = tests::PostgresCluster::shared().create_database("crashes_" + std::to_string(++databases));
    std::ofstream{folder() / "host.ini"} << world().ini(
        {.database = database().string(), .store_url = store_url_, .call_timeout = "1s", .more = kImpatient});
    const auto store = open_store(store_url_.empty() ? "sqlite:" + database().string() : store_url_);
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

  // And one buys what is not sold: an operator will delete that line.
  void somebody_pays_for_something_else() {
    unsold_.push_back(order({{"CAMISA", 1, "ninguem", 0}}));
    unanswered_.push_back(unsold_.back());
  }

  // An operator adds products and deletes what cannot be fulfilled, and remembers what was answered.
  void operator_works() {
    const std::string sku = "NOVO-" + std::to_string(products_++);
    const Json product = {
        {"sku", sku}, {"api", "worldsmm"}, {"service_id", 101}, {"base_quantity", 1}, {"type", "followers"}};
    if (call("POST", "/api/products", product).status == 201) added_.push_back(sku);
    for (const std::int64_t id : unsold_)
      if (call("DELETE", "/api/payments/" + payment_id(id)).status == 200) deleted_.insert(id);
  }

  // As the shop does: again until it is answered 200. What could not be posted is left for the next start.
  void post_what_is_unanswered() {
    std::erase_if(unanswered_, [&](std::int64_t id) { return post(id) == 200; });
  }

  void crash_at(const std::string& crash) {
    SCOPED_TRACE(crash);
    two_customers_pay();
    somebody_pays_for_something_else();
    host().die_at(crash);
    if (!host().start_or_die()) return;
    const auto deadline = std::chrono::steady_clock::now() + kLongestWayToAPoint;
    do {
      post_what_is_unanswered();
      operator_works();
      if (host().dies_within(std::chrono::milliseconds{50})) return expect_none_bought_twice();
    } while (std::chrono::steady_clock::now() < deadline);
    FAIL() << "never reached";
  }

  // `panel`: which of the three panels' ways it is.
  void crash_and_recover(std::size_t panel) {
    for (const std::string& crash : crashes_of(2 * panel + static_cast<std::size_t>(GetParam()))) {
      crash_at(crash);
      if (HasFatalFailure()) return;
    }
    world().machinesmm().clear_faults();
    host().die_at("");
    host().start();
    ASSERT_TRUE(eventually("the shop is rid of its webhooks", [&] {
      post_what_is_unanswered();
      return unanswered_.empty();
    }));
    ASSERT_TRUE(every_order_is_delivered_or_deleted());
    expect_the_books_to_agree();
  }

  ::testing::AssertionResult every_order_is_delivered_or_deleted() {
    const auto result = eventually("every order is delivered, or deleted", [&] {
      operator_works();
      decide_by_the_books();
      return count_in({"delivered"}) == orders_.size() && get("/api/payments?limit=1000").size() == orders_.size();
    });
    return with_whereabouts(result, {"delivered"});
  }

  void expect_the_books_to_agree() {
    expect_none_bought_twice();
    EXPECT_EQ(books().size(), orders_.size() / 2 * 3) << "one link of the one order, two of the other";
    for (const std::int64_t id : deleted_) EXPECT_TRUE(payment(id).is_null()) << "deleted, and back: " << id;
    for (const std::string& sku : added_) EXPECT_EQ(call("GET", "/api/products/" + sku).status, 200) << sku;
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
  std::vector<std::int64_t> unsold_;
  std::vector<std::int64_t> unanswered_;
  std::set<std::int64_t> deleted_;
  std::vector<std::string> added_;
  int products_ = 0;
};

TEST_P(CrashPoints, WithAPanelThatAccepts) {
  crash_and_recover(0);
}

TEST_P(CrashPoints, WithAPanelThatRefuses) {
  world().machinesmm().add_fault(
      {.times = -1, .reply = PanelReply::kError, .accept = false, .text = "Incorrect service ID"});
  crash_and_recover(1);
}

TEST_P(CrashPoints, WithAPanelThatAcceptsAndHangs) {
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kHang});
  crash_and_recover(2);
}

INSTANTIATE_TEST_SUITE_P(Stores, CrashPoints, ::testing::Values(Database::kSqlite, Database::kPostgres),
                         [](const auto& each) { return each.param == Database::kSqlite ? "Sqlite" : "Postgres"; });

}  // namespace
}  // namespace smmhost::e2e
