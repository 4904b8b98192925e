// What is particular to the SQLite store: when it answers, a full or busy disk, the WAL's size, the plans of its
// queries.
#include "host/store/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <latch>
#include <set>

#include "host/store/sqlite/open_file.h"
#include "host/store/sqlite/schema.h"
#include "host/store/sqlite/statements.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using sqlite::Connection;
using sqlite::WriterMoment;
using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using tests::TemporaryFolder;

constexpr Time kNow = from_unix_ms(1'768'478'400'000);

Payment payment_of(int number) {
  Payment payment;
  payment.id = std::to_string(number) + "_1";
  payment.order_id = number;
  payment.status_alias = "paid";
  payment.customization = std::string(200, 'c');
  payment.due_at = payment.created_at = payment.updated_at = kNow;
  return payment;
}

Ingest order(int number) {
  Ingest ingest;
  ingest.delivery.received_at = kNow;
  ingest.delivery.source = "webhook";
  ingest.delivery.digest = "digest " + std::to_string(number);
  ingest.delivery.order_id = ingest.order_id = number;
  ingest.status_alias = "paid";
  ingest.new_payments = {payment_of(number)};
  return ingest;
}

class SqliteStoreTest : public testing::Test {
 protected:
  const SqliteOptions& defaults() const { return options_; }
  std::uintmax_t wal_bytes() const { return std::filesystem::file_size(options_.path + "-wal"); }

 private:
  static SqliteOptions at(const std::string& path) {
    SqliteOptions options;
    options.path = path;
    return options;
  }
  TemporaryFolder folder_;
  SqliteOptions options_ = at(folder_.file("store.db"));
};

// When a writer is answered.

TEST_F(SqliteStoreTest, NobodyIsAnsweredBeforeTheCommit) {
  std::latch before_commit(1);
  std::latch go_on(1);
  std::atomic<bool> armed = false;
  SqliteOptions options = defaults();
  options.writer.at_moment = [&](WriterMoment moment) {
    if (moment != WriterMoment::kBeforeCommit || !armed.exchange(false)) return;
    before_commit.count_down();
    go_on.wait();
  };
  SqliteStore store(options);
  armed = true;
  auto answer = std::async(std::launch::async, [&] { return store.ingest(order(1)).outcome; });
  before_commit.wait();
  EXPECT_EQ(answer.wait_for(100ms), std::future_status::timeout) << "acknowledged, and not yet committed";
  EXPECT_FALSE(store.payment("1_1")) << "visible, and not yet committed";
  go_on.count_down();
  EXPECT_EQ(answer.get(), CommitOutcome::kCommitted);
  EXPECT_TRUE(store.payment("1_1"));
}

TEST_F(SqliteStoreTest, WhatIsQueuedSharesOneCommit) {
  constexpr int kProducers = 16;
  std::latch go_on(1);
  std::atomic<int> commits = 0;
  SqliteOptions options = defaults();
  options.writer.at_moment = [&](WriterMoment moment) {
    if (moment != WriterMoment::kBeforeCommit) return;
    if (++commits == 1) go_on.wait();
  };
  SqliteStore store(options);
  std::vector<std::future<CommitOutcome>> answers;
  for (int i = 0; i < kProducers; ++i)
    answers.push_back(std::async(std::launch::async, [&store, i] { return store.ingest(order(i)).outcome; }));
  std::this_thread::sleep_for(200ms);  // for the producers to queue up; more commits than two would only be slower
  go_on.count_down();
  for (auto& answer : answers) EXPECT_EQ(answer.get(), CommitOutcome::kCommitted);
  EXPECT_LT(commits, kProducers) << "a flush to the disk for every producer";
}

TEST_F(SqliteStoreTest, OneThreadWritesAndCheckpoints) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  SqliteOptions options = defaults();
  options.writer.forced_checkpoint_pages = 8;
  options.writer.at_moment = [&](WriterMoment) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  };
  SqliteStore store(options);
  std::vector<std::thread> producers;
  for (int i = 0; i < 4; ++i)
    producers.emplace_back([&store, i] {
      for (int n = 0; n < 20; ++n) {
        store.ingest(order(i * 100 + n));
        store.list_payments({});
      }
    });
  for (std::thread& producer : producers) producer.join();
  const std::lock_guard lock(mutex);
  EXPECT_THAT(threads, SizeIs(1));
}

