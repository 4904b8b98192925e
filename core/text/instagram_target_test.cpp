#include "core/text/instagram_target.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace smmhost {
namespace {

struct ProfileCase {
  const char* text;
  const char* username;
};

class ReadsAProfile : public testing::TestWithParam<ProfileCase> {};

TEST_P(ReadsAProfile, AndNamesItsUser) {
  const InstagramTarget target = parse_instagram_target(GetParam().text);
  EXPECT_EQ(target.kind, TargetKind::kProfile) << target.why;
  EXPECT_EQ(target.username, GetParam().username);
  EXPECT_EQ(target.shortcode, "");
}

INSTANTIATE_TEST_SUITE_P(
    Names, ReadsAProfile,
    testing::Values(ProfileCase{"user.name", "user.name"}, ProfileCase{"@user.name", "user.name"},
                    ProfileCase{"User.Name", "user.name"}, ProfileCase{"@USER_1", "user_1"},
                    ProfileCase{" user ", "user"}, ProfileCase{"@ user", "user"}, ProfileCase{" @  user ", "user"},
                    ProfileCase{"@@user", "user"}, ProfileCase{"(user)", "user"}, ProfileCase{"\"@user\"", "user"},
                    ProfileCase{"'user'", "user"}, ProfileCase{"[user]", "user"}, ProfileCase{"<user>", "user"},
                    ProfileCase{"{user}", "user"}, ProfileCase{"“user”", "user"}, ProfileCase{"«user»", "user"},
                    ProfileCase{"user.", "user"}, ProfileCase{"user,", "user"}, ProfileCase{"(@user).", "user"},
                    ProfileCase{"@user;", "user"}, ProfileCase{"user/", "user"}, ProfileCase{"@user/", "user"},
                    ProfileCase{"%40user", "user"}, ProfileCase{"_user_", "_user_"}, ProfileCase{"__", "__"},
                    ProfileCase{"a", "a"}, ProfileCase{"@a", "a"}, ProfileCase{"@12345", "12345"},
                    ProfileCase{"@11987654321", "11987654321"}, ProfileCase{"user2024", "user2024"},
                    ProfileCase{"abcdefghijklmnopqrstuvwxyz1234", "abcdefghijklmnopqrstuvwxyz1234"},
                    ProfileCase{"loja.com.br", "loja.com.br"}, ProfileCase{"httpster", "httpster"},
                    ProfileCase{"user\n", "user"}, ProfileCase{"\tuser\r\n", "user"},
                    ProfileCase{"user?igsh=abc", "user"}, ProfileCase{"@user/?igsh=abc", "user"},
                    ProfileCase{"pedro", "pedro"}, ProfileCase{"reels.da.ana", "reels.da.ana"}));

INSTANTIATE_TEST_SUITE_P(
    InvisibleAndWideCharacters, ReadsAProfile,
    testing::Values(ProfileCase{"\u00A0user\u00A0", "user"}, ProfileCase{"us\u200Ber", "user"},
                    ProfileCase{"\u200Euser\u200F", "user"}, ProfileCase{"\u202A@user\u202C", "user"},
                    ProfileCase{"\u2066user\u2069", "user"}, ProfileCase{"\uFEFFuser", "user"},
                    ProfileCase{"us\u00ADer", "user"}, ProfileCase{"\uFF20user\uFF0Ename", "user.name"},
                    ProfileCase{"\uFF55\uFF53\uFF45\uFF52", "user"}, ProfileCase{"\u3000user\u3000", "user"},
                    ProfileCase{"\uFE6Buser", "user"}, ProfileCase{"@user\U0001F600", "user"},
                    ProfileCase{"\U0001F449 @user \U0001F448", "user"}, ProfileCase{"@user \u2764\uFE0F", "user"},
                    ProfileCase{"https://www.instagram.com/user \U0001F600", "user"}));

INSTANTIATE_TEST_SUITE_P(
    Links, ReadsAProfile,
    testing::Values(
        ProfileCase{"https://www.instagram.com/user.name/?igsh=abc", "user.name"},
        ProfileCase{"https://instagram.com/user.name", "user.name"},
        ProfileCase{"www.instagram.com/user.name/", "user.name"}, ProfileCase{"instagram.com/user", "user"},
        ProfileCase{"http://instagram.com/user", "user"}, ProfileCase{"http://www.instagram.com/user/", "user"},
        ProfileCase{"https://m.instagram.com/user", "user"}, ProfileCase{"HTTPS://WWW.INSTAGRAM.COM/User", "user"},
        ProfileCase{"https://instagr.am/user", "user"}, ProfileCase{"instagr.am/user/", "user"},
        ProfileCase{"https://ig.me/m/user", "user"},
        ProfileCase{"https://www.instagram.com/user?igshid=YmMyMTA2M2Y=", "user"},
        ProfileCase{"https://www.instagram.com/user?hl=pt-br", "user"},
        ProfileCase{"https://www.instagram.com/user/#", "user"},
        ProfileCase{"https://www.instagram.com/user/?utm_source=ig_web_button_share_sheet&igsh=x==", "user"},
        ProfileCase{"https://www.instagram.com/@user", "user"},
        ProfileCase{"https://www.instagram.com/%40user", "user"},
        ProfileCase{"https://www.instagram.com//user", "user"},
        ProfileCase{"https://www.instagram.com/user/reels/", "user"},
        ProfileCase{"https://www.instagram.com/user/tagged/", "user"},
        ProfileCase{"https://www.instagram.com/user/followers/", "user"},
        ProfileCase{"@https://www.instagram.com/user", "user"}, ProfileCase{"@instagram.com/user", "user"},
        ProfileCase{"https//www.instagram.com/user", "user"}, ProfileCase{"https:/www.instagram.com/user", "user"},
        ProfileCase{"httpswww.instagram.com/user", "user"}, ProfileCase{"<https://instagram.com/user>", "user"},
        ProfileCase{"https://instagram.com/pedro", "pedro"}, ProfileCase{"https://instagram.com/user.", "user"}));

INSTANTIATE_TEST_SUITE_P(
    MaskedLinks, ReadsAProfile,
    testing::Values(
        ProfileCase{"httpswww.instagram.comuser?igshx", "user"}, ProfileCase{"httpsinstagram.comuser", "user"},
        ProfileCase{"httpwww.instagram.comuser", "user"}, ProfileCase{"httpinstagram.comuser", "user"},
        ProfileCase{"www.instagram.comuser", "user"}, ProfileCase{"instagram.comuser", "user"},
        ProfileCase{"httpswww.instagram.comuser.name?igshabc", "user.name"},
        ProfileCase{"httpsm.instagram.comuser", "user"}, ProfileCase{"Httpswww.instagram.comuser", "user"},
        ProfileCase{" httpswww.instagram.comuser ", "user"}, ProfileCase{"httpswww.instagram.comUser_1", "user_1"},
        ProfileCase{"httpswww.instagram.com@user", "user"}, ProfileCase{"httpswww.instagram.com_user", "_user"},
        ProfileCase{"httpswww.instagram.comuser#", "user"},
        ProfileCase{"httpswww.instagram.comuser?utm_sourceqr&igshabc%3D%3D", "user"},
        ProfileCase{"httpswww.instagram.compedro", "pedro"},
        ProfileCase{"httpswww.instagram.compaula.silva10", "paula.silva10"},
        ProfileCase{"httpswww.instagram.compatricia_souza", "patricia_souza"},
        ProfileCase{"httpswww.instagram.comtvglobo", "tvglobo"},
        ProfileCase{"httpswww.instagram.comstories.da.bia", "stories.da.bia"},
        ProfileCase{"httpswww.instagram.com12345", "12345"}));

INSTANTIATE_TEST_SUITE_P(Labels, ReadsAProfile,
                         testing::Values(ProfileCase{"instagram: user", "user"}, ProfileCase{"Instagram:user", "user"},
                                         ProfileCase{"insta : @user", "user"}, ProfileCase{"ig @user", "user"},
                                         ProfileCase{"Instagram: https://instagram.com/user", "user"},
                                         ProfileCase{"@instagram", "instagram"}));

struct PostCase {
  const char* text;
  const char* shortcode;
  const char* owner;
};

class ReadsAPost : public testing::TestWithParam<PostCase> {};

TEST_P(ReadsAPost, WithItsCodeAsWritten) {
  const InstagramTarget target = parse_instagram_target(GetParam().text);
  EXPECT_EQ(target.kind, TargetKind::kPost) << target.why;
  EXPECT_EQ(target.shortcode, GetParam().shortcode);
  EXPECT_EQ(target.username, GetParam().owner);
}

INSTANTIATE_TEST_SUITE_P(
    Links, ReadsAPost,
    testing::Values(PostCase{"https://www.instagram.com/p/DOqjIRkAoz0/", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/p/DOqjIRkAoz0/?igsh=abc", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/p/DOqjIRkAoz0/?img_index=2", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/reel/DOqjIRkAoz0", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/reels/DOqjIRkAoz0/", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/tv/B_-xYz01234/", "B_-xYz01234", ""},
                    PostCase{"instagram.com/p/DOqjIRkAoz0", "DOqjIRkAoz0", ""},
                    PostCase{"https://instagr.am/p/DOqjIRkAoz0", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/p/DOqjIRkAoz0/embed/captioned/", "DOqjIRkAoz0", ""},
                    PostCase{"https://www.instagram.com/User.Name/p/DOqjIRkAoz0/", "DOqjIRkAoz0", "user.name"},
                    PostCase{"https://www.instagram.com/user/reel/DOqjIRkAoz0/?igsh=x", "DOqjIRkAoz0", "user"},
                    PostCase{"https://www.instagram.com/user/reels/DOqjIRkAoz0/", "DOqjIRkAoz0", "user"},
                    PostCase{"httpswww.instagram.compDOqj-RkAoz0", "DOqj-RkAoz0", ""},
                    PostCase{"httpswww.instagram.comreelDOqj-RkAoz0?igshx", "DOqj-RkAoz0", ""},
                    PostCase{"httpswww.instagram.comreelsDOqj-RkAoz0", "DOqj-RkAoz0", ""}));

class IsNotUnderstood : public testing::TestWithParam<const char*> {};

TEST_P(IsNotUnderstood, AndSaysWhy) {
  const InstagramTarget target = parse_instagram_target(GetParam());
  EXPECT_EQ(target.kind, TargetKind::kNotUnderstood) << target.username << target.shortcode;
  EXPECT_FALSE(target.why.empty());
  EXPECT_EQ(target.username, "");
  EXPECT_EQ(target.shortcode, "");
}

INSTANTIATE_TEST_SUITE_P(Names, IsNotUnderstood,
                         testing::Values("User Name ", "joão_silva", "meu insta é user.name", "user1 user2",
                                         "@user1 @user2", "@user1@user2", "user1,user2", "user1/user2", "user-name",
                                         ".user", "user..name", "user...", "@", "\"\"", "-", "n/a", "...", "user!",
                                         "user\u2026", "abcdefghijklmnopqrstuvwxyz12345", "user😀", "😀user", "us😀er",
                                         "@us😀er", "😀", "us\u0435r", "\U0001D4FE\U0001D4FC\U0001D4EE\U0001D4FB",
                                         "@\u0661\u0662\u0663", "user%2Ename", "user\x01", "insta user", "instagram",
                                         "Instagram:", "p", "reels", "explore", "@explore", "@user e @outro",
                                         "user (maria)", "@user -", "user@"));

INSTANTIATE_TEST_SUITE_P(MailAndPhones, IsNotUnderstood,
                         testing::Values("user@example.com", "User.Name@gmail.com", "user@gmail", "11987654321",
                                         "+55 11 98765-4321", "(11) 98765-4321", "5511987654321", "11.98765.4321",
                                         "1000", "11 98765 4321"));

INSTANTIATE_TEST_SUITE_P(
    Links, IsNotUnderstood,
    testing::Values(
        "https://instagram.com.evil.example/user", "https://x.com/instagram.com/", "x.com/instagram.com/user",
        "https://evil.example/instagram.com/user", "https://instagram.com@evil.example/user",
        "https://notinstagram.com/user", "https://instagram.community/user", "https://www.instagram.comuser",
        "https://help.instagram.com/user", "https://instagram.com:8080/user", "instagram.com:443/user",
        "https://instagram.com./user", "instagram.com.br", "https://www.facebook.com/user", "httpswww.facebook.comuser",
        "facebook.comuser", "www.tiktok.com@user", "https://www.instagram.com/", "https://www.instagram.com",
        "www.instagram.com", "instagram.com?igsh=x", "httpswww.instagram.com", "https://www.instagram.com/explore/",
        "https://www.instagram.com/accounts/login/?next=/user/", "https://www.instagram.com/reels/",
        "https://www.instagram.com/p/", "https://www.instagram.com/p/abc%20d/",
        "https://www.instagram.com/share/BAJn4X0rjS", "https://www.instagram.com/share/p/BAJn4X0rjS",
        "https://www.instagram.com/share/reel/BAJn4X0rjS",
        "https://www.instagram.com/stories/user/3333333333333333333/",
        "https://www.instagram.com/stories/highlights/17900000000000000/", "https://www.instagram.com/s/aGlnaGxpZ2h0",
        "https://www.instagram.com/reels/audio/123456/", "https://www.instagram.com/_u/user",
        "https://www.instagram.com/user/about/us", "https://www.instagram.com/joão",
        "https://www.instagram.com/user name", "https://instagram.com/a https://instagram.com/b", "https://", "http://",
        "https:///user", "ig.me/user", "ig.memuser", "ig.me", "httpswa.me5511987654321", "wa.me5511987654321"));

INSTANTIATE_TEST_SUITE_P(
    MaskedLinks, IsNotUnderstood,
    testing::Values("httpswww.instagram.compDOqjIRkAoz0", "httpswww.instagram.comreelDOqjIRkAoz0?igshx",
                    "instagram.comtvDOqjIRkAoz0", "httpswww.instagram.comreelsDOqjIRkAoz0",
                    "httpswww.instagram.comPDOqjIRkAoz0", "httpswww.instagram.compabcdefghij",
                    "httpswww.instagram.commariapDOqjIRkAoz0", "httpswww.instagram.commariareelDOqjIRkAoz0",
                    "httpswww.instagram.commariapDOqj-RkAoz0", "httpswww.instagram.commariareels",
                    "httpswww.instagram.commariatagged", "httpswww.instagram.comshareBAJn4X0rjS",
                    "httpswww.instagram.comsharereelBAJn4X0rjS",
                    "httpswww.instagram.comstoriesmaria3333333333333333333", "httpswww.instagram.comexploretagsamor",
                    "httpswww.instagram.comaccountslogin?nextuser", "httpswww.instagram.comjoão",
                    "httpswww.instagram.comuser name", "httpsinstagram.com.evil.exampleuser", "httpsinstagram.com@a@b",
                    "instagram.com@user.example", "@instagram.comuser", "@httpswww.instagram.comuser",
                    "https:www.instagram.comuser", "instagram.comuser/p/DOqjIRkAoz0", "myinstagram.comuser"));

TEST(InstagramTarget, SaysEmptyOnlyWhereThereIsNothingToRead) {
  for (const char* text : {"", " ", "\t\n", "\u00A0", "\u200B\u200E", "\uFEFF", "\u3000 "})
    EXPECT_EQ(parse_instagram_target(text).kind, TargetKind::kEmpty) << '"' << text << '"';
}

TEST(InstagramTarget, NamesBothReadingsOfAMaskedPostLink) {
  const InstagramTarget target = parse_instagram_target("httpswww.instagram.compDOqjIRkAoz0");
  EXPECT_NE(target.why.find("\"pdoqjirkaoz0\""), std::string::npos) << target.why;
  EXPECT_NE(target.why.find("\"DOqjIRkAoz0\""), std::string::npos) << target.why;
}

TEST(InstagramTarget, RefusesBytesThatAreNotUtf8) {
  for (const char* text :
       {"user\xFF", "\xC0\xAFuser", "us\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\x80user", "\xE0\x80\x80"})
    EXPECT_EQ(parse_instagram_target(text).kind, TargetKind::kNotUnderstood);
}

TEST(Username, FollowsTheGrammar) {
  for (const char* good : {"a", "_", "__", "0", "user.name", "a.b.c", "_.a", "123456789012345678901234567890"})
    EXPECT_TRUE(is_valid_username(good)) << good;
  for (const char* bad :
       {"", ".a", "a.", "a..b", "A", "a-b", "a b", "é", "1234567890123456789012345678901", "a/", "@a"})
    EXPECT_FALSE(is_valid_username(bad)) << bad;
}

TEST(Links, AreWrittenInInstagramsOwnForm) {
  EXPECT_EQ(profile_link("user.name"), "https://www.instagram.com/user.name/");
  EXPECT_EQ(post_link("DOqjIRkAoz0"), "https://www.instagram.com/p/DOqjIRkAoz0/");
}

// --- properties ------------------------------------------------------------------------------------------------------

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  std::string of(std::string_view alphabet, std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += alphabet[below(alphabet.size())];
    return text;
  }

 private:
  std::mt19937 engine_;
};

TEST(InstagramTargetProperties, AValidUsernamesOwnLinkGivesItBack) {
  Random random(1);
  int tried = 0;
  while (tried < 5000) {
    const std::string username = random.of("abcdefghijklmnopqrstuvwxyz0123456789._", 2 + random.below(29));
    if (!is_valid_username(username) || username == "tv" || username == "_u") continue;
    ++tried;
    const InstagramTarget target = parse_instagram_target(profile_link(username));
    ASSERT_EQ(target.kind, TargetKind::kProfile) << username << ": " << target.why;
    ASSERT_EQ(target.username, username);
  }
}

TEST(InstagramTargetProperties, APostsOwnLinkGivesItsCodeBack) {
  Random random(2);
  for (int i = 0; i < 5000; ++i) {
    const std::string code =
        random.of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 1 + random.below(39));
    if (code == "audio") continue;
    const InstagramTarget target = parse_instagram_target(post_link(code));
    ASSERT_EQ(target.kind, TargetKind::kPost) << code;
    ASSERT_EQ(target.shortcode, code);
  }
}

TEST(InstagramTargetProperties, WhateverComesInAProfileThatGoesOutIsValidAndStable) {
  const std::vector<std::string> pieces = {
      "https", "http",   "://",         "www.",   "instagram.com", "/",       "p",    "reel",  "@",
      " ",     ".",      "?",           "igsh=x", "user",          "USER",    "_",    "-",     "é",
      "😀",     "\u200B", "\u00A0",      "＠",     "12345",         ":",       "%40",  "(",     ")",
      "\"",    ",",      "DOqjIRkAoz0", "m.",     "instagr.am",    "stories", "\xFF", "insta", "\n"};
  Random random(3);
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    for (std::size_t n = 1 + random.below(7); n > 0; --n) text += pieces[random.below(pieces.size())];
    const InstagramTarget target = parse_instagram_target(text);
    if (target.kind != TargetKind::kProfile) continue;
    ASSERT_TRUE(is_valid_username(target.username)) << text;
    const InstagramTarget again = parse_instagram_target(profile_link(target.username));
    ASSERT_EQ(again.kind, TargetKind::kProfile) << text;
    ASSERT_EQ(again.username, target.username) << text;
  }
}

