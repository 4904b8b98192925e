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

}  // namespace
}  // namespace smmhost
