#include "host/plugin/abi_text.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

TEST(Presentable, KeepsTextAndReplacesWhatADatabaseRefuses) {
  EXPECT_EQ(presentable("joão 👍", 100), "joão 👍");
  EXPECT_EQ(presentable(std::string_view("a\0b", 3), 100),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(presentable("a\xff\xfe", 100), "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(presentable("\xc0\xaf", 100), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  EXPECT_EQ(presentable("\xed\xa0\x80", 100), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
  EXPECT_EQ(presentable("\xf8\x88\x80\x80\x80", 100).substr(0, 3), "\xEF\xBF\xBD");
  EXPECT_EQ(presentable("ok\xe2\x82", 100), "ok\xEF\xBF\xBD\xEF\xBF\xBD");  // cut at the end
}

TEST(Presentable, CutsBetweenCharacters) {
  EXPECT_EQ(presentable("aé", 2), "a");
  EXPECT_EQ(presentable("aé", 3), "aé");
  EXPECT_EQ(presentable("abc", 0), "");
}

// In a log line or a table they would forge lines and colours, or worse.
TEST(Presentable, HoldsNoControlCharacter) {
  EXPECT_EQ(presentable("a\x1b[31mb\r\nc\td\x7f"), "a\\x1b[31mb  c d\\x7f");
  EXPECT_EQ(presentable("a\xC2\x9b"
                        "31m \xC2\xA0 \xC3\x9b"),
            "a\\x9b"
            "31m \xC2\xA0 \xC3\x9b");
  EXPECT_EQ(presentable("ab\x1b", 5), "ab") << "an escape is not cut in the middle";
}

TEST(Storable, KeepsLinesAsTheyCame) {
  EXPECT_EQ(storable("a\nb\t\x1b", 100), "a\nb\t\x1b");
  EXPECT_EQ(storable(std::string_view("a\0b", 3), 100),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(storable("a\xC3\xA9", 2), "a");
}

}  // namespace
}  // namespace smmhost
