// The store's contract over SQLite.
#include <stdlib.h>

#include <filesystem>

#include "host/store/sqlite/sqlite_store.h"
#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

class SqliteTestDatabase final : public TestDatabase {
 public:
  SqliteTestDatabase() {
    std::string pattern = (std::filesystem::temp_directory_path() / "smmhost-contract-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    folder_ = pattern;
  }
  ~SqliteTestDatabase() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> open() override {
    SqliteOptions options;
    options.path = folder_ / "store.db";
    return std::make_unique<SqliteStore>(options);
  }

 private:
  std::filesystem::path folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         testing::Values(StoreKind{"sqlite", [] { return std::make_unique<SqliteTestDatabase>(); }}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace smmhost::contract
