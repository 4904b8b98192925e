// A database restored from a backup: nothing that was bought since is bought again by itself; what cannot be known
// waits for a person.
#include <gmock/gmock.h>

#include <map>

#include "core/fulfilment/guard_ingest.h"
#include "host/store/backup.h"
#include "tests/engine/engine_fixture.h"

namespace smmhost::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class RestoreTest : public EngineTest {
 protected:
  void take_backup() {
    taken_at = now;
    for (const std::string& violation : back_up({.url = url(), .file = folder / "backup.db", .now = now}).violations)
      EXPECT_THAT(violation, ::testing::StartsWith("I9")) << "the fixture signs no webhooks; nothing else is wrong";
  }

  void restore_backup() {
    engine.reset();
    store.reset();
    database.reset();
    report = restore({.url = url(), .file = folder / "backup.db", .now = now});
    restored_at = now;
    SqliteOptions options;
    options.path = folder / "store.db";
    options.synchronous = SqliteOptions::Synchronous::kOff;
    database = std::make_unique<SqliteStore>(options);
    store = std::make_unique<InterceptedStore>(*database);
    start_engine();
  }

  // A paid order at the shop, and its webhook.
  void order(std::int64_t id, const std::string& customization, const std::string& sku = "SEG") {
    post(id, sku, customization);
    list_at_shop(id, customization, now, sku);
  }
  void list_at_shop(std::int64_t id, const std::string& customization, std::optional<Time> created_at,
                    const std::string& sku = "SEG") {
    shop.paid.push_back({.order_id = id,
                         .status_alias = "paid",
                         .lines = {{.item_id = "1", .sku = sku, .quantity = 1, .customization = customization}},
                         .created_at = created_at,
                         .updated_at = now});
  }

  // Everything that runs by itself, for days.
  void let_it_run() {
    for (int hour = 0; hour < 48; ++hour) {
      engine->reconcile_shop(now);
      engine->check_providers(now);
      engine->check_profiles(now);
      engine->process_payments(now);
      work();
      track();
      engine->update_delivered(now);
      pass(1h);
    }
  }

  std::map<std::string, int> bought() const {
    std::map<std::string, int> by_link;
    for (const PlaceOrder& placed : panel.placed) ++by_link[placed.link];
    return by_link;
  }

  DecisionOutcome decide(const std::string& id, DecisionKind kind, const std::string& order_id = {}) {
    const DecisionOutcome outcome = engine->decide(id, {kind, order_id, ""}, now);
    work();
    return outcome;
  }

  Time taken_at{};
  Time restored_at{};
  RestoreReport report;

 private:
  std::string url() const { return "sqlite:" + (folder / "store.db").string(); }
};

TEST_F(RestoreTest, NothingBoughtAfterTheBackupIsBoughtAgain) {
  order(1, "@before");
  work();
  checker.is_private["opens"] = true;
  order(2, "@opens");
  order(3, "@unsold", "LATER");
  work();
  take_backup();

  // What happens next is lost with the database.
  pass(10min);
  checker.is_private["opens"] = false;
  add_product("LATER", "followers");
  order(4, "@after");
  let_it_run();
  ASSERT_EQ(bought().size(), 4U);
  ASSERT_THAT(bought(), Each(Pair(::testing::_, 1)));

  restore_backup();
  add_product("LATER", "followers");
  let_it_run();
  EXPECT_THAT(bought(), Each(Pair(::testing::_, 1))) << "a purchase was made twice";

  EXPECT_EQ(report.marked.payments, 2);
  for (const char* id : {"2_1", "3_1", "4_1"}) {
    EXPECT_EQ(state(id), PaymentState::kReview) << id;
    EXPECT_EQ(reason(id), Reason::kRestoredFromBackup) << id;
    EXPECT_THAT(payment(id).reason_detail, HasSubstr("from a backup of " + to_iso8601(taken_at))) << id;
  }
  EXPECT_NE(reason("1_1"), Reason::kRestoredFromBackup) << "what the backup knows as bought is followed";
}

TEST_F(RestoreTest, AnOrderMadeAfterTheRestoreIsBought) {
  take_backup();
  pass(1h);
  restore_backup();
  pass(5min);
  list_at_shop(1, "@new", now);
  list_at_shop(2, "@old", restored_at - 1min);
  list_at_shop(3, "@undated", std::nullopt);
  engine->reconcile_shop(now);
  work();
  EXPECT_EQ(state("1_1"), PaymentState::kPlaced);
  EXPECT_EQ(state("2_1"), PaymentState::kReview);
  EXPECT_EQ(state("3_1"), PaymentState::kReview);
}

