#include "host/app/crash_points.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

class NoTransport final : public HttpTransport {
 public:
  HttpResult send(const HttpRequest&) override { return {.outcome = TransportOutcome::kAnswered, .status = 200}; }
};

TEST(CrashPoint, IsReadFromItsNotation) {
  const auto point = CrashPoint::parse("commit.after#3");
  ASSERT_TRUE(point);
  EXPECT_EQ(point->name(), "commit.after");
  EXPECT_EQ(point->count(), 3);
  for (const char* text :
       {"", "commit.after", "commit.after#", "commit.after#0", "commit.after#x", "nowhere#1", "#1"}) {
    EXPECT_FALSE(CrashPoint::parse(text)) << text;
  }
}

TEST(CrashPointDeathTest, KillsTheProcessWhenReachedForTheNthTime) {
  NoTransport transport;
  const auto crashing =
      crashing_transport(transport, std::make_shared<CrashTrigger>(*CrashPoint::parse("send.after#2")));
  EXPECT_EQ(crashing->send({}).status, 200);
  EXPECT_EXIT(crashing->send({}), testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace smmhost
