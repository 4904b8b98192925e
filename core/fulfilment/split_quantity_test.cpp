#include "core/fulfilment/split_quantity.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace smmhost {
namespace {

using Parts = std::vector<std::int64_t>;

TEST(SplitQuantity, GivesTheRemainderToTheFirstPost) {
  EXPECT_EQ(split_quantity(1000, 4, 1), (Parts{250, 250, 250, 250}));
  EXPECT_EQ(split_quantity(1003, 4, 1), (Parts{253, 250, 250, 250}));
  EXPECT_EQ(split_quantity(100, 3, 1), (Parts{34, 33, 33}));
  EXPECT_EQ(split_quantity(100, 1, 1), (Parts{100}));
}

TEST(SplitQuantity, UsesFewerPostsRatherThanLessThanTheMinimum) {
  EXPECT_EQ(split_quantity(100, 4, 50), (Parts{50, 50}));
  EXPECT_EQ(split_quantity(100, 4, 40), (Parts{50, 50}));
  EXPECT_EQ(split_quantity(100, 4, 60), (Parts{100}));
  EXPECT_EQ(split_quantity(100, 4, 200), (Parts{100})) << "the bounds are checked by the caller";
}

TEST(SplitQuantity, EveryUnitIsBoughtExactlyOnce) {
  for (std::int64_t total = 1; total <= 300; ++total)
    for (std::int64_t posts = 1; posts <= 12; ++posts)
      for (const std::int64_t min : {0, 1, 7, 100}) {
        const Parts parts = split_quantity(total, posts, min);
        ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), total);
        ASSERT_LE(parts.size(), static_cast<std::size_t>(posts));
        for (const std::int64_t part : parts) ASSERT_GE(part, std::min(total, std::max<std::int64_t>(min, 1)));
      }
}

TEST(TotalQuantity, RefusesWhatIsNotPositiveOrDoesNotFit) {
  EXPECT_EQ(total_quantity(100, 3), 300);
  for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_EQ(total_quantity(bad, 1), std::nullopt);
    EXPECT_EQ(total_quantity(1, bad), std::nullopt);
  }
  const std::int64_t max = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(total_quantity(max, 1), max);
  EXPECT_EQ(total_quantity(max, 2), std::nullopt);
  EXPECT_EQ(total_quantity(3'037'000'500, 3'037'000'500), std::nullopt);
}

}  // namespace
}  // namespace smmhost
