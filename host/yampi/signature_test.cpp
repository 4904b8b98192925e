#include "host/yampi/signature.h"

#include <gtest/gtest.h>

namespace smmhost {
namespace {

constexpr std::string_view kSecret = "wh_TESTSECRET_not_real";
// 337 bytes with PHP's escapes \/ and \u00e3, as the shop serialises.
constexpr std::string_view kBody =
    R"({"event":"order.paid","time":"2026-01-15 10:20:31","merchant":{"id":90001,"alias":"loja-teste"},"resource":{"id":170000001,"number":34724,"status":{"data":{"id":4,"alias":"paid","name":"Pagamento aprovado"}},"payments":[{"alias":"pix","icon_url":"https:\/\/icons.yampi.me\/svg\/pix.svg"}],"customer":{"data":{"name":"Jo\u00e3o Teste"}}}})";
constexpr std::string_view kSignature = "4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das=";

TEST(Signature, KnownAnswerIsAccepted) {
  ASSERT_EQ(kBody.size(), 337U);
  ASSERT_EQ(sha256_hex(kBody), "3a8ddb321199310362e1cc0fef6cb23e29c8920592a7516540b37e441b7f2361");
  EXPECT_EQ(sign_webhook(kBody, kSecret), kSignature);
  EXPECT_TRUE(verify_webhook(kBody, kSignature, kSecret));
}

TEST(Signature, OfTheReserialisedBodyIsRefused) {
  EXPECT_FALSE(verify_webhook(kBody, "TYURQWGkBXhVUSaDc+WkocFm+X5vlW1bSNCe4JjcG+o=", kSecret));
}

TEST(Signature, InHexInsideBase64IsRefused) {
  EXPECT_FALSE(verify_webhook(
      kBody, "ZTA5OWUzYjZlNmVkNzE4OWFjMjE4YzA5ZTViNGQyY2U0OWE4YzY2ODlkM2M2ZTkxYzk5NTU0YmE1Zjc5NzVhYg==", kSecret));
}

TEST(Signature, BlanksAroundTheHeaderDoNotMatter) {
  EXPECT_TRUE(verify_webhook(kBody, "  " + std::string(kSignature) + "\t\r\n", kSecret));
}

TEST(Signature, AnyChangedByteOfTheBodyIsRefused) {
  for (std::size_t i = 0; i < kBody.size(); i += 7) {
    std::string changed(kBody);
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(verify_webhook(changed, kSignature, kSecret)) << i;
  }
  EXPECT_FALSE(verify_webhook(std::string(kBody) + "\n", kSignature, kSecret));
}

TEST(Signature, AnyChangedCharacterOfTheHeaderIsRefused) {
  for (std::size_t i = 0; i < kSignature.size(); ++i) {
    std::string changed(kSignature);
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_webhook(kBody, changed, kSecret)) << i;
  }
}

TEST(Signature, MissingHeaderOrSecretIsRefused) {
  EXPECT_FALSE(verify_webhook(kBody, "", kSecret));
  EXPECT_FALSE(verify_webhook(kBody, "   ", kSecret));
  EXPECT_FALSE(verify_webhook(kBody, kSignature, ""));
  EXPECT_FALSE(verify_webhook(kBody, sign_webhook(kBody, ""), ""));
  EXPECT_FALSE(verify_webhook(kBody, kSignature, "sk_the_api_secret"));
}

TEST(Signature, OfAnEmptyBodyIsASignatureLikeAnyOther) {
  EXPECT_TRUE(verify_webhook("", sign_webhook("", kSecret), kSecret));
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace smmhost
