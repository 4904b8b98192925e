#include "host/config/ini_file.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

TEST(IniFile, KeepsSectionsKeysAndLines) {
  const IniFile ini =
      parse_ini("; head\n[host]\nlisten = 127.0.0.1:1\n\n# more\n[log] ; words\n  level=debug\n", "a.ini");
  ASSERT_TRUE(ini.errors.empty());
  ASSERT_EQ(ini.sections.size(), 2u);
  EXPECT_EQ(ini.sections[0].name, "host");
  EXPECT_EQ(ini.sections[0].line, 2);
  EXPECT_EQ(ini.sections[0].entries[0].key, "listen");
  EXPECT_EQ(ini.sections[0].entries[0].value, "127.0.0.1:1");
  EXPECT_EQ(ini.sections[1].entries[0].line, 7);
}

struct ValueCase {
  const char* line;
  const char* value;
};

class IniValue : public testing::TestWithParam<ValueCase> {};

TEST_P(IniValue, IsReadAsWritten) {
  const IniFile ini = parse_ini("[s]\n" + std::string{GetParam().line}, "a.ini");
  ASSERT_TRUE(ini.errors.empty()) << ini.errors[0].message;
  ASSERT_EQ(ini.sections[0].entries.size(), 1u);
  EXPECT_EQ(ini.sections[0].entries[0].value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(Forms, IniValue,
                         testing::Values(ValueCase{"k = a b ", "a b"}, ValueCase{"k=a ; comment", "a"},
                                         ValueCase{"k = a;b", "a;b"}, ValueCase{"k = a # b", "a # b"},
                                         ValueCase{"k = \"a ; b\" ; comment", "a ; b"}, ValueCase{"k = a=b==", "a=b=="},
                                         ValueCase{"k = x\r\n", "x"}, ValueCase{"k =", ""},
                                         ValueCase{"k = ; only a comment", ""}, ValueCase{"k = \"a\" b", "\"a\" b"}));

TEST(IniFile, SkipsAByteOrderMark) {
  const IniFile ini = parse_ini("\xEF\xBB\xBF[host]\nlisten = a:1\n", "a.ini");
  EXPECT_TRUE(ini.errors.empty());
  ASSERT_EQ(ini.sections.size(), 1u);
}

TEST(IniFile, ReportsEveryMistakeOfFormWithItsLine) {
  const IniFile ini = parse_ini(
      "early = 1\n[host\nlost = 1\n[host]\nlisten\n= 2\nlisten = a\nlisten = b\n[host]\n[] \n[log] level = x\nk = "
      "\"open\n",
      "a.ini");
  std::vector<int> lines;
  for (const ConfigError& error : ini.errors) lines.push_back(error.where.line);
  EXPECT_EQ(lines, (std::vector<int>{1, 2, 5, 6, 8, 9, 10, 11, 12}));
  EXPECT_EQ(ini.errors[0].where.file, "a.ini");
  EXPECT_NE(ini.errors[4].message.find("line 7"), std::string::npos);
}

TEST(IniFile, DoesNotRepeatALineThatMayBeAPastedKey) {
  const IniFile ini = parse_ini("[s]\nsk_live_0123456789abcdef\n", "a.ini");
  ASSERT_EQ(ini.errors.size(), 1u);
  EXPECT_EQ(ini.errors[0].message.find("456789"), std::string::npos);
}

TEST(IniFile, NamesABinaryFile) {
  const IniFile ini = parse_ini(std::string_view{"a\0b\n", 4}, "a.ini");
  ASSERT_EQ(ini.errors.size(), 1u);
  EXPECT_NE(ini.errors[0].message.find("NUL"), std::string::npos);
}

}  // namespace
}  // namespace smmhost
