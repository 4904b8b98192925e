// Text that PostgreSQL cannot hold as it is must come back byte for byte, and stay different from every other text.
#include "host/store/postgres/stored_text.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

namespace smmhost::postgres {
namespace {

using namespace std::string_literals;

TEST(StoredText, OrdinaryTextStaysAsItIs) {
  for (const std::string& text : {""s, "@ana"s, "jo\xC3\xA3o \xF0\x9F\x98\x80 'x' \"y\" \\ {}"s})
    EXPECT_EQ(to_stored_text(text), text);
}

TEST(StoredText, EveryTextComesBackAndCanBeHeld) {
  std::set<std::string> seen;
  std::set<std::string> stored;
  const auto check = [&](const std::string& text) {
    const std::string held = to_stored_text(text);
    EXPECT_TRUE(simdjson::validate_utf8(held.data(), held.size()));
    EXPECT_EQ(held.find('\0'), std::string::npos);
    EXPECT_EQ(from_stored_text(held), text);
    seen.insert(text);
    stored.insert(held);
  };
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) check({'x', static_cast<char>(a), static_cast<char>(b), 'y'});
  for (const std::string& text :
       {"\xF4\x8F\xBF\xBF"s, "\xF4\x8F\xBF\xBF\x66\x34"s, "\xF4\x8F\xBF"s, "\xED\xA0\x80"s, "\xC0\x80"s, "a\0b\xFF"s})
    check(text);
  EXPECT_EQ(seen.size(), stored.size());
}

TEST(StoredText, ACutMarkIsNoReadBeyondTheEnd) {
  EXPECT_EQ(from_stored_text("a\xF4\x8F\xBF\xBF"), "a");
  EXPECT_EQ(from_stored_text("a\xF4\x8F\xBF\xBF\x66"), "a");
}

}  // namespace
}  // namespace smmhost::postgres
