// Taking over from the earlier program: nothing it bought is bought again, nothing it did not buy is lost.
#include <gmock/gmock.h>

#include "core/fulfilment/check_invariants.h"
#include "core/fulfilment/guard_ingest.h"
#include "core/fulfilment/import_orders.h"
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ImportTest : public EngineTest {
 protected:
  void has(const std::string& id, const std::string& finished, const std::string& profile_status,
           const std::string& sku = "SEG", const std::string& status_alias = "paid") {
    earlier.payments.push_back({.id = id,
                                .order_id = id.substr(0, id.find('_')),
                                .status_alias = status_alias,
                                .customer_name = "Ana",
                                .item_sku = sku,
                                .item_quantity = "1",
                                .customization = "ana" + id,
                                .finished = finished,
                                .profile_status = profile_status});
  }

  std::vector<ImportedRow> import_all(ImportMode mode = ImportMode::kImport) {
    return import_orders(store.get(), earlier, now, mode);
  }
  static std::vector<ImportFate> fates(const std::vector<ImportedRow>& rows) {
    std::vector<ImportFate> fates;
    for (const ImportedRow& row : rows) fates.push_back(row.fate);
    return fates;
  }

  ShopOrder order_at_shop(std::int64_t id, std::vector<ShopOrderLine> lines) const {
    return {
        .order_id = id, .status_alias = "paid", .lines = std::move(lines), .created_at = now - 24h, .updated_at = now};
  }
  void webhook(const ShopOrder& order) {
    Ingest ingest = ingest_order(
        order, {.received_at = now, .source = "webhook", .digest = "w" + std::to_string(++webhooks_)}, now);
    guard_ingest(*store, read_past(*store), ingest);
    ASSERT_EQ(store->ingest(ingest).outcome, CommitOutcome::kCommitted);
  }
  void let_it_run() {
    for (int hour = 0; hour < 48; ++hour) {
      engine->reconcile_shop(now);
      engine->check_profiles(now);
      engine->process_payments(now);
      work();
      engine->update_delivered(now);
      pass(1h);
    }
  }

  EarlierShop earlier;

 private:
  int webhooks_ = 0;
};

TEST_F(ImportTest, FinishedLinesComeOverFinishedAndAreNeverBought) {
  has("10_0", "1", "public");
  has("10_1", "1", "public");
  has("11_0", "1", "public", "SEG", "delivered");
  has("12_0", "1", "error");
  EXPECT_THAT(fates(import_all()), Each(ImportFate::kFinished));
  EXPECT_TRUE(payment("10_0").finished);
  EXPECT_EQ(state("11_0"), PaymentState::kDelivered);
  let_it_run();
  EXPECT_THAT(panel.placed, IsEmpty());
  EXPECT_EQ(state("10_1"), PaymentState::kDelivered) << "the shop is told when all lines are finished";
}

TEST_F(ImportTest, WhatTheEarlierProgramMayHaveBoughtWaitsForAPerson) {
  has("10_0", "0", "public");
  has("11_0", "0", "public", "CURT");
  has("12_0", "0", "");
  has("13_0", "", "PUBLIC");
  has("14_0", "0", "private", "SEG", "delivered");
  has("15_0", "0", "public", "SEG", "cancelled");
  EXPECT_THAT(fates(import_all()), Each(ImportFate::kToReview));
  let_it_run();
  EXPECT_THAT(panel.placed, IsEmpty());
  for (const char* id : {"10_0", "11_0", "12_0", "13_0", "14_0", "15_0"}) {
    EXPECT_EQ(state(id), PaymentState::kReview) << id;
    EXPECT_EQ(reason(id), Reason::kImported) << id;
  }
  EXPECT_EQ(engine->decide("10_0", {DecisionKind::kPlaced, "", ""}, now), DecisionOutcome::kDone);
  EXPECT_EQ(engine->decide("12_0", {DecisionKind::kNotPlaced, "", ""}, now), DecisionOutcome::kDone);
  let_it_run();
  EXPECT_EQ(state("10_0"), PaymentState::kDelivered);
  ASSERT_EQ(panel.placed.size(), 1U);
  EXPECT_THAT(panel.placed[0].link, HasSubstr("ana12_0"));
}

TEST_F(ImportTest, WhatWasNeverPublicIsFulfilledHere) {
  checker.is_private["ana10_0"] = true;
  for (const char* status : {"private", "error", "pending", "invalid"})
    has(std::to_string(10 + earlier.payments.size()) + "_0", "0", status);
  EXPECT_THAT(fates(import_all()), Each(ImportFate::kToFulfil));
  work();
  EXPECT_EQ(state("10_0"), PaymentState::kWaitingProfile);
  EXPECT_EQ(state("11_0"), PaymentState::kPlaced);
  EXPECT_EQ(panel.placed.size(), 3U);
}

TEST_F(ImportTest, ALaterWebhookOrPollOfAnImportedOrderBuysNothing) {
  has("10_0", "1", "public", "SEG");
  has("10_1", "0", "public", "CURT");
  has("11_0", "0", "private", "SEG");
  import_all();
  work();
  const std::size_t bought = panel.placed.size();
  ASSERT_EQ(bought, 1U) << "the private one opened";

  const ShopOrder ten = order_at_shop(10, {{"230000001", "SEG", 1, "@ana"}, {"230000002", "CURT", 1, "@ana"}});
  const ShopOrder eleven = order_at_shop(11, {{"230000003", "SEG", 1, "@ana"}});
  shop.paid = {ten, eleven};
  webhook(ten);
  webhook(eleven);
  let_it_run();
  EXPECT_EQ(panel.placed.size(), bought);
  EXPECT_EQ(store->payments_of_order(10).size(), 2U) << "the lines are known by what was sold";
  EXPECT_EQ(store->payments_of_order(11).size(), 1U);
}

