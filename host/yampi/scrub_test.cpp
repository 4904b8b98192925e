#include "host/yampi/scrub.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

TEST(Scrub, KeepsOrdinaryWords) {
  EXPECT_EQ(scrubbed_excerpt("422 Unprocessable Entity", 500), "422 Unprocessable Entity");
  EXPECT_EQ(scrubbed_excerpt(R"({"errors":{"name":["Campo"]}})", 500), R"({"errors":{"name":["Campo"]}})");
}

TEST(Scrub, KeepsLettersOfUtf8AndCutsBetweenThem) {
  EXPECT_EQ(scrubbed_excerpt("Campo obrigatório.", 500), "Campo obrigatório.");
  EXPECT_EQ(scrubbed_excerpt("ação", 3), "aç");
  EXPECT_EQ(scrubbed_excerpt("ação", 2), "a");
}

TEST(Scrub, RemovesWhatNamesAPersonOrOpensADoor) {
  for (const char* secret :
       {"cliente@example.com", "https://seguro.example.com/x?token=abc", R"(https:\/\/seguro.example.com\/x)",
        "12345678909", "123.456.789-09", "203.0.113.77", "(11) 98765-4321", "+55 11 98765 4321", "01000-000",
        "eyJhbGciOiJIUzI1NiJ9abc", "00020126REDACTED5204000053039865802BR"}) {
    const std::string kept = scrubbed_excerpt("before " + std::string(secret) + " after", 500);
    EXPECT_EQ(kept.find(secret), std::string::npos) << kept;
    EXPECT_NE(kept.find("[...]"), std::string::npos) << kept;
    EXPECT_EQ(kept.find("before"), 0U);
    EXPECT_NE(kept.find("after"), std::string::npos);
  }
}

TEST(Scrub, IsPrintableAndBounded) {
  std::string text = "a\x01\x7F\xC3\n";
  for (int i = 0; i < 100000; ++i) text += " wort";
  const std::string kept = scrubbed_excerpt(text, 500);
  EXPECT_EQ(kept.size(), 500U);
  for (const char c : kept) EXPECT_TRUE(c >= ' ' && c <= '~');
}

TEST(Scrub, AWordCutByTheLimitIsStillRemoved) {
  const std::string text = std::string(495, ' ') + "cliente@example.com";
  EXPECT_EQ(scrubbed_excerpt(text, 500).find("clie"), std::string::npos);
}

TEST(Scrub, SurvivesAMillionDigits) {
  EXPECT_EQ(scrubbed_excerpt("a " + std::string(1'000'000, '7'), 500), "a ");
  EXPECT_EQ(scrubbed_excerpt("", 500), "");
}

}  // namespace
}  // namespace smmhost
