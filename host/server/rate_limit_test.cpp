// What RateLimit must let through.
#include "host/server/rate_limit.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

TEST(RateLimit, LetsABurstThroughAndThenTheRate) {
  RateLimit limit(60, 3);
  auto now = RateLimit::Clock::time_point{} + std::chrono::hours{1};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.allow(now));
  EXPECT_FALSE(limit.allow(now));
  now += std::chrono::milliseconds{1001};
  EXPECT_TRUE(limit.allow(now));
  EXPECT_FALSE(limit.allow(now));
  now += std::chrono::hours{1};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.allow(now)) << "the burst never grows";
  EXPECT_FALSE(limit.allow(now));
}

}  // namespace
}  // namespace smmhost