TEST(InstagramTargetProperties, TheMaskNeverTurnsAPostIntoAProfile) {
  Random random(4);
  int tried = 0;
  for (int i = 0; i < 5000; ++i) {
    // Codes of 11 characters as Instagram makes them: B to P first.
    const std::string code = random.of("BCDEFGHIJKLMNOP", 1) +
                             random.of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 10);
    const std::string owner = random.of("abcdefghijklmnopqrstuvwxyz0123456789_", random.below(12));
    for (const char* kind : {"p", "reel", "reels", "tv"}) {
      const InstagramTarget target = parse_instagram_target("httpswww.instagram.com" + owner + kind + code + "?igshx");
      ++tried;
      ASSERT_NE(target.kind, TargetKind::kProfile) << owner << kind << code;
      if (target.kind == TargetKind::kPost) {
        ASSERT_EQ(target.shortcode, code) << owner << kind << code;
      }
    }
  }
  EXPECT_EQ(tried, 20000);
}

TEST(InstagramTarget, ReadsAMegabyteInLinearTime) {
  for (const char* unit : {"a", " ", "@", "/", "\xF0\x9F\x98\x80", "(", "https://instagram.com/", ".", "p"}) {
    std::string text;
    while (text.size() < (1U << 20)) text += unit;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_NE(parse_instagram_target(text).kind, TargetKind::kProfile) << unit;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5}) << unit;
  }
}

}  // namespace
}  // namespace smmhost
