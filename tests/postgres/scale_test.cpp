// Finished payments must cost the daily work nothing: every plan goes by an index over open rows.
#include <gmock/gmock.h>

#include "host/store/postgres/connection_settings.h"
#include "host/store/postgres/connections.h"
#include "host/store/postgres/statements.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using contract::kNoon;
using contract::paid_order;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

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

// What the sessions of a store that was closed have counted; they hand it in a little later.
std::int64_t rows_read_in_the_end(const TestStore& database) {
  std::int64_t read = 0;
  for (int i = 0; i < 50 && read == 0; ++i) {
    usleep(100'000);
    read = rows_read(database);
  }
  return read;
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
  const std::int64_t read = rows_read_in_the_end(database);
  EXPECT_GT(read, 0);
  EXPECT_LT(read, 2'000) << "of " << kFinished << " finished ones";
}

TEST(Scale, ACommitThatWasPlannedInAnEmptyDatabaseReadsOnlyItsOwnRowsInAFullOne) {
  constexpr int kCommits = 50;
  constexpr int kRunning = 5'000;
  const TestStore database("running");
  const auto store = database.open();
  const auto buy = [&](int i) {
    Changes changes;
    changes.placements = {contract::sample_placement(std::to_string(i) + "_1.1", "link " + std::to_string(i))};
    changes.placements[0].state = PlacementState::kSent;
    ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
    changes.placements[0].version = 1;
    changes.placements[0].state = PlacementState::kAccepted;
    changes.placements[0].provider_order_id = std::to_string(i);
    ASSERT_EQ(store->commit(changes), CommitOutcome::kCommitted);
  };
  buy(0);
  database.execute(
      "INSERT INTO smmhost.placements(id, payment_id, provider, service_id, link, quantity, state, reason, "
      "reason_detail, provider_order_id, charge_currency, attempt, failures, route, given_up, request_key, version, "
      "created_at, updated_at) SELECT 'r' || g, 'r', 'machinesmm', '2001', 'r' || g, 1, 'accepted', '', '', 'r' || g, "
      "'', 1, 0, 0, false, '', 1, 1, 1 FROM generate_series(1, " +
      std::to_string(kRunning) + ") AS g");
  database.execute("SELECT pg_stat_reset()");
  for (int i = 1; i <= kCommits; ++i) buy(i);
  database.end_connections();
  const std::int64_t read = rows_read_in_the_end(database);
  EXPECT_GT(read, 0);
  EXPECT_LT(read, kCommits * 20) << "of " << kRunning << " purchases that run";
}

// What has been done since the last vacuum, and is not due any more.
void fill_with_done(const TestStore& database, int count) {
  for (const char* table : {"payments", "placements", "shop_updates"})
    database.execute("ALTER TABLE smmhost." + std::string(table) + " SET (autovacuum_enabled = false)");
  const std::string numbers = " FROM generate_series(1, " + std::to_string(count) + ") AS g";
  database.execute(
      "INSERT INTO smmhost.payments SELECT g || '_1', g, 'paid', 'a', 'a@example.com', '1', 'SEG-100', 1, '@a', false, "
      "false, 'public', 'received', '', '', 'a', NULL, 1, false, false, g, '', 1, 1, g, g" +
      numbers);
  database.execute(
      "INSERT INTO smmhost.placements(id, payment_id, provider, service_id, link, quantity, state, reason, "
      "reason_detail, provider_order_id, charge_currency, attempt, failures, route, given_up, request_key, due_at, "
      "version, created_at, updated_at) SELECT g || '_1.1', g || '_1', 'machinesmm', '2001', 'r' || g, 1, 'accepted', "
      "'', '', 'r' || g, '', 1, 0, 0, false, '', g, 1, 1, 1" +
      numbers);
  database.execute(
      "INSERT INTO smmhost.shop_updates(id, order_id, status_alias, state, attempts, last_error, due_at, version, "
      "created_at) SELECT g || '/delivered', g, 'delivered', 'pending', 0, '', g, 1, g" +
      numbers);
  database.execute("UPDATE smmhost.payments SET state = 'delivered', finished = true, due_at = NULL");
  database.execute("UPDATE smmhost.placements SET state = 'completed', due_at = NULL");
  database.execute("UPDATE smmhost.shop_updates SET state = 'told', due_at = NULL");
}

// Pages of the indexes of due times that were read by sessions that have ended since.
std::int64_t pages_of_due_times_read(const TestStore& database) {
  std::int64_t read = 0;
  for (int i = 0; i < 50 && read == 0; ++i) {
    usleep(100'000);
    read = database
               .execute(
                   "SELECT sum(idx_blks_read + idx_blks_hit)::bigint FROM pg_statio_user_indexes WHERE indexrelname IN "
                   "('payments_due', 'shop_updates_due', 'placements_followed')")[0][0]
               .as<std::int64_t>();
  }
  return read;
}

TEST(Scale, WhatWasDoneSinceTheLastVacuumIsPassedOnceASecondAndNotByEveryLook) {
  constexpr int kDone = 20'000;
  constexpr int kLooks = 200;
  const TestStore database("done");
  database.open();
  fill_with_done(database, kDone);
  const std::int64_t pages =
      database
          .execute(
              "SELECT (pg_relation_size('smmhost.payments_due') + pg_relation_size('smmhost.shop_updates_due') + "
              "pg_relation_size('smmhost.placements_followed')) / 8192")[0][0]
          .as<std::int64_t>();
  ASSERT_GT(pages, kDone / 400);
  database.execute("SELECT pg_stat_reset()");

  auto store = database.open();
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kLooks; ++i) {
    store->claim_due("a", kNoon, minutes{3}, 10);
    store->claim_tracking("machinesmm", kNoon, minutes{3}, 10);
    store->claim_shop_updates(kNoon, minutes{3}, 10);
    store->next_due();
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
  store.reset();
  const std::int64_t read = pages_of_due_times_read(database);
  EXPECT_GT(read, 0);
  // A whole look passes every page, and those of the placements once more for the next provider.
  EXPECT_LT(read, (seconds.count() + 2) * 2 * pages + kLooks * 20) << "of " << pages << " pages";
  EXPECT_LT((seconds.count() + 2) * 2, kLooks / 4) << "this machine is too slow to tell";
}

TEST(Scale, ManyHeldPaymentsAreWokenEachByItself) {
  const TestStore database("woken");
  database.open();
  postgres::Connections once(postgres::connection_string(database.options(), postgres::Session::kWritesWithNext), true,
                             1);
  const auto db = once.take();
  pqxx::nontransaction transaction((*db).raw());
  transaction.exec("PREPARE woken AS " + postgres::kWakeHeld.sql);
  std::string plan;
  for (const pqxx::row& line : transaction.exec("EXPLAIN EXECUTE woken(0, 'no_funds', 'machinesmm', '')"))
    plan += line[0].as<std::string>() + "\n";
  EXPECT_THAT(plan, Not(HasSubstr("Join Filter"))) << "every one is compared with every other";
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
  const std::int64_t read = rows_read_in_the_end(database);
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
