#include "host/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace smmhost {
namespace {

TEST(Table, AlignsByCharactersAndLeavesNoBlanksAtTheEnd) {
  Table table{{"ID", "NAME", "X"}};
  table.add({"1", "João", "a"});
  table.add({"10", "B", ""});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "ID  NAME  X\n1   João  a\n10  B\n");
}

TEST(Table, ShowsNoControlCharacter) {
  Table table{{"A"}};
  table.add({"x\x1b[2J\n"});
  table.add(
      {"\xc2\x9b"
       "2J\xc2\x80 R$\xc2\xa0"
       "1 \xc2\xba\x7f"});  // C1 is two bytes in UTF-8, as are letters
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "A\nx?[2J?\n?2J? R$\xc2\xa0"
            "1 \xc2\xba?\n");
}

TEST(Table, RefusesARowOfAnotherLength) {
  Table table{{"A", "B"}};
  EXPECT_THROW(table.add({"x"}), std::logic_error);
}

}  // namespace
}  // namespace smmhost
