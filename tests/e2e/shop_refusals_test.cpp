// A shop that refuses what it is told: refused once, shown to the operator, and told when the cause is gone.
#include <thread>

#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

class ShopRefusalsEndToEnd : public EndToEnd {
 protected:
  void SetUp() override {
    start();
    world().instagram().add_account("um");
  }

  // The order is bought and complete, and its `delivered` was answered with `http_status`.
  std::int64_t refused_order(int http_status) {
    world().shop().fail_writes(1, http_status);
    const std::int64_t id = post_order("SEG-1000", "@um");
    EXPECT_TRUE(eventually("it was refused", [&] { return !get("/api/alerts").empty(); }));
    EXPECT_EQ(state(id), "completed");
    return id;
  }

  void expect_no_second_try() {
    std::this_thread::sleep_for(std::chrono::seconds{3});  // update_delivered and all backoffs have had their turn
    EXPECT_EQ(world().shop().told().size(), 1u);
  }
};

TEST_F(ShopRefusalsEndToEnd, ARefusedKeyIsShownAndWhatWasRefusedIsToldAfterARestart) {
  const std::int64_t id = refused_order(401);
  expect_no_second_try();
  EXPECT_EQ(get("/readyz")["alerts"], Json::array({"shop_refused"}));
  bool in_timeline = false;
  for (const Json& event : get("/api/payments/" + payment_id(id) + "/timeline"))
    in_timeline =
        in_timeline || event["why"].get<std::string>().find("refused \"delivered\": auth") != std::string::npos;
  EXPECT_TRUE(in_timeline);

  EXPECT_EQ(host().terminate(), 0);
  restart();
  ASSERT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(world().shop().told_to(id), std::vector<std::string>{"delivered"});
  EXPECT_EQ(get("/api/alerts"), Json::array());
}

TEST_F(ShopRefusalsEndToEnd, ARefusedStatusIsToldWhenAPersonAsks) {
  const std::int64_t id = refused_order(422);
  expect_no_second_try();
  const auto answer = call("POST", "/api/update-order-status", {{"order_id", id}, {"status_alias", "delivered"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  ASSERT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(world().shop().told_to(id), std::vector<std::string>{"delivered"});
  EXPECT_EQ(get("/api/alerts"), Json::array());
}

}  // namespace
}  // namespace smmhost::e2e
