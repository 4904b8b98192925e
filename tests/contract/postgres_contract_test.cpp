// The store's contract over PostgreSQL: as usual, and through pgbouncer in transaction mode.
#include <pqxx/pqxx>

#include "host/store/postgres/postgres_store.h"
#include "tests/contract/store_contract.h"
#include "tests/support/pgbouncer.h"
#include "tests/support/postgres_cluster.h"

namespace smmhost::contract {
namespace {

using tests::PgBouncer;
using tests::PostgresCluster;

constexpr const char* kDatabase = "contract";

// One database for all tests, emptied for each: that costs a tenth of creating it anew.
void empty_database() {
  pqxx::connection connection(PostgresCluster::shared().url(kDatabase));
  pqxx::work transaction(connection);
  std::string tables;
  for (const pqxx::row& row :
       transaction.exec("SELECT tablename FROM pg_tables WHERE schemaname = 'smmhost' AND tablename <> 'meta'"))
    tables += (tables.empty() ? "smmhost." : ", smmhost.") + row[0].as<std::string>();
  transaction.exec("TRUNCATE " + tables + " RESTART IDENTITY");
  transaction.commit();
}

PostgresOptions direct() {
  PostgresOptions options;
  options.url = PostgresCluster::shared().url(kDatabase);
  return options;
}

PostgresOptions through_pgbouncer() {
  static const PgBouncer pooler(PostgresCluster::shared());
  PostgresOptions options;
  options.url = pooler.url(kDatabase);
  options.prepared_statements = false;
  return options;
}

class PostgresTestDatabase final : public TestDatabase {
 public:
  explicit PostgresTestDatabase(PostgresOptions options) : options_(std::move(options)) {
    static const bool created = [] {
      PostgresCluster::shared().create_database(kDatabase);
      PostgresStore::migrate(direct());
      return true;
    }();
    EXPECT_TRUE(created);
    empty_database();
  }

  std::unique_ptr<Store> open() override { return std::make_unique<PostgresStore>(options_); }

 private:
  const PostgresOptions options_;
};

INSTANTIATE_TEST_SUITE_P(
    Postgres, StoreContract,
    testing::Values(StoreKind{"postgres", [] { return std::make_unique<PostgresTestDatabase>(direct()); }, true},
                    StoreKind{"pgbouncer", [] { return std::make_unique<PostgresTestDatabase>(through_pgbouncer()); },
                              true}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace smmhost::contract
