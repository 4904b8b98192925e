#include "core/domain/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace smmhost {
namespace {

TEST(Money, DecimalTextIsExactAndShort) {
  EXPECT_EQ(decimal_text(0), "0");
  EXPECT_EQ(decimal_text(278190), "0.27819");
  EXPECT_EQ(decimal_text(100'842'920), "100.84292");
  EXPECT_EQ(decimal_text(-1'500'000), "-1.5");
  EXPECT_EQ(decimal_text(std::numeric_limits<std::int64_t>::min()), "-9223372036854.775808");
}

TEST(Money, ReadsWhatPanelsWrite) {
  EXPECT_EQ(parse_decimal_micros("0.27819"), 278190);
  EXPECT_EQ(parse_decimal_micros("0,27"), 270000);
  EXPECT_EQ(parse_decimal_micros("100"), 100'000'000);
  EXPECT_EQ(parse_decimal_micros("-3.5"), -3'500'000);
  EXPECT_EQ(parse_decimal_micros("0.08011655652"), 80117);
  EXPECT_EQ(parse_decimal_micros("0.0000005"), 1);
}

TEST(Money, RefusesWhatIsNotADecimal) {
  for (const char* text : {"", "-", ".5", "5.", "1e3", "1.2.3", " 1", "1 ", "abc", "+1", "99999999999999999999", "NaN"})
    EXPECT_EQ(parse_decimal_micros(text), std::nullopt) << text;
}

TEST(Money, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_decimal_micros("9223372036849.9999995"), 9'223'372'036'850'000'000);
  for (const char* text : {"9223372036855", "9223372036859.999999", "-9223372036859"})
    EXPECT_EQ(parse_decimal_micros(text), std::nullopt) << text;
}

}  // namespace
}  // namespace smmhost