TEST_F(ImportTest, ALineThatTheEarlierProgramNeverKeptIsShownToAPerson) {
  has("10_0", "1", "public", "SEG");
  import_all();
  webhook(order_at_shop(10, {{"230000001", "SEG", 1, "@ana"}, {"230000002", "SEG", 1, "@ana"}}));
  webhook(order_at_shop(10, {{"230000002", "SEG", 1, "@ana"}, {"230000001", "SEG", 1, "@ana"}}));
  let_it_run();
  EXPECT_THAT(panel.placed, IsEmpty());
  ASSERT_EQ(store->payments_of_order(10).size(), 2U);
  EXPECT_EQ(reason("10_230000002"), Reason::kImported);
}

TEST_F(ImportTest, AnImportedLineThatWasDeletedIsNotBoughtByALaterWebhook) {
  has("10_0", "1", "public", "SEG");
  import_all();
  ASSERT_EQ(store->delete_payment("10_0"), CommitOutcome::kCommitted);
  webhook(order_at_shop(10, {{"230000001", "SEG", 1, "@ana"}}));
  let_it_run();
  EXPECT_THAT(panel.placed, IsEmpty());
}

// The earlier program deleted what it had delivered.
TEST_F(ImportTest, AnOrderOlderThanTheImportThatIsNotInItWaitsForAPersonAndANewerOneDoesNot) {
  has("10_0", "1", "public", "SEG");
  import_all();
  webhook(order_at_shop(9, {{"230000001", "SEG", 1, "@old"}}));
  pass(1h);
  ShopOrder newer = order_at_shop(12, {{"230000002", "SEG", 1, "@new"}});
  newer.created_at = now;
  webhook(newer);
  work();
  EXPECT_EQ(state("9_230000001"), PaymentState::kReview);
  EXPECT_EQ(state("12_230000002"), PaymentState::kPlaced);
}

TEST_F(ImportTest, DoneTwiceItAddsOnlyWhatIsNew) {
  earlier.products.push_back({"OLD", "12", "machinesmm", "500", "Followers"});
  has("10_0", "0", "public");
  EXPECT_THAT(fates(import_all()), ElementsAre(ImportFate::kProduct, ImportFate::kToReview));
  EXPECT_EQ(store->product("OLD").value().type, "followers");
  const auto imported_at = read_past(*store).imported_at;
  engine->decide("10_0", {DecisionKind::kGiveUp, "", ""}, now);
  pass(1h);
  EXPECT_THAT(fates(import_all()), Each(ImportFate::kKnown));
  EXPECT_EQ(state("10_0"), PaymentState::kCancelled) << "a decision was undone";
  EXPECT_EQ(read_past(*store).imported_at, imported_at);
  has("11_0", "1", "public");
  EXPECT_THAT(fates(import_all()), ElementsAre(ImportFate::kKnown, ImportFate::kKnown, ImportFate::kFinished));
}

TEST_F(ImportTest, ADryRunWritesNothingAndSaysTheSame) {
  earlier.products.push_back({"OLD", "12", "machinesmm", "500", "followers"});
  has("10_0", "0", "public");
  has("11_0", "1", "public");
  const auto dry = fates(import_all(ImportMode::kDryRun));
  EXPECT_FALSE(store->product("OLD"));
  EXPECT_FALSE(store->payment("10_0"));
  EXPECT_FALSE(read_past(*store).imported_at);
  EXPECT_EQ(fates(import_orders(nullptr, earlier, now, ImportMode::kDryRun)), dry);
  EXPECT_EQ(fates(import_all()), dry);
}

TEST_F(ImportTest, AnOrderThatCameFromTheShopTooIsNotBoughtWhereItWaits) {
  post(10, {{.sku = "LATER", .quantity = 1, .customization = "@ana"},
            {.sku = "SEG", .quantity = 1, .customization = "@bia"}});
  work();
  ASSERT_EQ(panel.placed.size(), 1U);
  has("10_0", "1", "public", "LATER");
  has("10_1", "1", "public", "SEG");
  EXPECT_THAT(fates(import_all()), Each(ImportFate::kKnown));
  add_product("LATER", "followers");
  let_it_run();
  EXPECT_EQ(panel.placed.size(), 1U);
  EXPECT_EQ(state("10_1"), PaymentState::kReview);
}

TEST_F(ImportTest, ARowThatCannotComeOverIsNamed) {
  has("x_0", "0", "private");
  earlier.products.push_back({"BAD", "12", "machinesmm", "zero", "followers"});
  const auto rows = import_all();
  ASSERT_EQ(rows.size(), 2U);
  for (const ImportedRow& row : rows) EXPECT_EQ(row.fate, ImportFate::kUnusable) << row.id;
}

TEST_F(ImportTest, WhatCameOverKeepsTheInvariants) {
  has("10_0", "1", "public");
  has("11_0", "1", "public", "SEG", "delivered");
  has("12_0", "0", "public");
  has("13_0", "0", "private");
  import_all();
  let_it_run();
  for (const InvariantReport& report :
       check_invariants(*store, [](const Delivery&) { return std::vector<std::string>{}; }))
    EXPECT_THAT(report.shown, IsEmpty()) << report.name;
}

}  // namespace
}  // namespace smmhost::testing
