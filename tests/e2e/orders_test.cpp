// Sixty orders of every kind through the running program: each bought once and rightly, each told once and truly.
#include <algorithm>

#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using world::BodyStyle;

class OrdersEndToEnd : public EndToEnd {
 protected:
  void SetUp() override { start(); }

  // What must stand in the books for likes or views of this account.
  void expect_split(const std::string& username, std::int64_t total, bool videos) {
    const auto codes = world().instagram().newest(username, 4, videos);
    ASSERT_FALSE(codes.empty());
    const auto count = static_cast<std::int64_t>(codes.size());
    for (std::size_t n = 0; n < codes.size(); ++n)
      expected_[post_link(codes[n])] = total / count + (n == 0 ? total % count : 0);
  }
  void expect_followers(const std::string& username, std::int64_t quantity) {
    expected_[profile_link(username)] = quantity;
  }
  std::string account(const std::string& username, bool is_private = false, int posts = 6) {
    world().instagram().add_account(username, is_private, posts);
    return username;
  }
  void expect_books() {
    const auto bought = books();
    for (const auto& [link, quantity] : expected_) {
      const auto at = bought.find(link);
      ASSERT_NE(at, bought.end()) << "not bought: " << link;
      EXPECT_EQ(at->second.times, 1) << link;
      EXPECT_EQ(at->second.quantity, quantity) << link;
    }
    EXPECT_EQ(bought.size(), expected_.size());
  }

  std::map<std::string, std::int64_t> expected_;  // quantity by link
};

TEST_F(OrdersEndToEnd, SixtySignedOrdersAreEachBoughtOnceAndToldOnce) {
  std::vector<std::int64_t> delivered;
  for (int n = 0; n < 20; ++n) {
    const std::string user = account("seguidor" + std::to_string(n));
    delivered.push_back(post_order(n % 4 == 0 ? "SEG-W" : "SEG-1000", "@" + user, 1 + n % 2));
    expect_followers(user, (n % 4 == 0 ? 500 : 1000) * (1 + n % 2));
  }
  for (int n = 0; n < 10; ++n) {
    const std::string user = account("curtidas" + std::to_string(n), false, 1 + n % 6);
    delivered.push_back(post_order("CURT-403", user));
    expect_split(user, 403, false);
  }
  for (int n = 0; n < 5; ++n) {
    const std::string user = account("videos" + std::to_string(n));
    delivered.push_back(post_order("VIEW-900", "https://www.instagram.com/" + user + "/?igsh=x"));
    expect_split(user, 900, true);
  }
  for (int n = 0; n < 10; ++n) {  // the same bytes; the same order in other bytes; the items turned round
    const std::string user = account("repetido" + std::to_string(n));
    const std::int64_t id = order({{"SEG-1000", 1, user, 0}, {"CURT-403", 1, "", 0}});
    for (const auto& options :
         std::vector<world::WebhookOptions>{{},
                                            {},
                                            {.event = "order.created"},
                                            {.style = BodyStyle::kIndented},
                                            {.style = BodyStyle::kPlain, .reverse_items = true}}) {
      EXPECT_EQ(post(id, options), 200);
    }
    delivered.push_back(id);
    expect_followers(user, 1000);
    expect_split(user, 403, false);
  }
  std::vector<std::int64_t> closed;
  for (int n = 0; n < 10; ++n) closed.push_back(post_order("SEG-1000", account("fechado" + std::to_string(n), true)));
  std::vector<std::int64_t> held{
      post_order("SEG-1000", "joão e maria"), post_order("CAMISETA", "@seguidor1"), post_order("SEG-1000", ""),
      post_order("SEG-1000", "https://www.instagram.com/p/DOqjIRkAoz0/"), post_order("SEG-1000", "@ninguem.ali")};

  for (const std::int64_t id : closed) {
    ASSERT_TRUE(becomes(id, "waiting_profile/profile_private"));
    ASSERT_TRUE(eventually("the shop knows", [&] { return !world().shop().told_to(id).empty(); }));
  }
  for (std::size_t n = 0; n < 5; ++n) {
    world().instagram().set_private("fechado" + std::to_string(n), false);
    expect_followers("fechado" + std::to_string(n), 1000);
  }
  for (std::size_t n = 0; n < 5; ++n) ASSERT_TRUE(becomes(closed[n], "delivered"));
  for (const std::int64_t id : delivered) {
    const std::size_t lines = world().shop().order(id).lines.size();
    for (std::size_t line = 0; line < lines; ++line) ASSERT_TRUE(becomes(id, "delivered", line));
  }
  EXPECT_TRUE(becomes(held[0], "held/username_not_understood"));
  EXPECT_TRUE(becomes(held[1], "held/unknown_sku"));
  EXPECT_TRUE(becomes(held[2], "held/no_username"));
  EXPECT_TRUE(becomes(held[3], "held/post_link_for_profile_service"));
  EXPECT_TRUE(becomes(held[4], "waiting_profile/profile_not_found"));

  expect_books();
  for (const std::int64_t id : delivered) EXPECT_EQ(world().shop().told_to(id), std::vector<std::string>{"delivered"});
  for (std::size_t n = 0; n < closed.size(); ++n) {
    const std::vector<std::string> opened{"shipment_exception", "handling_products", "delivered"};
    EXPECT_EQ(world().shop().told_to(closed[n]), n < 5 ? opened : std::vector<std::string>{"shipment_exception"});
  }
  const auto told = world().shop().told();
  EXPECT_TRUE(
      std::all_of(told.begin(), told.end(), [](const world::ToldStatus& one) { return one.http_status == 200; }));
}