TEST_F(SqliteStoreTest, ACommitIsFlushedToTheDisk) {
  const auto db = sqlite::open_for_writing(defaults());
  EXPECT_EQ(db->single_value("PRAGMA synchronous"), "2") << "FULL, or a power cut takes acknowledged commits";
  EXPECT_EQ(db->single_value("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(db->single_value("PRAGMA wal_autocheckpoint"), "0");
}

TEST_F(SqliteStoreTest, OnlyWhatMayWaitIsWrittenWithoutAFlush) {
  std::vector<WriterMoment> commits;
  SqliteOptions options = defaults();
  options.writer.at_moment = [&](WriterMoment moment) {
    if (moment == WriterMoment::kAfterCommit || moment == WriterMoment::kAfterUnflushedCommit)
      commits.push_back(moment);
  };
  SqliteStore store(options);
  store.ingest(order(1));
  ASSERT_TRUE(store.claim("1_1", "host", kNow, 1min));
  store.wake_held(Reason::kNoFunds, "", "", kNow);
  Changes changes;
  changes.payments = {store.payment("1_1")->payment};
  changes.durability = Durability::kWithNext;
  ASSERT_EQ(store.commit(changes), CommitOutcome::kCommitted);
  changes.payments = {store.payment("1_1")->payment};
  changes.durability = Durability::kNow;
  ASSERT_EQ(store.commit(changes), CommitOutcome::kCommitted);
  EXPECT_THAT(commits, ElementsAre(WriterMoment::kAfterCommit, WriterMoment::kAfterUnflushedCommit,
                                   WriterMoment::kAfterUnflushedCommit, WriterMoment::kAfterUnflushedCommit,
                                   WriterMoment::kAfterCommit));
}

// When the database refuses.

TEST_F(SqliteStoreTest, AFullDiskRefusesAndLosesNothing) {
  SqliteOptions options = defaults();
  options.max_page_count = 120;
  int stored = 0;
  {
    SqliteStore store(options);
    while (store.ingest(order(stored)).outcome == CommitOutcome::kCommitted) ASSERT_LT(++stored, 100'000);
    EXPECT_EQ(store.ingest(order(stored)).outcome, CommitOutcome::kUnavailable);
    ASSERT_GT(stored, 3);
    EXPECT_FALSE(store.payment(std::to_string(stored) + "_1")) << "refused, and there";
    for (int i = 0; i < stored; ++i) EXPECT_TRUE(store.payment(std::to_string(i) + "_1"));

    // Room again: what was refused is taken, without opening anew.
    for (int i = 0; i < 3; ++i)
      ASSERT_EQ(store.delete_payment(std::to_string(i) + "_1"), CommitOutcome::kCommitted) << "deleting needs no room";
    Changes changes;
    changes.payments = {store.payment("3_1")->payment};
    EXPECT_EQ(store.commit(changes), CommitOutcome::kCommitted);
  }
  SqliteStore larger(defaults());
  EXPECT_EQ(larger.ingest(order(stored)).outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(larger.count_payments()[PaymentState::kReceived], stored - 3 + 1);
}

TEST_F(SqliteStoreTest, AFullDiskUnderManyProducersAcknowledgesOnlyWhatIsThere) {
  SqliteOptions options = defaults();
  options.max_page_count = 120;
  std::mutex mutex;
  std::vector<int> acknowledged;
  std::vector<int> refused;
  {
    SqliteStore store(options);
    std::vector<std::thread> producers;
    for (int i = 0; i < 16; ++i)
      producers.emplace_back([&, i] {
        for (int n = 0; n < 60; ++n) {
          const CommitOutcome outcome = store.ingest(order(i * 1000 + n)).outcome;
          const std::lock_guard lock(mutex);
          (outcome == CommitOutcome::kCommitted ? acknowledged : refused).push_back(i * 1000 + n);
        }
      });
    for (std::thread& producer : producers) producer.join();
  }
  EXPECT_FALSE(acknowledged.empty());
  EXPECT_FALSE(refused.empty());
  SqliteStore store(defaults());
  for (const int number : acknowledged) EXPECT_TRUE(store.payment(std::to_string(number) + "_1")) << number;
  for (const int number : refused) EXPECT_FALSE(store.payment(std::to_string(number) + "_1")) << number;
}

// A real write error in the middle of a commit: the kernel refuses to let the WAL grow.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  sighandler_t handler_;
  rlimit before_{};
};

TEST_F(SqliteStoreTest, AWriteErrorRefusesAndLosesNothing) {
  SqliteStore store(defaults());
  ASSERT_EQ(store.ingest(order(1)).outcome, CommitOutcome::kCommitted);
  CommitOutcome during = CommitOutcome::kCommitted;
  {
    const FileSizeLimit limit(wal_bytes() + 1000);
    during = store.ingest(order(2)).outcome;
  }
  EXPECT_EQ(during, CommitOutcome::kUnavailable);
  EXPECT_THAT(store.write_trouble().value_or(""), HasSubstr("disk")) << "the operator learns the cause";
  EXPECT_TRUE(store.payment("1_1"));
  EXPECT_FALSE(store.payment("2_1"));
  EXPECT_EQ(store.ingest(order(2)).outcome, CommitOutcome::kCommitted);
  EXPECT_TRUE(store.payment("2_1"));
  EXPECT_FALSE(store.write_trouble());
}

TEST_F(SqliteStoreTest, AForeignLockIsUnavailableAndThenGone) {
  SqliteOptions options = defaults();
  options.busy_timeout_ms = 20;
  SqliteStore store(options);
  Connection shell(options.path, Connection::Mode::kReadWrite);
  shell.execute("BEGIN IMMEDIATE");
  EXPECT_EQ(store.ingest(order(1)).outcome, CommitOutcome::kUnavailable);
  Changes changes;
  changes.payments = {payment_of(2)};
  EXPECT_EQ(store.commit(changes), CommitOutcome::kUnavailable);
  EXPECT_THROW(store.claim_due("a", kNow, 3min, 1), StoreUnavailable);
  shell.execute("ROLLBACK");
  EXPECT_EQ(store.ingest(order(1)).outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(store.commit(changes), CommitOutcome::kCommitted);
  EXPECT_THAT(store.claim_due("a", kNow, 3min, 10), SizeIs(2));
}

TEST_F(SqliteStoreTest, AReadThatFailsSaysSo) {
  SqliteStore store(defaults());
  Connection(defaults().path, Connection::Mode::kReadWrite).execute("DROP TABLE products");
  EXPECT_THROW(store.product("x"), StoreUnavailable);
  EXPECT_FALSE(store.payment("x")) << "the connection is usable afterwards";
}

// The size of the WAL.

TEST_F(SqliteStoreTest, TheWalIsBoundedUnderLoad) {
  SqliteOptions options = defaults();
  options.writer.idle_checkpoint_pages = 1'000'000;
  options.writer.forced_checkpoint_pages = 100;
  SqliteStore store(options);
  std::uintmax_t largest = 0;
  for (int i = 0; i < 400; ++i) {
    store.ingest(order(i));
    store.payment("1_1");
    largest = std::max(largest, wal_bytes());
  }
  EXPECT_LT(largest, 300U * 4096) << "400 orders take more than 2000 pages";
}

TEST_F(SqliteStoreTest, TheWalIsMovedIntoTheDatabaseWhenNothingIsQueued) {
  std::promise<void> checkpointed;
  std::atomic<bool> told = false;
  SqliteOptions options = defaults();
  options.writer.idle_checkpoint_pages = 1;
  options.writer.at_moment = [&](WriterMoment moment) {
    if (moment == WriterMoment::kAfterCheckpoint && !told.exchange(true)) checkpointed.set_value();
  };
  SqliteStore store(options);
  ASSERT_EQ(store.ingest(order(1)).outcome, CommitOutcome::kCommitted);
  EXPECT_EQ(checkpointed.get_future().wait_for(30s), std::future_status::ready);
}

TEST_F(SqliteStoreTest, ACleanEndLeavesNoWal) {
  { SqliteStore(defaults()).ingest(order(1)); }
  EXPECT_FALSE(std::filesystem::exists(defaults().path + "-wal"));
}

TEST_F(SqliteStoreTest, APurchaseOfAnEarlierVersionWentToNobodyWhoIsKnown) {
  {
    SqliteStore store(defaults());
    store.ingest(order(1));
    Changes changes;
    changes.placements.emplace_back();
    changes.placements.front().id = "1_1.1";
    changes.placements.front().payment_id = "1_1";
    changes.placements.front().state = PlacementState::kUnknown;
    changes.placements.front().idempotent_at = "keyed 1";
    ASSERT_EQ(store.commit(changes), CommitOutcome::kCommitted);
  }
  {
    const auto db = sqlite::open_for_writing(defaults());
    db->execute("ALTER TABLE placements DROP COLUMN idempotent_at");
    db->execute("UPDATE meta SET value = '4' WHERE key = 'schema_version'");
  }
  SqliteStore store(defaults());
  const std::optional<Placement> read = store.placement("1_1.1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, PlacementState::kUnknown);
  EXPECT_EQ(read->idempotent_at, "");
}

// The plans of the queries that run often.

class QueryPlanTest : public SqliteStoreTest {
 protected:
  void SetUp() override {
    db_ = sqlite::open_for_writing(defaults());
    sqlite::apply_migrations(*db_);
  }

  std::string plan(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const std::string explained = "EXPLAIN QUERY PLAN " + sql;
    EXPECT_EQ(sqlite3_prepare_v2(db_->handle(), explained.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db_->handle());
    std::string text;
    while (sqlite3_step(statement) == SQLITE_ROW)
      text += std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3))) + "\n";
    sqlite3_finalize(statement);
    return text;
  }

 private:
  std::unique_ptr<Connection> db_;
};

TEST_F(QueryPlanTest, ClaimsReadOpenRowsOnlyAndSortNothing) {
  const std::vector<std::pair<const std::string*, std::string>> claims = {
      {&sqlite::kDuePayments, "payments_due"},        {&sqlite::kDuePlacements, "placements_followed"},
      {&sqlite::kDueShopUpdates, "shop_updates_due"}, {&sqlite::kBreakLeases, "payments_due"},
      {&sqlite::kEarliestDue, "payments_due"},        {&sqlite::kEarliestShopUpdate, "shop_updates_due"},
  };
  for (const auto& [sql, index] : claims) {
    EXPECT_THAT(plan(*sql), HasSubstr("INDEX " + index + " ")) << *sql;
    EXPECT_THAT(plan(*sql), Not(HasSubstr("TEMP B-TREE"))) << *sql;
  }
}

TEST_F(QueryPlanTest, EverydayQueriesHaveTheirIndex) {
  const std::vector<std::pair<const std::string*, std::string>> queries = {
      {&sqlite::kHeldFor, "payments_held"},
      {&sqlite::kWakeLink, "placements_waiting"},
      {&sqlite::kLinkWaitedFor, "placements_waiting"},
      {&sqlite::kHurryUnsentPlacements, "placements_of_payment"},
      {&sqlite::kEarliestFollowed, "placements_followed"},
      {&sqlite::kOrdersWithCompleted, "payments_completed"},
      {&sqlite::kReview, "placements_unknown"},
      {&sqlite::kReview, "payments_by_state"},
      {&sqlite::kLinkOccupied, "placements_link"},
      {&sqlite::kOldEnded, "payments_to_anonymise"},
      {&sqlite::kPaymentsOfOrder, "payments_of_order"},
      {&sqlite::kPlacementsOfPayment, "placements_of_payment"},
      {&sqlite::kTimeline, "events_of_payment"},
      {&sqlite::kExchangesOfPlacement, "exchanges_of_placement"},
      {&sqlite::kPlacementByProviderOrder, "placements_provider_order"},
      {&sqlite::kIsAnothersOrder, "placements_provider_order"},
      {&sqlite::kShopUpdatesOfOrder, "shop_updates_of_order"},
      {&sqlite::kSetStatusOfOrder, "payments_of_order"},
      {&sqlite::kCancelOrder, "payments_of_order"},
      {&sqlite::kListPayments, "payments_newest"},
      {&sqlite::kListOpenPaymentsByState, "payments_by_state"},
      {&sqlite::kListPaymentsOfOrder, "payments_of_order"},
      {&sqlite::kAnonymiseDeliveries, "deliveries_of_order"},
      {&sqlite::kAnonymiseExchanges, "exchanges_of_payment"},
  };
  for (const auto& [sql, index] : queries) EXPECT_THAT(plan(*sql), HasSubstr("INDEX " + index)) << *sql;
}

TEST_F(QueryPlanTest, NoEverydayQueryReadsAWholeTable) {
  for (const std::string* sql :
       {&sqlite::kDuePayments, &sqlite::kDuePlacements, &sqlite::kDueShopUpdates, &sqlite::kHeldFor,
        &sqlite::kWakePayment, &sqlite::kWakeLink, &sqlite::kOrdersWithCompleted, &sqlite::kReview,
        &sqlite::kLinkOccupied, &sqlite::kPaymentById, &sqlite::kUpdatePayment, &sqlite::kLeasePayment,
        &sqlite::kLeasePaymentById, &sqlite::kUpdatePlacement, &sqlite::kCancelOrder, &sqlite::kTimeline,
        &sqlite::kDeletePayment, &sqlite::kOldEnded}) {
    for (const char* table : {"payments", "placements", "events", "exchanges", "deliveries", "shop_updates"})
      EXPECT_THAT(plan(*sql), Not(AnyOf(HasSubstr("SCAN " + std::string(table) + "\n"), HasSubstr("SCAN l\n"))))
          << *sql;
  }
}

}  // namespace
}  // namespace smmhost
