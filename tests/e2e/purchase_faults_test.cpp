// Panels that fail while the running program buys: nothing is bought twice, and what is not certain is decided by a
// person.
#include "tests/e2e/e2e_test.h"

namespace smmhost::e2e {
namespace {

using world::PanelReply;

class PurchaseFaultsEndToEnd : public EndToEnd {
 protected:
  void SetUp() override {
    start();
    for (const char* user : {"um", "dois", "tres"}) world().instagram().add_account(user);
  }
  Json review_of(std::int64_t order_id) {
    for (const Json& entry : get("/api/review")) {
      if (entry["payment_id"] == payment_id(order_id)) return entry;
    }
    return {};
  }
  int decide(const std::string& placement, const Json& decision) {
    return call("POST", "/api/review/" + placement, decision).status;
  }
};

TEST_F(PurchaseFaultsEndToEnd, AcceptedAndHungUpIsBoughtOnceAndDecidedThroughTheApi) {
  world().machinesmm().add_fault({.reply = PanelReply::kClose});
  const std::int64_t id = post_order("SEG-1000", "@um");
  ASSERT_TRUE(becomes(id, "review/outcome_unknown"));
  const Json entry = review_of(id);
  ASSERT_FALSE(entry.is_null());
  EXPECT_EQ(entry["link"], profile_link("um"));
  EXPECT_EQ(entry["quantity"], 1000);
  ASSERT_FALSE(entry["evidence"].empty());
  EXPECT_EQ(entry["evidence"][0]["outcome"], "maybe_sent");

  std::this_thread::sleep_for(std::chrono::seconds{3});  // rescuers and re-checks have had their turn
  const auto orders = world().machinesmm().orders();
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(decide(entry["id"], {{"decision", "placed"}}), 422);
  EXPECT_EQ(
      decide(entry["id"], {{"decision", "placed"}, {"provider_order_id", orders[0].id}, {"note", "seen in the panel"}}),
      200);
  ASSERT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(decide(entry["id"], {{"decision", "not_placed"}}), 409);
  EXPECT_EQ(world().machinesmm().orders().size(), 1u);
  EXPECT_EQ(world().machinesmm().add_requests().size(), 1u);
}

TEST_F(PurchaseFaultsEndToEnd, NotAcceptedButUnclearIsBoughtAfterAPersonSaysSo) {
  world().machinesmm().add_fault({.reply = PanelReply::kServerError, .accept = false});
  const std::int64_t id = post_order("SEG-1000", "@um");
  ASSERT_TRUE(becomes(id, "review/outcome_unknown"));
  EXPECT_TRUE(books().empty());
  EXPECT_EQ(decide(review_of(id)["id"], {{"decision", "not_placed"}}), 200);
  ASSERT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(books()[profile_link("um")].times, 1);
}

TEST_F(PurchaseFaultsEndToEnd, AnswersThatAreNoClearAcceptanceAreNeverRetried) {
  const std::vector<PanelReply> unclear{PanelReply::kHang,        PanelReply::kCutShort,  PanelReply::kHtml,
                                        PanelReply::kEmptyObject, PanelReply::kOrderNull, PanelReply::kTruncatedJson,
                                        PanelReply::kEmptyList};
  std::vector<std::int64_t> orders;
  for (std::size_t n = 0; n < unclear.size(); ++n) {
    const std::string user = "incerto" + std::to_string(n);
    world().instagram().add_account(user);
    world().machinesmm().add_fault({.link_part = "/" + user + "/", .reply = unclear[n]});
    orders.push_back(post_order("SEG-1000", user));
  }
  for (const std::int64_t id : orders) ASSERT_TRUE(becomes(id, "review/outcome_unknown"));
  std::this_thread::sleep_for(std::chrono::seconds{3});
  EXPECT_EQ(world().machinesmm().add_requests().size(), unclear.size());
}

TEST_F(PurchaseFaultsEndToEnd, ARefusedConnectionIsTriedAgainAndBoughtOnce) {
  world().machinesmm().http().go_down();
  const std::int64_t id = post_order("SEG-1000", "@um");
  ASSERT_TRUE(eventually("a connection was refused", [&] {
    for (const Json& event : get("/api/payments/" + payment_id(id) + "/timeline")) {
      if (event["exchange"].is_object() && event["exchange"]["outcome"] == "not_sent") return true;
    }
    return false;
  }));
  world().machinesmm().http().come_up();
  ASSERT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(world().machinesmm().add_requests().size(), 1u);
  EXPECT_EQ(books()[profile_link("um")].times, 1);
}

TEST_F(PurchaseFaultsEndToEnd, WithoutFundsOrdersAreHeldAndResumeWhenTheBalanceReturns) {
  world().worldsmm().set_balance(0);
  const std::int64_t first = post_order("SEG-W", "@um");
  ASSERT_TRUE(becomes(first, "held/no_funds"));
  const std::int64_t second = post_order("SEG-W", "@dois");
  ASSERT_TRUE(becomes(second, "held/no_funds"));
  EXPECT_TRUE(books().empty());
  world().worldsmm().set_balance(100'000'000);
  ASSERT_TRUE(becomes(first, "delivered"));
  ASSERT_TRUE(becomes(second, "delivered"));
  EXPECT_EQ(books()[profile_link("um")].times, 1);
  EXPECT_EQ(books()[profile_link("dois")].times, 1);
}

TEST_F(PurchaseFaultsEndToEnd, OddButClearAnswersAreUnderstood) {
  const std::vector<PanelReply> clear{PanelReply::kOrderAsText, PanelReply::kByteOrderMark, PanelReply::kPhpWarning};
  std::vector<std::int64_t> orders;
  for (std::size_t n = 0; n < clear.size(); ++n) {
    const std::string user = "claro" + std::to_string(n);
    world().instagram().add_account(user);
    world().machinesmm().add_fault({.link_part = "/" + user + "/", .reply = clear[n]});
    orders.push_back(post_order("SEG-1000", user));
  }
  for (const PanelReply reply :
       {PanelReply::kNumericStatus, PanelReply::kOtherSpelling, PanelReply::kMissingIds, PanelReply::kExtraIds,
        PanelReply::kEmptyList, PanelReply::kErrorRows, PanelReply::kHtml}) {
    world().machinesmm().add_fault({.action = "status", .reply = reply});
  }
  for (const std::int64_t id : orders) ASSERT_TRUE(becomes(id, "delivered"));
  EXPECT_EQ(world().machinesmm().orders().size(), clear.size());
}

TEST_F(PurchaseFaultsEndToEnd, TwoOrdersForOneLinkWaitForEachOther) {
  const std::int64_t first = post_order("SEG-1000", "@um");
  const std::int64_t second = post_order("SEG-1000", "instagram.com/um");
  ASSERT_TRUE(becomes(first, "delivered"));
  ASSERT_TRUE(becomes(second, "delivered"));
  EXPECT_EQ(books()[profile_link("um")].times, 2);
  EXPECT_EQ(world().machinesmm().add_requests().size(), 2u);  // the panel never had to refuse
}

TEST_F(PurchaseFaultsEndToEnd, WhatTheHostRecordedAsSpentIsWhatThePanelsTook) {
  world().machinesmm().set_fate("/dois/", world::Fate::kPartial, 400);
  const std::int64_t whole = post_order("SEG-1000", "@um");
  const std::int64_t part = post_order("SEG-1000", "@dois");
  ASSERT_TRUE(becomes(whole, "delivered"));
  ASSERT_TRUE(becomes(part, "review/partially_delivered"));
  EXPECT_EQ(payment(whole)["placements"][0]["charge"], "0.9");
  EXPECT_EQ(payment(part)["placements"][0]["charge"], "0.54");
  EXPECT_EQ(payment(part)["placements"][0]["remains"], 400);
  EXPECT_EQ(world().machinesmm().spent_micros(), 1'440'000);
  EXPECT_EQ(decide(review_of(part)["id"], {{"decision", "placed"}}), 200);
  ASSERT_TRUE(becomes(part, "delivered"));
}

}  // namespace
}  // namespace smmhost::e2e
