// The database's address: what is added to it, and that no part of a password gets out of it.
#include "host/store/postgres/connection_settings.h"

#include <gmock/gmock.h>

#include "host/store/open_store.h"

namespace smmhost::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

PostgresOptions at(const std::string& url) {
  PostgresOptions options;
  options.url = url;
  return options;
}

TEST(ConnectionSettings, SeveralHostsAndTheirPrimaryAreAskedFor) {
  const std::string text = connection_string(at("postgresql://u:p@db1:5432,db2:5433/shop"));
  EXPECT_THAT(text, HasSubstr("host='db1,db2'"));
  EXPECT_THAT(text, HasSubstr("port='5432,5433'"));
  EXPECT_THAT(text, HasSubstr("target_session_attrs='read-write'"));
  EXPECT_THAT(text, HasSubstr("gssencmode='disable'"));
  EXPECT_THAT(text, HasSubstr("statement_timeout=15000"));
  EXPECT_THAT(text, HasSubstr("idle_in_transaction_session_timeout=10000"));
  EXPECT_EQ(describe(at("postgresql://u:p@db1:5432,db2:5433/shop")), "db1:5432, db2:5433, database shop");
}

TEST(ConnectionSettings, WhatTheOperatorWritesStands) {
  const std::string text = connection_string(
      at("postgres://u@h/"
         "d?target_session_attrs=any&gssencmode=prefer&connect_timeout=30&options=-c%20statement_timeout%3D1s"));
  EXPECT_THAT(text, HasSubstr("target_session_attrs='any'"));
  EXPECT_THAT(text, HasSubstr("gssencmode='prefer'"));
  EXPECT_THAT(text, HasSubstr("connect_timeout='30'"));
  EXPECT_THAT(text, HasSubstr("-c statement_timeout=1s'")) << "after ours, so it is the one that counts";
}

TEST(ConnectionSettings, OnlyWhatMayBeLostCommitsWithoutWaitingForTheDisk) {
  const PostgresOptions options = at("postgresql://u@h/d");
  EXPECT_THAT(connection_string(options, Session::kReads), Not(HasSubstr("synchronous_commit")));
  EXPECT_THAT(connection_string(options, Session::kWrites), Not(HasSubstr("synchronous_commit")));
  EXPECT_THAT(connection_string(options, Session::kWritesWithNext), HasSubstr("-c synchronous_commit=off"));
}

TEST(ConnectionSettings, APoolerInTransactionModeGetsNoSessionSettings) {
  PostgresOptions options = at("postgresql://u@h/d");
  options.prepared_statements = false;
  EXPECT_THAT(connection_string(options), Not(HasSubstr("options=")));
}

TEST(ConnectionSettings, APasswordIsQuotedAndStaysOutOfTheDescription) {
  const PostgresOptions options = at("postgresql://u:it%27s%5C%20a%40%2Fsecret@h/d");
  EXPECT_THAT(connection_string(options), HasSubstr(R"(password='it\'s\\ a@/secret')"));
  EXPECT_EQ(describe(options), "h, database d");
}

TEST(ConnectionSettings, AWrongAddressIsRefusedWithoutRepeatingIt) {
  for (const char* url : {"postgresql://u:hun@ter2@h/d", "postgresql://u:hun/ter2@h/d", "postgresql://u:hun%zzter2@h/d",
                          "postgresql://u:x@h:hunter2/d"}) {
    try {
      connection_string(at(url));
      ADD_FAILURE() << "accepted: " << url;
    } catch (const CannotOpenStore& refused) {
      EXPECT_THAT(refused.what(), Not(HasSubstr("ter2"))) << url;
      EXPECT_THAT(refused.what(), HasSubstr("%40"));
    }
  }
}

}  // namespace
}  // namespace smmhost::postgres
