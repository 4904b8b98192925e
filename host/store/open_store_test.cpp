// What opening a database refuses, and what it says then.
#include "host/store/open_store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "host/store/sqlite/connection.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

using sqlite::Connection;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::TemporaryFolder;

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const CannotOpenStore& refused) {
    return refused.what();
  }
  return "nothing was refused";
}

class OpenStoreTest : public testing::Test {
 protected:
  const std::string& url() const { return url_; }
  const std::string& path() const { return path_; }
  std::string refusal_to_open() const {
    return refusal([this] { open_store(url_); });
  }

 private:
  TemporaryFolder folder_;
  std::string path_ = folder_.file("store.db");
  std::string url_ = "sqlite:" + path_;
};

TEST_F(OpenStoreTest, ASecondOpenerIsToldWhoHasIt) {
  const auto store = open_store(url());
  EXPECT_THAT(refusal_to_open(), HasSubstr("another smmhost has " + path() + " open: pid " + std::to_string(getpid())));
}

TEST_F(OpenStoreTest, AMigrationBesideARunningHostIsRefused) {
  const auto store = open_store(url());
  EXPECT_THAT(refusal([&] { migrate(url()); }), HasSubstr("another smmhost has"));
}

TEST_F(OpenStoreTest, ItOpensAgainAfterTheFirstOneIsGone) {
  open_store(url()).reset();
  EXPECT_NE(open_store(url()), nullptr);
}

TEST_F(OpenStoreTest, ANewerSchemaIsRefused) {
  open_store(url()).reset();
  Connection(path(), Connection::Mode::kReadWrite)
      .execute("UPDATE meta SET value = '9999' WHERE key = 'schema_version'");
  EXPECT_THAT(refusal_to_open(), HasSubstr("it was used by a newer smmhost"));
  EXPECT_THAT(refusal([&] { pending_migrations(url()); }), HasSubstr("schema 9999"));
}

TEST_F(OpenStoreTest, AnOlderSchemaIsBroughtUpToDate) {
  open_store(url()).reset();
  Connection old(path(), Connection::Mode::kReadWrite);
  old.execute("DROP INDEX shop_updates_refused; DROP INDEX deliveries_to_anonymise");
  old.execute("DROP INDEX payments_by_username; DROP INDEX payments_by_email");
  old.execute("ALTER TABLE placements DROP COLUMN idempotent_at");
  old.execute("UPDATE meta SET value = '2' WHERE key = 'schema_version'");
  EXPECT_EQ(pending_migrations(url()).at(0).number, 3);
  EXPECT_TRUE(open_store(url())->refused_shop_updates(10).empty());
  EXPECT_THAT(pending_migrations(url()), IsEmpty());
}

TEST_F(OpenStoreTest, AForeignDatabaseIsRefusedAndLeftAlone) {
  std::ofstream(path()).flush();
  Connection(path(), Connection::Mode::kReadWrite).execute("CREATE TABLE recipes(name TEXT)");
  EXPECT_THAT(refusal_to_open(), HasSubstr("not one of smmhost's"));
  Connection db(path(), Connection::Mode::kReadOnly);
  EXPECT_EQ(db.single_value("SELECT count(*) FROM sqlite_schema"), "1");
  EXPECT_EQ(db.single_value("PRAGMA journal_mode"), "delete");
}

TEST_F(OpenStoreTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string text(8192, 'x');
  std::ofstream(path()) << text;
  EXPECT_THAT(refusal_to_open(), HasSubstr("not a database"));
  std::ifstream file(path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(OpenStoreTest, AFolderThatIsMissingIsNamed) {
  EXPECT_THAT(refusal([&] { open_store("sqlite:" + path() + "/below/x.db"); }), HasSubstr(path() + "/below/x.db"));
}

TEST_F(OpenStoreTest, AServerThatCannotBeReachedIsNamedWithoutThePassword) {
  for (const char* url : {"postgresql://user:secret@127.0.0.1:1/db", "postgres://user:secret@127.0.0.1:1/db"}) {
    const std::string message = refusal([&] { open_store(std::string(url)); });
    EXPECT_THAT(message, HasSubstr("127.0.0.1:1, database db"));
    EXPECT_THAT(message, HasSubstr("Connection refused"));
    EXPECT_THAT(message, Not(HasSubstr("secret")));
  }
}

TEST_F(OpenStoreTest, OtherAddressesAreRefusedWithTheTwoThatWork) {
  for (const char* url : {"", "smmhost.db", "sqlite:", "sqlite:///smmhost.db", "mysql://x"})
    EXPECT_THAT(refusal([&] { open_store(std::string(url)); }), HasSubstr("sqlite:")) << url;
}

TEST_F(OpenStoreTest, NobodyElseMayReadTheFiles) {
  const mode_t before = umask(0);
  const auto store = open_store(url());
  umask(before);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat info {};
    ASSERT_EQ(stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(OpenStoreTest, PendingMigrationsAreListedWithoutTouchingAnything) {
  const auto pending = pending_migrations(url());
  ASSERT_THAT(pending, Not(IsEmpty()));
  EXPECT_EQ(pending[0].number, 1);
  EXPECT_NE(access(path().c_str(), F_OK), 0) << "a dry run made the file";

  const auto applied = migrate(url());
  EXPECT_EQ(applied.size(), pending.size());
  EXPECT_THAT(pending_migrations(url()), IsEmpty());
  EXPECT_THAT(migrate(url()), IsEmpty());
  EXPECT_NE(open_store(url()), nullptr);
}

}  // namespace
}  // namespace smmhost
