#include "host/yampi/status_ids.h"

#include "host/yampi/yampi_client_fixture.h"

namespace smmhost::yampi_test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(YampiClientTest, UsesTheShopsOwnIds) {
  transport.statuses = {answer(200, R"({"data":[{"id":4,"alias":"paid"},{"id":77,"alias":"delivered"}]})")};
  transport.reads = {answer(200, order_answer(4, "paid", "[77]"))};
  transport.writes = {answer(204, "")};
  EXPECT_TRUE(tell().ok());
  EXPECT_EQ(transport.seen.back().body, R"({"status_id":77})");
}

TEST_F(YampiClientTest, AsksForTheIdsOnceAnHour) {
  transport.reads = {answer(200, order_answer(7, "delivered"))};
  for (int i = 0; i < 5; ++i) tell("delivered", kNow + minutes{i});
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 1);
  tell("delivered", kNow + minutes{60});
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 2);
}

TEST_F(YampiClientTest, ReadsEveryPageOfTheStatuses) {
  transport.statuses = {
      answer(200, R"({"data":[{"id":4,"alias":"paid"}],"meta":{"pagination":{"total_pages":2}}})"),
      answer(200, R"({"data":[{"id":77,"alias":"delivered"}],"meta":{"pagination":{"total_pages":2}}})")};
  transport.reads = {answer(200, order_answer(77, "delivered"))};
  EXPECT_EQ(tell().value(), Told::kAlreadySo);
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 2);
}

TEST_F(YampiClientTest, AsksAgainForAnUnknownAliasButNotEverySecond) {
  for (int i = 0; i < 10; ++i) {
    const Reply<Told> reply = tell("teleported", kNow + seconds{i});
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(reply.failure().code, FailureCode::kConfig);
  }
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 1);
  tell("teleported", kNow + minutes{2});
  EXPECT_EQ(transport.count("GET", "/checkout/statuses"), 2);
}

TEST_F(YampiClientTest, TheBuiltInTableStandsInWhileTheListCannotBeHad) {
  transport.writes = {answer(204, "")};
  const std::vector<HttpResult> failures = {answer(500, "{}"), answer(200, "{}"), answer(200, "<html>"),
                                            answer(429, "{}"),
                                            no_answer(TransportOutcome::kNotSent, HttpError::kNameLookup)};
  for (const HttpResult& failure : failures) {
    ScriptedTransport fresh;
    fresh.statuses = {failure};
    fresh.reads = {answer(200, order_answer(4, "paid"))};
    fresh.writes = {answer(204, "")};
    YampiClient lone(config, fresh, [] { return 1U; });
    // A 429 stops further questions until the next minute; then the built-in table serves.
    EXPECT_TRUE(lone.tell_status(170000001, "delivered", kNow).ok() || failure.status == 429);
    EXPECT_TRUE(lone.tell_status(170000001, "delivered", kNow + seconds{30}).ok());
    EXPECT_EQ(fresh.seen.back().body, R"({"status_id":7})");
  }
}

TEST_F(YampiClientTest, RefusedCredentialsAreSaidAtOnce) {
  transport.statuses = {answer(401, R"({"message":"Unauthenticated."})")};
  EXPECT_EQ(tell_failure(), FailureCode::kAuth);
  EXPECT_EQ(transport.seen.size(), 1U);
}

}  // namespace
}  // namespace smmhost::yampi_test
