#include "core/fulfilment/backoff.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(Backoff, DoublesUpToTheLongestAndNeverBelowHalf) {
  for (const std::uint64_t entropy : {std::uint64_t{0}, std::uint64_t{12345}, ~std::uint64_t{0}}) {
    Duration full = seconds{2};
    for (int failures = 1; failures <= 20; ++failures) {
      const Duration delay = backoff_delay(failures, seconds{2}, minutes{10}, entropy);
      EXPECT_GE(delay, full / 2) << failures;
      EXPECT_LE(delay, full) << failures;
      full = std::min<Duration>(full * 2, minutes{10});
    }
  }
}

TEST(Backoff, SpreadsCallersThatFailedTogether) {
  EXPECT_NE(backoff_delay(3, seconds{2}, minutes{10}, 1), backoff_delay(3, seconds{2}, minutes{10}, 2));
}

TEST(Backoff, ManyFailuresDoNotOverflow) {
  EXPECT_LE(backoff_delay(1'000'000, seconds{2}, minutes{10}, 7), minutes{10});
}

}  // namespace
}  // namespace smmhost
