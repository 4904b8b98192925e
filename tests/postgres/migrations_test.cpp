// Migrations: once however many hosts start together, beside another program's tables, and never backwards.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const CannotOpenStore& refused) {
    return refused.what();
  }
  return "nothing was refused";
}

TEST(Migrations, HostsThatStartTogetherApplyThemOnce) {
  const TestStore database("together");
  std::atomic<std::size_t> applied = 0;
  std::vector<std::thread> hosts;
  for (int i = 0; i < 6; ++i) hosts.emplace_back([&] { applied += PostgresStore::migrate(database.options()).size(); });
  for (std::thread& host : hosts) host.join();
  EXPECT_GE(applied, 1U);
  EXPECT_EQ(applied,
            static_cast<std::size_t>(
                database.execute("SELECT value FROM smmhost.meta WHERE key = 'schema_version'")[0][0].as<int>()));
}

TEST(Migrations, AHostWaitsForAnotherThatMigratesLongerThanItsStatementsMayTake) {
  const TestStore database("slow_migration");
  database.execute("ALTER DATABASE slow_migration SET lock_timeout = '300ms'");
  PostgresOptions options = database.options();
  options.statement_timeout = std::chrono::milliseconds{300};
  pqxx::connection other(options.url);
  pqxx::work migrating(other);
  migrating.exec("SELECT pg_advisory_xact_lock(7564653, 1835624306)");
  std::string refused;
  std::thread host([&] { refused = refusal([&] { PostgresStore store(options); }); });
  std::this_thread::sleep_for(std::chrono::seconds{1});
  migrating.commit();
  host.join();
  EXPECT_EQ(refused, "nothing was refused");
  EXPECT_THAT(PostgresStore::pending_migrations(database.options()), IsEmpty());
}

TEST(Migrations, ADryRunChangesNothing) {
  const TestStore database("dry_run");
  const auto pending = PostgresStore::pending_migrations(database.options());
  ASSERT_THAT(pending, Not(IsEmpty()));
  EXPECT_EQ(pending[0].number, 1);
  EXPECT_TRUE(database.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'smmhost'").empty());
  EXPECT_EQ(PostgresStore::migrate(database.options()).size(), pending.size());
  EXPECT_THAT(PostgresStore::pending_migrations(database.options()), IsEmpty());
}

TEST(Migrations, APurchaseOfAnEarlierVersionWentToNobodyWhoIsKnown) {
  const TestStore database("earlier");
  Placement placement = contract::sample_placement();
  placement.state = PlacementState::kUnknown;
  placement.idempotent_at = "keyed 1";
  Changes changes;
  changes.placements.push_back(placement);
  ASSERT_EQ(database.open()->commit(changes), CommitOutcome::kCommitted);
  database.execute("ALTER TABLE smmhost.events DROP CONSTRAINT events_pkey, ADD PRIMARY KEY(id)");
  database.execute("CREATE INDEX events_of_payment ON smmhost.events(payment_id)");
  database.execute("ALTER TABLE smmhost.placements DROP COLUMN idempotent_at");
  database.execute("UPDATE smmhost.meta SET value = '2' WHERE key = 'schema_version'");
  const std::optional<Placement> read = database.open()->placement(placement.id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, PlacementState::kUnknown);
  EXPECT_EQ(read->idempotent_at, "");
}

TEST(Migrations, AnOlderHostRefusesANewerSchema) {
  const TestStore database("newer");
  PostgresStore::migrate(database.options());
  database.execute("UPDATE smmhost.meta SET value = '9999' WHERE key = 'schema_version'");
  EXPECT_THAT(refusal([&] { database.open(); }), HasSubstr("schema 9999"));
  EXPECT_THAT(refusal([&] { database.open(); }), HasSubstr("used by a newer smmhost"));
}

TEST(Migrations, TheTablesOfTheProgramBeforeAreLeftAlone) {
  const TestStore database("beside");
  database.execute("CREATE TABLE payments(id text PRIMARY KEY, finished integer)");
  database.execute("INSERT INTO payments VALUES('1_0', 1)");
  const auto store = database.open();
  EXPECT_EQ(store->ingest(contract::paid_order("d1", 1, {"1_1"})).created.size(), 1U);
  EXPECT_EQ(database.execute("SELECT id FROM public.payments")[0][0].as<std::string>(), "1_0");
  EXPECT_EQ(database.execute("SELECT count(*) FROM public.payments")[0][0].as<int>(), 1);
}

TEST(Migrations, ASettingThatLosesAcknowledgedOrdersIsRefused) {
  const TestStore database("asynchronous");
  database.execute("ALTER DATABASE asynchronous SET synchronous_commit = off");
  EXPECT_THAT(refusal([&] { database.open(); }), HasSubstr("synchronous_commit is off"));
}

TEST(Migrations, AWrongUserIsToldWithoutThePassword) {
  PostgresOptions options;
  options.url =
      "postgresql://nobody:hunter2@127.0.0.1:" + std::to_string(PostgresCluster::shared().port()) + "/postgres";
  const std::string message = refusal([&] { PostgresStore store(options); });
  EXPECT_THAT(message, HasSubstr("nobody"));
  EXPECT_THAT(message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace smmhost::tests
