// The earlier program's tables are read from SQLite as well, in the ways its URL is written.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "host/import/earlier_database.h"
#include "host/store/sqlite/connection.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class EarlierSqliteTest : public testing::Test {
 protected:
  EarlierSqliteTest() {
    std::ofstream{file_}.flush();
    sqlite::Connection db(file_, sqlite::Connection::Mode::kReadWrite);
    db.execute(
        "CREATE TABLE product_services(sku VARCHAR PRIMARY KEY, service_id INTEGER, api VARCHAR, base_quantity "
        "INTEGER, "
        "type VARCHAR);"
        "CREATE TABLE payments(id VARCHAR PRIMARY KEY, order_id VARCHAR, status_alias VARCHAR, customer_name VARCHAR, "
        "email VARCHAR, phone_full_number VARCHAR, item_sku VARCHAR, item_quantity INTEGER, customization VARCHAR, "
        "finished BOOLEAN, profile_status VARCHAR);"
        "INSERT INTO product_services VALUES('SEG-1000', 2476, 'machinesmm', 1000, 'followers');"
        "INSERT INTO payments VALUES('170000001_1', '170000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
        "NULL), "
        "('170000001_0', '170000001', 'paid', 'Jo\xC3\xA3o', NULL, NULL, 'SEG-1000', 2, '@joao', 1, 'public')");
  }

  std::string refusal(const std::string& url) const {
    try {
      read_earlier_database(url);
    } catch (const CannotReadEarlier& refused) {
      return refused.what();
    }
    return "nothing was refused";
  }

  tests::TemporaryFolder folder_;
  const std::string file_ = folder_.file("shop.db");
};

TEST_F(EarlierSqliteTest, BothTablesAreReadWithTheirNullsAndAccents) {
  const EarlierShop shop = read_earlier_database("sqlite:///" + file_).shop;
  ASSERT_EQ(shop.products.size(), 1U);
  EXPECT_EQ(shop.products[0].service_id, "2476");
  ASSERT_EQ(shop.payments.size(), 2U);
  EXPECT_EQ(shop.payments[0].id, "170000001_0");
  EXPECT_EQ(shop.payments[0].customer_name, "Jo\xC3\xA3o");
  EXPECT_EQ(shop.payments[0].item_quantity, "2");
  EXPECT_EQ(shop.payments[0].finished, "1");
  EXPECT_EQ(shop.payments[1].finished, "");
}

TEST_F(EarlierSqliteTest, EveryWayToWriteItsUrlIsUnderstood) {
  EXPECT_EQ(read_earlier_database("sqlite:" + file_).shop.payments.size(), 2U);
  EXPECT_EQ(read_earlier_database("sqlite+pysqlite:///" + file_).shop.payments.size(), 2U);
  const fs::path before = fs::current_path();
  fs::current_path(fs::path(file_).parent_path());
  EXPECT_EQ(read_earlier_database("sqlite:///shop.db").shop.payments.size(), 2U);
  fs::current_path(before);
  EXPECT_THAT(refusal("sqlite://shop.db"), HasSubstr("sqlite:///shop.db"));
}

TEST_F(EarlierSqliteTest, WhatIsNotItsDatabaseIsRefused) {
  EXPECT_THAT(refusal("sqlite:///" + file_ + ".missing"), HasSubstr("there is no file"));
  EXPECT_FALSE(fs::exists(file_ + ".missing"));
  std::ofstream{file_} << std::string(8192, 'x');
  EXPECT_THAT(refusal("sqlite:///" + file_), HasSubstr("not a database"));
  std::ofstream{file_}.flush();
  EXPECT_THAT(refusal("sqlite:///" + file_), HasSubstr("there is no table product_services"));
}

}  // namespace
}  // namespace smmhost
