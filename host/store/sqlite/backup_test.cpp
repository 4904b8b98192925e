// Backup and restore of a SQLite store: the copy is whole, private and proved; what is no backup is refused.
#include "host/store/backup.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "core/fulfilment/engine.h"
#include "host/store/sqlite/connection.h"
#include "host/store/sqlite/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time kNow = from_unix_ms(1'768'478'400'000);

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const std::runtime_error& refused) {
    return refused.what();
  }
  return "nothing was refused";
}

class Backup : public testing::Test {
 protected:
  std::string path() const { return folder_.file("store.db"); }
  std::string url() const { return "sqlite:" + path(); }
  std::string file() const { return folder_.file("backup.db"); }
  BackupRequest request() const { return {.url = url(), .file = file(), .now = kNow}; }
  RestoreRequest back() const { return {.url = url(), .file = file(), .now = kNow + std::chrono::hours{1}}; }

  void open() { store_ = std::make_unique<SqliteStore>(SqliteOptions{.path = path()}); }
  void close() { store_.reset(); }
  void add_order(std::int64_t id) {
    const ShopOrder order{
        .order_id = id, .status_alias = "paid", .lines = {{"1", "SEG", 1, "@ana"}, {"2", "SEG", 1, ""}}};
    const Delivery delivery{.received_at = kNow, .source = "poll", .digest = "d" + std::to_string(id)};
    ASSERT_EQ(store_->ingest(ingest_order(order, delivery, kNow)).outcome, CommitOutcome::kCommitted);
  }
  void take_one() {
    open();
    add_order(1);
    back_up(request());
    close();
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(path()).parent_path()))
      if (entry.path().filename().string().rfind("store.db", 0) != 0) names.push_back(entry.path().filename());
    return names;
  }

  tests::TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(Backup, IsOneWholePrivateFileWhileTheHostWrites) {
  open();
  for (int i = 1; i <= 50; ++i) add_order(i);
  std::atomic<bool> stop{false};
  std::atomic<int> written{50};
  std::thread host([&] {
    while (!stop) add_order(++written);
  });
  const BackupReport report = back_up(request());
  stop = true;
  host.join();

  EXPECT_THAT(report.violations, IsEmpty());
  EXPECT_THAT(files(), testing::ElementsAre("backup.db"));
  struct stat info {};
  ASSERT_EQ(stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(info.st_size, report.bytes);
  // Two lines an order, in one transaction: never half an order.
  Connection copy(file(), Connection::Mode::kReadOnly);
  const std::int64_t payments = std::stoll(copy.single_value("SELECT count(*) FROM payments"));
  EXPECT_GE(payments, 100);
  EXPECT_EQ(payments % 2, 0);
  EXPECT_EQ(report.rows.at("payments"), payments);
  EXPECT_EQ(report.rows.at("deliveries") * 2, payments);
  EXPECT_EQ(copy.single_value("PRAGMA journal_mode"), "delete");
}

TEST_F(Backup, NeverReplacesAFileAndLeavesNothingBehindWhereItIsRefused) {
  open();
  std::ofstream(file()) << "mine";
  EXPECT_THAT(refusal([&] { back_up(request()); }), HasSubstr("exists already"));
  EXPECT_EQ(fs::file_size(file()), 4U);
  fs::remove(file());
  BackupRequest stopped = request();
  stopped.stopped = [] { return true; };
  EXPECT_THAT(refusal([&] { back_up(stopped); }), HasSubstr("stopped"));
  BackupRequest nowhere = request();
  nowhere.file = folder_.file("none/backup.db");
  EXPECT_THAT(refusal([&] { back_up(nowhere); }), HasSubstr("none/backup.db"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Backup, PostgresIsSentToItsOwnTools) {
  EXPECT_THAT(refusal([&] { back_up({.url = "postgresql://u:secret@h/d", .file = file(), .now = kNow}); }),
              testing::AllOf(HasSubstr("pg_dump"), testing::Not(HasSubstr("secret"))));
}

TEST_F(Backup, ARestoredDatabaseIsTheBackupMarkedAndTheOldOneIsKept) {
  take_one();
  open();
  add_order(2);
  close();
  const RestoreReport report = restore(back());
  EXPECT_EQ(report.restoration.backup_taken_at, kNow);
  EXPECT_EQ(report.marked.payments, 2);
  EXPECT_THAT(report.violations, IsEmpty());
  EXPECT_EQ(Connection(report.kept_aside, Connection::Mode::kReadOnly).single_value("SELECT count(*) FROM payments"),
            "4");
  open();
  EXPECT_TRUE(store_->payment("1_1"));
  EXPECT_FALSE(store_->payment("2_1"));
  const Past past = read_past(*store_);
  ASSERT_TRUE(past.restoration);
  EXPECT_EQ(past.restoration->backup_taken_at, kNow);
  EXPECT_EQ(past.restoration->restored_at, kNow + std::chrono::hours{1});
  struct stat info {};
  ASSERT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(Backup, IsRestoredWhereThereIsNoDatabaseYet) {
  take_one();
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) fs::remove(path() + suffix);
  EXPECT_EQ(restore(back()).kept_aside, "");
  open();
  EXPECT_TRUE(store_->payment("1_1"));
}

TEST_F(Backup, ARestoreBesideARunningHostIsRefused) {
  take_one();
  open();
  add_order(2);
  EXPECT_THAT(refusal([&] { restore(back()); }), HasSubstr("another smmhost has"));
  EXPECT_TRUE(store_->payment("2_1"));
}

TEST_F(Backup, WhatIsNoBackupIsRefusedAndTheDatabaseStays) {
  open();
  add_order(1);
  close();
  EXPECT_THAT(refusal([&] { restore(back()); }), HasSubstr("there is no file"));
  std::ofstream(file()) << std::string(8192, 'x');
  EXPECT_THAT(refusal([&] { restore(back()); }), HasSubstr("not a database"));
  fs::remove(file());
  std::ofstream(file()).flush();
  Connection(file(), Connection::Mode::kReadWrite).execute("CREATE TABLE recipes(name TEXT)");
  EXPECT_THAT(refusal([&] { restore(back()); }), HasSubstr("no backup of smmhost"));
  fs::remove(file());
  fs::copy_file(path(), file());
  EXPECT_THAT(refusal([&] { restore(back()); }), HasSubstr("--taken-at"));
  RestoreRequest dated = back();
  dated.taken_at = kNow;
  EXPECT_EQ(restore(dated).marked.payments, 2);
}

TEST_F(Backup, ANewerSchemaIsNotRestored) {
  take_one();
  Connection(file(), Connection::Mode::kReadWrite)
      .execute("UPDATE meta SET value = '9999' WHERE key = 'schema_version'");
  EXPECT_THAT(refusal([&] { restore(back()); }), HasSubstr("newer smmhost"));
}

TEST_F(Backup, ADamagedBackupIsNotRestored) {
  take_one();
  {
    // The roots of the tables are on the first pages; those of their content behind them.
    std::fstream damaged(file(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(4096 * 3);
    damaged << std::string(4096 * 4, '\x5a');
  }
  EXPECT_THAT(refusal([&] { restore(back()); }), testing::AnyOf(HasSubstr("damaged"), HasSubstr("malformed")));
  open();
  EXPECT_TRUE(store_->payment("1_1"));
}

TEST_F(Backup, ABackupPutInPlaceByHandIsNotServed) {
  take_one();
  fs::copy_file(file(), path(), fs::copy_options::overwrite_existing);
  EXPECT_THAT(refusal([&] { open(); }), HasSubstr("smmhost restore"));
}

}  // namespace
}  // namespace smmhost
