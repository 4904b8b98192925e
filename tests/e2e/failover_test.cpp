// The running program on a PostgreSQL primary with a synchronous standby, when the primary is lost.
#include <atomic>
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

class FailoverEndToEnd : public EndToEnd {
 protected:
  FailoverEndToEnd() {
    primary_.create_database("shop");
    standby_ = PostgresCluster::synchronous_standby_of(primary_);
    store_url_ = "postgresql://smmhost@127.0.0.1:" + std::to_string(primary_.port()) +
                 ",127.0.0.1:" + std::to_string(standby_->port()) + "/shop?target_session_attrs=read-write";
  }

  PostgresCluster primary_;
  std::unique_ptr<PostgresCluster> standby_;
};

TEST_F(FailoverEndToEnd, EveryAcknowledgedOrderIsOnTheNewPrimaryAndNoneIsBoughtTwice) {
  start();
  world().machinesmm().add_fault({.times = -1, .reply = PanelReply::kSlow});
  Customers customers(world(), 3, milliseconds{250});
  customers.send_to({host().address()});
  ASSERT_TRUE(eventually("orders are being bought", [&] { return world().machinesmm().add_requests().size() > 5; }));
  primary_.stop_at_once();
  const std::size_t before = customers.acknowledged();
  std::this_thread::sleep_for(milliseconds{700});
  EXPECT_LE(customers.acknowledged(), before + 3) << "acknowledged without a database";
  standby_->promote();
  ASSERT_TRUE(eventually("orders come in again", [&] { return customers.acknowledged() > before + 10; }));
  ASSERT_TRUE(eventually("it can be read again", [&] { return call("GET", "/api/payments").status == 200; }));
  const std::vector<std::int64_t> acknowledged = customers.stop();
  world().machinesmm().clear_faults();

  ASSERT_TRUE(comes_to_rest());
  expect_none_bought_twice();
  EXPECT_EQ(count_in({"held"}), 0u);
  for (const std::int64_t id : acknowledged) ASSERT_FALSE(payment(id).is_null()) << "lost: " << id;
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  RecordProperty("in_review", static_cast<int>(count_in({"review"})));
  ASSERT_TRUE(all_are_delivered_by_the_books());
  expect_none_bought_twice();
}

TEST_F(FailoverEndToEnd, WithoutItsStandbyWebhooksAreAnswered503InTimeAndTheHostCanBeStopped) {
  constexpr int kWebhooks = 100;  // more than the HTTP server has turns
  start();
  std::vector<std::int64_t> ids;
  for (int n = 0; n < kWebhooks; ++n) ids.push_back(order({{"SEG-1000", 1, "espera" + std::to_string(n), 0}}));
  standby_->stop_at_once();

  std::atomic<int> refused = 0;
  std::vector<std::thread> shop;
  for (const std::int64_t id : ids)
    shop.emplace_back([&, id] {
      if (post(id) == 503) ++refused;  // the shop waits 5 s
    });
  std::this_thread::sleep_for(milliseconds{500});
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(call("GET", "/healthz").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, seconds{2}) << "it needs no turn";
  for (std::thread& each : shop) each.join();
  EXPECT_EQ(refused, kWebhooks) << "nothing may be acknowledged that no standby has";
  EXPECT_EQ(call("GET", "/api/payments?limit=1").status, 200) << "reading needs no standby";
  EXPECT_EQ(post(ids.front()), 503);
  EXPECT_EQ(host().terminate(seconds{120}), 0);

  standby_->start();
  restart();
  for (const std::int64_t id : ids) {
    ASSERT_TRUE(eventually("it is taken", [&] { return post(id) == 200; }));
    ASSERT_FALSE(payment(id).is_null());
  }
}

}  // namespace
}  // namespace smmhost::e2e
