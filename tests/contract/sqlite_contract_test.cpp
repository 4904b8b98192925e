// The store's contract over SQLite.

#include "host/store/sqlite/sqlite_store.h"
#include "tests/contract/store_contract.h"
#include "tests/support/temporary_folder.h"

namespace smmhost::contract {
namespace {

class SqliteTestDatabase final : public TestDatabase {
 public:
  std::unique_ptr<Store> open() override {
    SqliteOptions options;
    options.path = folder_.file("store.db");
    return std::make_unique<SqliteStore>(options);
  }

 private:
  const tests::TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         testing::Values(StoreKind{"sqlite", [] { return std::make_unique<SqliteTestDatabase>(); }}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace smmhost::contract