TEST_F(RestoreTest, AWebhookThatComesLateIsLeftToAPersonLikeThePoll) {
  take_backup();
  pass(1h);
  restore_backup();
  ShopOrder late{.order_id = 7, .status_alias = "paid", .lines = {{"1", "SEG", 1, "@late"}}};
  late.created_at = restored_at - 30min;
  Ingest ingest = ingest_order(late, {.received_at = now, .source = "webhook", .digest = "late"}, now);
  guard_ingest(*store, read_past(*store), ingest);
  ASSERT_EQ(store->ingest(ingest).outcome, CommitOutcome::kCommitted);
  let_it_run();
  EXPECT_EQ(state("7_1"), PaymentState::kReview);
  EXPECT_THAT(bought(), IsEmpty());
}

TEST_F(RestoreTest, APurchaseOnItsWayAtTheBackupIsNeitherSentAgainNorLookedIntoByItself) {
  panel.able.idempotent_at = "keyed 1";
  panel.will(lost_answer());
  panel.will(lost_answer());
  order(1, "@lost");
  order(2, "@lost");  // waits for the link of the first
  work();
  panel.placed.clear();
  ASSERT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
  ASSERT_EQ(placement("2_1.1").state, PlacementState::kIntent);
  take_backup();
  restore_backup();
  panel.able.reconcile = true;
  panel.found_orders = {{"55", "7", "https://www.instagram.com/lost", 100, now, {}}};
  let_it_run();
  EXPECT_THAT(panel.placed, IsEmpty());
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kUnknown);
  EXPECT_EQ(placement("2_1.1").reason, Reason::kRestoredFromBackup);
  std::vector<std::string> review;
  for (const Placement& waiting : store->list_review()) review.push_back(waiting.id);
  EXPECT_THAT(review, ::testing::UnorderedElementsAre("1_1.1", "2_1.1"));
}

TEST_F(RestoreTest, APersonDecidesWhatBecomesOfEach) {
  panel.will(refused(FailureCode::kNoFunds));
  order(1, "@a");
  order(2, "@b", "LATER");
  order(3, "@c", "LATER");
  order(4, "@d", "LATER");
  work();
  take_backup();
  restore_backup();
  add_product("LATER", "followers");
  ASSERT_EQ(placement("1_1.1").state, PlacementState::kRejected);
  panel.placed.clear();

  EXPECT_EQ(decide("1_1.1", DecisionKind::kPlaced, "777"), DecisionOutcome::kDone);
  EXPECT_EQ(placement("1_1.1").state, PlacementState::kAccepted);
  EXPECT_EQ(decide("2_1", DecisionKind::kPlaced), DecisionOutcome::kDone);
  EXPECT_EQ(state("2_1"), PaymentState::kCompleted);
  EXPECT_TRUE(payment("2_1").finished);
  EXPECT_EQ(decide("3_1", DecisionKind::kGiveUp), DecisionOutcome::kDone);
  EXPECT_EQ(state("3_1"), PaymentState::kCancelled);
  EXPECT_THAT(panel.placed, IsEmpty()) << "bought although a person said that it was, or need not be";

  engine->resume_provider("machinesmm", now);
  EXPECT_EQ(decide("4_1", DecisionKind::kNotPlaced), DecisionOutcome::kDone);
  EXPECT_THAT(bought(), Contains(Pair(HasSubstr("/d"), 1)));
}

TEST_F(RestoreTest, ACancellationOfTheShopDoesNotHideWhatMayHaveBeenBought) {
  order(1, "@a", "LATER");
  panel.will(refused(FailureCode::kNoFunds));
  order(2, "@b");
  work();
  take_backup();
  restore_backup();
  post_status(1, "cancelled");
  post_status(2, "cancelled");
  let_it_run();
  EXPECT_EQ(state("1_1"), PaymentState::kReview);
  EXPECT_EQ(state("2_1"), PaymentState::kReview);
}

TEST_F(RestoreTest, MarkingTwiceChangesNothingMore) {
  order(1, "@a", "LATER");
  panel.will(lost_answer());
  order(2, "@b");
  work();
  take_backup();
  restore_backup();
  const auto events = store->timeline("1_1").size() + store->timeline("2_1").size();
  const MarkedRestored again = mark_restored(*store, report.restoration);
  EXPECT_EQ(again.payments, 0);
  EXPECT_EQ(again.purchases, 0);
  EXPECT_EQ(store->timeline("1_1").size() + store->timeline("2_1").size(), events);
}

}  // namespace
}  // namespace smmhost::testing
