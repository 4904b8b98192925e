// The earlier program's tables are read as they are, and nothing else is taken for them.
#include "host/import/earlier_database.h"

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "tests/support/postgres_cluster.h"

namespace smmhost {
namespace {

using testing::HasSubstr;
using testing::Not;

class EarlierDatabaseTest : public testing::Test {
 protected:
  EarlierDatabaseTest() {
    static int count = 0;
    url_ = tests::PostgresCluster::shared().create_database("earlier" + std::to_string(++count));
  }

  void execute(const std::string& sql) const {
    pqxx::connection connection(url_);
    pqxx::work work(connection);
    work.exec(sql);
    work.commit();
  }

  // As SQLAlchemy makes them from the earlier program's models.
  void make_tables() const {
    execute(
        "CREATE TABLE product_services(sku VARCHAR(255) PRIMARY KEY, service_id INTEGER NOT NULL, api VARCHAR(100) NOT "
        "NULL, base_quantity INTEGER NOT NULL, type VARCHAR(50) NOT NULL);"
        "CREATE TABLE payments(id VARCHAR PRIMARY KEY, order_id VARCHAR, status_alias VARCHAR, customer_name VARCHAR, "
        "email VARCHAR, phone_full_number VARCHAR, item_sku VARCHAR, item_quantity INTEGER, customization VARCHAR, "
        "finished INTEGER DEFAULT 0, profile_status VARCHAR DEFAULT 'pending', customer_ip VARCHAR)");
  }

  std::string refusal(const std::string& url) const {
    try {
      read_earlier_database(url);
    } catch (const CannotReadEarlier& refused) {
      return refused.what();
    }
    return "nothing was refused";
  }

  std::string url_;
};

TEST_F(EarlierDatabaseTest, BothTablesAreReadWithTheirNullsAndAccents) {
  make_tables();
  execute(
      "INSERT INTO product_services VALUES('SEG-1000', 2476, 'machinesmm', 1000, 'followers');"
      "INSERT INTO payments VALUES('170000001_0', '170000001', 'paid', 'Jo\xC3\xA3o', 'j@example.com', "
      "'5511900000000', "
      "'SEG-1000', 2, '@joao', 1, 'public', '203.0.113.7'), ('170000001_1', '170000001', NULL, NULL, NULL, NULL, NULL, "
      "NULL, NULL, NULL, NULL, NULL)");
  const EarlierDatabase found = read_earlier_database(url_);
  ASSERT_EQ(found.shop.products.size(), 1U);
  EXPECT_EQ(found.shop.products[0].service_id, "2476");
  EXPECT_EQ(found.shop.products[0].base_quantity, "1000");
  ASSERT_EQ(found.shop.payments.size(), 2U);
  const EarlierPayment& first = found.shop.payments[0];
  EXPECT_EQ(first.id, "170000001_0");
  EXPECT_EQ(first.customer_name, "Jo\xC3\xA3o");
  EXPECT_EQ(first.item_quantity, "2");
  EXPECT_EQ(first.finished, "1");
  EXPECT_EQ(first.profile_status, "public");
  EXPECT_EQ(found.shop.payments[1].finished, "");
  EXPECT_EQ(found.other_sessions, 0);
}

TEST_F(EarlierDatabaseTest, ReadRowsBecomePayments) {
  make_tables();
  execute(
      "INSERT INTO payments(id, order_id, status_alias, item_sku, item_quantity, finished, profile_status) VALUES"
      "('1_0', '1', 'paid', 'S', 1, 1, 'public'), ('2_0', '2', 'paid', 'S', 1, 0, 'public'), ('3_0', '3', 'paid', 'S', "
      "1, 0, 'private')");
  const auto rows =
      import_orders(nullptr, read_earlier_database(url_).shop, from_unix_ms(1'768'478'400'000), ImportMode::kDryRun);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].fate, ImportFate::kFinished);
  EXPECT_EQ(rows[1].fate, ImportFate::kToReview);
  EXPECT_EQ(rows[2].fate, ImportFate::kToFulfil);
}

TEST_F(EarlierDatabaseTest, TheWayItsOwnUrlIsWrittenIsUnderstood) {
  make_tables();
  std::string url = url_;
  url.replace(0, url.find("://"), "postgresql+psycopg2");
  EXPECT_EQ(read_earlier_database(url).shop.payments.size(), 0U);
}

TEST_F(EarlierDatabaseTest, AProgramThatIsStillConnectedIsSeen) {
  make_tables();
  const pqxx::connection still_running(url_);
  EXPECT_EQ(read_earlier_database(url_).other_sessions, 1);
}

TEST_F(EarlierDatabaseTest, ADatabaseWithoutItsTablesIsRefused) {
  EXPECT_THAT(refusal(url_), HasSubstr("there is no table product_services"));
  execute("CREATE TABLE product_services(sku TEXT)");
  EXPECT_THAT(refusal(url_), HasSubstr("has no column service_id"));
}

TEST_F(EarlierDatabaseTest, APasswordIsNotRepeated) {
  EXPECT_THAT(refusal("postgresql://shop:*@127.0.0.1:1/shop"), HasSubstr("cannot be read"));
  const std::string refused = refusal("postgresql://shop:top%secret@127.0.0.1/shop");
  EXPECT_THAT(refused, HasSubstr("cannot be read"));
  EXPECT_THAT(refused, Not(HasSubstr("top%secret")));
}

}  // namespace
}  // namespace smmhost
