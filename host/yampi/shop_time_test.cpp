#include "host/yampi/shop_time.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

const Time kMorning = *parse_iso8601("2026-01-15T13:20:31Z");

TEST(ShopTime, IsWallTimeInSaoPaulo) {
  EXPECT_EQ(parse_shop_time("2026-01-15 10:20:31"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15 10:20:31.000000"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15 10:20:31.250999"), kMorning + std::chrono::milliseconds{250});
  EXPECT_EQ(parse_shop_time("2026-01-15T10:20:31"), kMorning);
}

TEST(ShopTime, KnowsTheDaylightSavingOfOldOrders) {
  EXPECT_EQ(parse_shop_time("2018-12-15 11:20:31"), parse_iso8601("2018-12-15T13:20:31Z"));
}

TEST(ShopTime, FollowsTheZoneThatTheObjectNames) {
  EXPECT_EQ(parse_shop_time("2026-01-15 13:20:31", "UTC"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15 14:20:31", "Europe/Lisbon"), kMorning + std::chrono::hours{1});
  EXPECT_EQ(parse_shop_time("2026-01-15 10:20:31", "-03:00"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15 10:20:31", "Mars/Olympus"), std::nullopt);
}

TEST(ShopTime, AnOffsetInTheTextGoesFirst) {
  EXPECT_EQ(parse_shop_time("2026-01-15T13:20:31Z"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15T13:20:31.000Z"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15T15:20:31+02:00"), kMorning);
  EXPECT_EQ(parse_shop_time("2026-01-15T10:20:31-0300"), kMorning);
}

TEST(ShopTime, OtherShapesAreNoTime) {
  for (const char* text : {"", "2026-01-15", "15/01/2026 10:20", "2026-13-15 10:20:31", "2026-02-30 10:20:31",
                           "2026-01-15 24:20:31", "2026-01-15 10:60:31", "2026-01-15 10:20", "2026-01-15 10:20:31 lixo",
                           "2026-01-15 10:20:31+99:00", "0000-00-00 00:00:00", "-001-11-30 00:00:00"})
    EXPECT_EQ(parse_shop_time(text), std::nullopt) << text;
}

TEST(ShopTime, TheDayChangesAtTheShopsMidnight) {
  EXPECT_EQ(shop_day(*parse_iso8601("2026-01-15T02:59:59Z")), "2026-01-14");
  EXPECT_EQ(shop_day(*parse_iso8601("2026-01-15T03:00:00Z")), "2026-01-15");
}

}  // namespace
}  // namespace smmhost
