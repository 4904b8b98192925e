#include "host/config/dotenv.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

struct Case {
  const char* line;
  const char* value;
};

class DotEnvValue : public testing::TestWithParam<Case> {};

TEST_P(DotEnvValue, IsReadAsAShellWould) {
  const DotEnv result = parse_dotenv(GetParam().line, ".env");
  ASSERT_TRUE(result.errors.empty()) << result.errors[0].message;
  ASSERT_EQ(result.values.count("KEY"), 1u);
  EXPECT_EQ(result.values.at("KEY"), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(Forms, DotEnvValue,
                         testing::Values(Case{"KEY=\"a b\"", "a b"}, Case{"KEY=a", "a"},
                                         Case{"export KEY='x \"y\"'", "x \"y\""}, Case{"KEY=a # note", "a"},
                                         Case{"KEY=a#b", "a#b"}, Case{"KEY=\"a#b\" # note", "a#b"},
                                         Case{"KEY=\"a\\\"b\\\\c\\nd\\e\"", "a\"b\\c\nd\\e"}, Case{"KEY=", ""},
                                         Case{"KEY=#x", ""}, Case{"\xEF\xBB\xBFKEY=a\r\n", "a"}, Case{"KEY=a=b", "a=b"},
                                         Case{"KEY=1\nKEY=2", "2"}));

TEST(DotEnv, NamesTheLineOfEveryMistakeWithoutItsValue) {
  const DotEnv result = parse_dotenv("# fine\nGOOD=1\nno equals\n1BAD=2\nOPEN=\"secret\nAFTER='x' y\n", ".env");
  ASSERT_EQ(result.errors.size(), 4u);
  EXPECT_EQ(result.errors[0].where.line, 3);
  EXPECT_EQ(result.errors[1].where.line, 4);
  EXPECT_EQ(result.errors[2].where.line, 5);
  EXPECT_EQ(result.errors[3].where.line, 6);
  EXPECT_EQ(result.errors[2].message.find("secret"), std::string::npos);
  EXPECT_EQ(result.values.size(), 1u);
}

}  // namespace
}  // namespace smmhost
