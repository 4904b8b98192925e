// Finished payments must cost the daily work nothing: every plan goes by an index over open rows.
#include <gmock/gmock.h>

#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using contract::kNoon;
using contract::paid_order;
using std::chrono::minutes;

constexpr int kFinished = 30'000;
constexpr int kCancelled = kFinished / 5;

// Finished payments as they stand in a database of some age.
void fill(const TestStore& database) {
  database.execute(
      "INSERT INTO smmhost.payments SELECT g || '_1', g, 'delivered', 'a', 'a@example.com', '1', 'SEG-100', 1, '@a', "
      "false, true, 'public', CASE WHEN g % 5 = 0 THEN 'cancelled' ELSE 'delivered' END, '', '', 'a', NULL, 1, false, "
      "false, NULL, '', 1, 9, g, g FROM generate_series(1, " +
      std::to_string(kFinished) + ") AS g");
  database.execute("INSERT INTO smmhost.ended_counts VALUES('delivered', " + std::to_string(kFinished - kCancelled) +
                   "), ('cancelled', " + std::to_string(kCancelled) + ")");
  database.execute("ANALYZE");
}

std::int64_t rows_read(const TestStore& database) {
  return database
      .execute(
          "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables WHERE schemaname = "
          "'smmhost'")[0][0]
      .as<std::int64_t>();
}

TEST(Scale, AClaimAmongFinishedPaymentsReadsOnlyOpenOnes) {
  const TestStore database("claims");
  auto store = database.open();
  fill(database);
  ASSERT_EQ(store->ingest(paid_order("d1", 1'000'000, {"1000000_1"})).outcome, CommitOutcome::kCommitted);
  store.reset();  // its sessions hand in what they counted
  database.execute("SELECT pg_stat_reset()");

  store = database.open();
  for (int i = 0; i < 5; ++i) {
    store->claim_due("a", kNoon + minutes{5 * i}, minutes{3}, 10);
    store->claim_tracking("machinesmm", kNoon, minutes{3}, 10);
    store->claim_shop_updates(kNoon, minutes{3}, 10);
    store->next_due();
    store->count_payments();
    store->orders_with_completed(0, 100);
    store->list_review();
    store->wake_held(Reason::kNoFunds, "machinesmm", "", kNoon);
    store->list_payments({.state = PaymentState::kReceived, .text = {}, .after = {}});
    store->list_payments({.text = {}, .after = {}, .limit = 10});
    store->ingest(paid_order("d" + std::to_string(i), 2'000'000 + i, {std::to_string(2'000'000 + i) + "_1"}));
  }
  store.reset();
  std::int64_t read = 0;
  for (int i = 0; i < 50 && read == 0; ++i) {
    usleep(100'000);
    read = rows_read(database);
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 2'000) << "of " << kFinished << " finished ones";
}

TEST(Scale, ASearchReadsNoMoreThanItsBound) {
  constexpr int kSearched = 500;
  const TestStore database("search");
  auto store = database.open();
  fill(database);
  database.execute("UPDATE smmhost.payments SET username = 'rare', email = 'rare@example.com' WHERE id = '13000_1'");
  Payment open = contract::sample_payment("9000000_1");
  open.customer_name = "waits";
  Changes changes;
  changes.payments = {open};
  ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
  store.reset();
  database.execute("SELECT pg_stat_reset()");

  store = database.open();
  const auto found = [&](const std::string& text, std::optional<PaymentState> state = std::nullopt) {
    return store->list_payments({.state = state, .text = text, .after = {}, .searched = kSearched}).size();
  };
  int searches = 0;
  for (const char* whole : {"13000_1", "13000", "Rare", "RARE@example.com", "waits"}) {
    EXPECT_EQ(found(whole), 1U) << whole;
    ++searches;
  }
  for (const auto state : {std::optional<PaymentState>(), std::optional(PaymentState::kDelivered),
                           std::optional(PaymentState::kCancelled), std::optional(PaymentState::kHeld)}) {
    EXPECT_EQ(found("nowhere", state), 0U);
    ++searches;
  }
  store.reset();
  std::int64_t read = 0;
  for (int i = 0; i < 50 && read == 0; ++i) {
    usleep(100'000);
    read = rows_read(database);
  }
  EXPECT_GT(read, kSearched) << "a part is looked for in so many rows";
  EXPECT_LT(read, searches * (kSearched + 100)) << "of " << kFinished << " finished ones";
}

TEST(Scale, EndedPaymentsAreCountedWithoutReadingThem) {
  const TestStore database("counts");
  const auto store = database.open();
  fill(database);
  Changes changes;
  for (int i = 0; i < 3; ++i) {
    Payment payment = contract::sample_payment("x_" + std::to_string(i));
    payment.state = PaymentState::kDelivered;
    changes.payments.push_back(payment);
  }
  ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
  EXPECT_EQ(store->count_payments()[PaymentState::kDelivered], kFinished - kCancelled + 3);

  database.execute("INSERT INTO smmhost.ended_counts SELECT 'cancelled', 1 FROM generate_series(1, 1500)");
  EXPECT_EQ(store->count_payments()[PaymentState::kCancelled], kCancelled + 1500);
  EXPECT_EQ(store->count_payments()[PaymentState::kCancelled], kCancelled + 1500);
  EXPECT_EQ(database.execute("SELECT count(*) FROM smmhost.ended_counts")[0][0].as<int>(), 2) << "they were folded";
}

}  // namespace
}  // namespace smmhost::tests
