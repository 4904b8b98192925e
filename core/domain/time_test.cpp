#include "core/domain/time.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

TEST(Time, IsWrittenAndReadBackAsIso8601Utc) {
  const Time t = from_unix_ms(1'768'483'231'042);
  EXPECT_EQ(to_iso8601(t), "2026-01-15T13:20:31.042Z");
  EXPECT_EQ(parse_iso8601("2026-01-15T13:20:31.042Z"), t);
  EXPECT_EQ(parse_iso8601("2026-01-15T13:20:31Z"), from_unix_ms(1'768'483'231'000));
}

TEST(Time, RefusesOtherShapesAndImpossibleDates) {
  for (const char* text : {"", "2026-01-15", "2026-01-15T13:20:31", "2026-02-30T00:00:00Z", "2026-01-15T24:00:00Z",
                           "2026-01-15T13:20:31.04Z", "2026-01-15 13:20:31Z", "2026-01-15T13:20:31.042+00:00"})
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
}

}  // namespace
}  // namespace smmhost
