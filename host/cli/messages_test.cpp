#include "host/cli/messages.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace smmhost {
namespace {

auto placeholders(const char* text) {
  return std::ranges::count(std::string_view{text}, '{');
}

TEST(Messages, BothLanguagesTakeTheSameValues) {
  for (const Message* message : all_messages()) {
    EXPECT_NE(std::string{message->english}, "");
    EXPECT_NE(std::string{message->portuguese}, "");
    EXPECT_EQ(placeholders(message->english), placeholders(message->portuguese)) << message->english;
  }
}

TEST(Messages, AreSpokenInTheLanguageAskedFor) {
  const char* portuguese[] = {"smmhost", "version", "--lang", "pt"};
  EXPECT_EQ(choose_language(4, portuguese), Language::kPortuguese);
  const char* joined[] = {"smmhost", "--lang=pt_BR"};
  EXPECT_EQ(choose_language(2, joined), Language::kPortuguese);
  const char* english[] = {"smmhost", "--lang", "en"};
  EXPECT_EQ(choose_language(3, english), Language::kEnglish);
  EXPECT_EQ(Speaker{Language::kPortuguese}(msg::kError, "x"), "erro: x");
}

TEST(Messages, WithoutAnOptionTheSystemsLanguageIsSpoken) {
  const char* plain[] = {"smmhost"};
  setenv("LC_ALL", "pt_BR.UTF-8", 1);
  EXPECT_EQ(choose_language(1, plain), Language::kPortuguese);
  setenv("LC_ALL", "C", 1);
  EXPECT_EQ(choose_language(1, plain), Language::kEnglish);
  unsetenv("LC_ALL");
}

}  // namespace
}  // namespace smmhost