TEST_F(OrdersEndToEnd, DeliveredIsToldOnlyWhenEveryLineIsDone) {
  account("meio.pronto");
  world().machinesmm().set_fate("/p/", world::Fate::kNeverEnds);
  const std::int64_t id = order({{"SEG-1000", 1, "@meio.pronto", 0}, {"CURT-403", 1, "@meio.pronto", 0}});
  ASSERT_EQ(post(id), 200);
  ASSERT_TRUE(becomes(id, "completed", 0));
  run_job("update_delivered");
  ASSERT_TRUE(becomes(id, "placed", 1));
  std::this_thread::sleep_for(std::chrono::seconds{3});  // three runs of update_delivered
  EXPECT_TRUE(world().shop().told_to(id).empty());
  EXPECT_EQ(state(id, 0), "completed");
}

TEST_F(OrdersEndToEnd, ACancelledOrderIsNotBought) {
  account("desistiu", true);
  const std::int64_t id = post_order("SEG-1000", "@desistiu");
  ASSERT_TRUE(becomes(id, "waiting_profile/profile_private"));
  world().shop().set_status(id, "cancelled");
  ASSERT_EQ(post(id, {.event = "order.status.updated"}), 200);
  ASSERT_TRUE(becomes(id, "cancelled/cancelled_by_shop"));
  world().instagram().set_private("desistiu", false);
  ASSERT_EQ(post(id), 200);
  std::this_thread::sleep_for(std::chrono::seconds{2});
  EXPECT_EQ(state(id), "cancelled/cancelled_by_shop");
  EXPECT_TRUE(books().empty());
}

TEST_F(OrdersEndToEnd, AnOrderWhoseWebhookWasLostIsFoundAtTheShop) {
  const std::int64_t id = order({{"SEG-1000", 1, account("perdido"), 0}});
  const std::int64_t unpaid = order({{"SEG-1000", 1, account("boleto"), 0}}, "waiting_payment");
  run_job("reconcile_shop");
  ASSERT_TRUE(becomes(id, "delivered"));
  run_job("reconcile_shop");
  EXPECT_EQ(post(id), 200);
  EXPECT_TRUE(payment(unpaid).is_null());
  expect_followers("perdido", 1000);
  expect_books();
}

}  // namespace
}  // namespace smmhost::e2e
