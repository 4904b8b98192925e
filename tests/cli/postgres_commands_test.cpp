// Commands on a PostgreSQL database, which hosts on other machines may have open too.
#include <pqxx/pqxx>

#include "tests/cli/command_line.h"
#include "tests/support/postgres_cluster.h"

namespace smmhost::cli_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::PostgresCluster;

class PostgresCommands : public CommandLine {
 protected:
  PostgresCommands() {
    static int count = 0;
    const std::string number = std::to_string(++count);
    earlier_ = PostgresCluster::shared().create_database("earlier" + number);
    own_ = PostgresCluster::shared().create_database("own" + number);
    store_ = "[store]\nurl = " + own_ + "\n";
  }

  static void execute(const std::string& url, const std::string& sql) {
    pqxx::connection connection(url);
    pqxx::work work(connection);
    work.exec(sql);
    work.commit();
  }

  // The earlier program's tables, as SQLAlchemy makes them from its models, with a line of each kind.
  void make_earlier_shop() const {
    execute(earlier_,
            "CREATE TABLE product_services(sku VARCHAR(255) PRIMARY KEY, service_id INTEGER NOT NULL, api VARCHAR(100) "
            "NOT NULL, base_quantity INTEGER NOT NULL, type VARCHAR(50) NOT NULL);"
            "CREATE TABLE payments(id VARCHAR PRIMARY KEY, order_id VARCHAR, status_alias VARCHAR, customer_name "
            "VARCHAR, email VARCHAR, phone_full_number VARCHAR, item_sku VARCHAR, item_quantity INTEGER, customization "
            "VARCHAR, finished INTEGER DEFAULT 0, profile_status VARCHAR DEFAULT 'pending');"
            "INSERT INTO product_services VALUES('SEG-1000', 4420, 'machinesmm', 1000, 'followers');"
            "INSERT INTO payments VALUES"
            "('170000001_0', '170000001', 'delivered', 'Jo\xC3\xA3o', 'j@example.com', '5511', 'SEG-1000', 2, '@joao', "
            "1, 'public'),"
            "('170000002_0', '170000002', 'paid', 'Ana', 'a@example.com', '5511', 'SEG-1000', 1, '@ana', 0, 'public'),"
            "('170000003_0', '170000003', 'paid', 'Bia', 'b@example.com', '5511', 'SEG-1000', 1, '@bia', 0, "
            "'private'),"
            "('170000004_0', '170000004', 'cancelled', 'Caio', 'c@example.com', '5511', 'SEG-1000', 1, '@caio', 0, "
            "'error')");
  }

  std::string earlier_;
  std::string own_;
  std::string store_;  // for the INI
};

TEST_F(PostgresCommands, AnImportTakesTheEarlierShopOverOnce) {
  make_earlier_shop();
  write_ini("127.0.0.1:1", store_);
  const std::string environment = "LANG=C OLD=" + earlier_;
  const Ran dry = run("import @env:OLD --dry-run", environment);
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("1 products; 1 lines finished, 1 to fulfil, 1 to review, 1 cancelled"));
  EXPECT_THAT(run("migrate --dry-run", environment).out, HasSubstr("first schema")) << "a dry run makes no tables";

  const Ran imported = run("import @env:OLD --json", environment);
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("\"imported\": true"));
  EXPECT_THAT(imported.out, HasSubstr("\"finished\": 1"));
  EXPECT_THAT(run("payments list --state review", environment).out, HasSubstr("170000002_0"));
  EXPECT_THAT(run("payments show 170000001_0", environment).out, HasSubstr("Jo\xC3\xA3o"));
  EXPECT_THAT(run("payments list --q b@example.com", environment).out, HasSubstr("170000003_0"));
  EXPECT_THAT(run("doctor", environment).out, HasSubstr("nothing is wrong"));

  const Ran again = run("import @env:OLD", environment);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("imported: 0 products; 0 lines finished, 0 to fulfil, 0 to review, 0 cancelled"));
  EXPECT_THAT(again.out, HasSubstr("5 known already"));
}

TEST_F(PostgresCommands, AnImportAndTheMarkOfARestoreRefuseBesideAHostOnAnotherMachine) {
  make_earlier_shop();
  start_host(store_);
  write_ini("127.0.0.1:1", store_);  // as on a machine where no host answers
  for (const std::string& command :
       {"import " + earlier_, std::string("restore --mark --taken-at 2026-01-31T03:00:00Z")}) {
    const Ran refused = run(command);
    EXPECT_EQ(refused.code, 1) << command;
    EXPECT_THAT(refused.err, HasSubstr("hosts are running on this database: ")) << command;
    EXPECT_THAT(refused.err, HasSubstr("-" + std::to_string(pid_) + "-")) << command << ": which one";
  }
  EXPECT_THAT(run("payments list").out, Not(HasSubstr("170000001_0")));

  ASSERT_EQ(stop_host(), 0) << text_of(folder_ / "host.err");
  const Ran imported = run("import " + earlier_);
  EXPECT_EQ(imported.code, 0) << "a host that was stopped is not waited for: " << imported.err;
  EXPECT_EQ(run("restore --mark --taken-at 2026-01-31T03:00:00Z").code, 0);
}

}  // namespace
}  // namespace smmhost::cli_test
