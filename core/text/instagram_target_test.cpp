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

void expect_profiles(const std::vector<ProfileCase>& cases) {
  for (const ProfileCase& c : cases) {
    SCOPED_TRACE(c.text);
    const InstagramTarget target = parse_instagram_target(c.text);
    EXPECT_EQ(target.kind, TargetKind::kProfile) << target.why;
    EXPECT_EQ(target.username, c.username);
    EXPECT_EQ(target.shortcode, "");
  }
}

TEST(ReadsAProfile, FromNames) {
  expect_profiles({{"user.name", "user.name"},
                   {"@user.name", "user.name"},
                   {"User.Name", "user.name"},
                   {"@USER_1", "user_1"},
                   {" user ", "user"},
                   {"@ user", "user"},
                   {" @  user ", "user"},
                   {"@@user", "user"},
                   {"(user)", "user"},
                   {"\"@user\"", "user"},
                   {"'user'", "user"},
                   {"[user]", "user"},
                   {"<user>", "user"},
                   {"{user}", "user"},
                   {"“user”", "user"},
                   {"«user»", "user"},
                   {"user.", "user"},
                   {"user,", "user"},
                   {"(@user).", "user"},
                   {"@user;", "user"},
                   {"user/", "user"},
                   {"@user/", "user"},
                   {"%40user", "user"},
                   {"_user_", "_user_"},
                   {"__", "__"},
                   {"a", "a"},
                   {"@a", "a"},
                   {"@12345", "12345"},
                   {"@11987654321", "11987654321"},
                   {"user2024", "user2024"},
                   {"abcdefghijklmnopqrstuvwxyz1234", "abcdefghijklmnopqrstuvwxyz1234"},
                   {"loja.com.br", "loja.com.br"},
                   {"httpster", "httpster"},
                   {"user\n", "user"},
                   {"\tuser\r\n", "user"},
                   {"user?igsh=abc", "user"},
                   {"@user/?igsh=abc", "user"},
                   {"pedro", "pedro"},
                   {"reels.da.ana", "reels.da.ana"}});
}

TEST(ReadsAProfile, DespiteInvisibleAndWideCharacters) {
  expect_profiles({{"\u00A0user\u00A0", "user"},
                   {"us\u200Ber", "user"},
                   {"\u200Euser\u200F", "user"},
                   {"\u202A@user\u202C", "user"},
                   {"\u2066user\u2069", "user"},
                   {"\uFEFFuser", "user"},
                   {"us\u00ADer", "user"},
                   {"\uFF20user\uFF0Ename", "user.name"},
                   {"\uFF55\uFF53\uFF45\uFF52", "user"},
                   {"\u3000user\u3000", "user"},
                   {"\uFE6Buser", "user"},
                   {"@user\U0001F600", "user"},
                   {"\U0001F449 @user \U0001F448", "user"},
                   {"@user \u2764\uFE0F", "user"},
                   {"https://www.instagram.com/user \U0001F600", "user"}});
}

TEST(ReadsAProfile, FromLinks) {
  expect_profiles({{"https://www.instagram.com/user.name/?igsh=abc", "user.name"},
                   {"https://instagram.com/user.name", "user.name"},
                   {"www.instagram.com/user.name/", "user.name"},
                   {"instagram.com/user", "user"},
                   {"http://instagram.com/user", "user"},
                   {"http://www.instagram.com/user/", "user"},
                   {"https://m.instagram.com/user", "user"},
                   {"HTTPS://WWW.INSTAGRAM.COM/User", "user"},
                   {"https://instagr.am/user", "user"},
                   {"instagr.am/user/", "user"},
                   {"https://ig.me/m/user", "user"},
                   {"https://www.instagram.com/user?igshid=YmMyMTA2M2Y=", "user"},
                   {"https://www.instagram.com/user?hl=pt-br", "user"},
                   {"https://www.instagram.com/user/#", "user"},
                   {"https://www.instagram.com/user/?utm_source=ig_web_button_share_sheet&igsh=x==", "user"},
                   {"https://www.instagram.com/@user", "user"},
                   {"https://www.instagram.com/%40user", "user"},
                   {"https://www.instagram.com//user", "user"},
                   {"https://www.instagram.com/user/reels/", "user"},
                   {"https://www.instagram.com/user/tagged/", "user"},
                   {"https://www.instagram.com/user/followers/", "user"},
                   {"@https://www.instagram.com/user", "user"},
                   {"@instagram.com/user", "user"},
                   {"https//www.instagram.com/user", "user"},
                   {"https:/www.instagram.com/user", "user"},
                   {"httpswww.instagram.com/user", "user"},
                   {"<https://instagram.com/user>", "user"},
                   {"https://instagram.com/pedro", "pedro"},
                   {"https://instagram.com/user.", "user"}});
}

TEST(ReadsAProfile, FromMaskedLinks) {
  expect_profiles({{"httpswww.instagram.comuser?igshx", "user"},
                   {"httpsinstagram.comuser", "user"},
                   {"httpwww.instagram.comuser", "user"},
                   {"httpinstagram.comuser", "user"},
                   {"www.instagram.comuser", "user"},
                   {"instagram.comuser", "user"},
                   {"httpswww.instagram.comuser.name?igshabc", "user.name"},
                   {"httpsm.instagram.comuser", "user"},
                   {"Httpswww.instagram.comuser", "user"},
                   {" httpswww.instagram.comuser ", "user"},
                   {"httpswww.instagram.comUser_1", "user_1"},
                   {"httpswww.instagram.com@user", "user"},
                   {"httpswww.instagram.com_user", "_user"},
                   {"httpswww.instagram.comuser#", "user"},
                   {"httpswww.instagram.comuser?utm_sourceqr&igshabc%3D%3D", "user"},
                   {"httpswww.instagram.compedro", "pedro"},
                   {"httpswww.instagram.compaula.silva10", "paula.silva10"},
                   {"httpswww.instagram.compatricia_souza", "patricia_souza"},
                   {"httpswww.instagram.comtvglobo", "tvglobo"},
                   {"httpswww.instagram.comstories.da.bia", "stories.da.bia"},
                   {"httpswww.instagram.com12345", "12345"}});
}

TEST(ReadsAProfile, BehindALabel) {
  expect_profiles({{"instagram: user", "user"},
                   {"Instagram:user", "user"},
                   {"insta : @user", "user"},
                   {"ig @user", "user"},
                   {"Instagram: https://instagram.com/user", "user"},
                   {"@instagram", "instagram"}});
}

struct PostCase {
  const char* text;
  const char* shortcode;
  const char* owner;
};

void expect_posts(const std::vector<PostCase>& cases) {
  for (const PostCase& c : cases) {
    SCOPED_TRACE(c.text);
    const InstagramTarget target = parse_instagram_target(c.text);
    EXPECT_EQ(target.kind, TargetKind::kPost) << target.why;
    EXPECT_EQ(target.shortcode, c.shortcode);
    EXPECT_EQ(target.username, c.owner);
  }
}

TEST(ReadsAPost, FromLinks) {
  expect_posts({{"https://www.instagram.com/p/DOqjIRkAoz0/", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/p/DOqjIRkAoz0/?igsh=abc", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/p/DOqjIRkAoz0/?img_index=2", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/reel/DOqjIRkAoz0", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/reels/DOqjIRkAoz0/", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/tv/B_-xYz01234/", "B_-xYz01234", ""},
                {"instagram.com/p/DOqjIRkAoz0", "DOqjIRkAoz0", ""},
                {"https://instagr.am/p/DOqjIRkAoz0", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/p/DOqjIRkAoz0/embed/captioned/", "DOqjIRkAoz0", ""},
                {"https://www.instagram.com/User.Name/p/DOqjIRkAoz0/", "DOqjIRkAoz0", "user.name"},
                {"https://www.instagram.com/user/reel/DOqjIRkAoz0/?igsh=x", "DOqjIRkAoz0", "user"},
                {"https://www.instagram.com/user/reels/DOqjIRkAoz0/", "DOqjIRkAoz0", "user"},
                {"httpswww.instagram.compDOqj-RkAoz0", "DOqj-RkAoz0", ""},
                {"httpswww.instagram.comreelDOqj-RkAoz0?igshx", "DOqj-RkAoz0", ""},
                {"httpswww.instagram.comreelsDOqj-RkAoz0", "DOqj-RkAoz0", ""}});
}

void expect_not_understood(const std::vector<const char*>& texts) {
  for (const char* text : texts) {
    SCOPED_TRACE(text);
    const InstagramTarget target = parse_instagram_target(text);
    EXPECT_EQ(target.kind, TargetKind::kNotUnderstood) << target.username << target.shortcode;
    EXPECT_FALSE(target.why.empty());
    EXPECT_EQ(target.username, "");
    EXPECT_EQ(target.shortcode, "");
  }
}

TEST(IsNotUnderstood, WhereNoNameIsCertain) {
  expect_not_understood({"User Name ",
                         "joão_silva",
                         "meu insta é user.name",
                         "user1 user2",
                         "@user1 @user2",
                         "@user1@user2",
                         "user1,user2",
                         "user1/user2",
                         "user-name",
                         ".user",
                         "user..name",
                         "user...",
                         "@",
                         "\"\"",
                         "-",
                         "n/a",
                         "...",
                         "user!",
                         "user\u2026",
                         "abcdefghijklmnopqrstuvwxyz12345",
                         "user😀",
                         "😀user",
                         "us😀er",
                         "@us😀er",
                         "😀",
                         "us\u0435r",
                         "\U0001D4FE\U0001D4FC\U0001D4EE\U0001D4FB",
                         "@\u0661\u0662\u0663",
                         "user%2Ename",
                         "user\x01",
                         "insta user",
                         "instagram",
                         "Instagram:",
                         "p",
                         "reels",
                         "explore",
                         "@explore",
                         "@user e @outro",
                         "user (maria)",
                         "@user -",
                         "user@"});
}

TEST(IsNotUnderstood, WhereItIsMailOrAPhone) {
  expect_not_understood({"user@example.com", "User.Name@gmail.com", "user@gmail", "11987654321", "+55 11 98765-4321",
                         "(11) 98765-4321", "5511987654321", "11.98765.4321", "1000", "11 98765 4321"});
}

TEST(IsNotUnderstood, WhereALinkIsToSomethingElse) {
  expect_not_understood({"https://instagram.com.evil.example/user",
                         "https://x.com/instagram.com/",
                         "x.com/instagram.com/user",
                         "https://evil.example/instagram.com/user",
                         "https://instagram.com@evil.example/user",
                         "https://notinstagram.com/user",
                         "https://instagram.community/user",
                         "https://www.instagram.comuser",
                         "https://help.instagram.com/user",
                         "https://instagram.com:8080/user",
                         "instagram.com:443/user",
                         "https://instagram.com./user",
                         "instagram.com.br",
                         "https://www.facebook.com/user",
                         "httpswww.facebook.comuser",
                         "facebook.comuser",
                         "www.tiktok.com@user",
                         "https://www.instagram.com/",
                         "https://www.instagram.com",
                         "www.instagram.com",
                         "instagram.com?igsh=x",
                         "httpswww.instagram.com",
                         "https://www.instagram.com/explore/",
                         "https://www.instagram.com/accounts/login/?next=/user/",
                         "https://www.instagram.com/reels/",
                         "https://www.instagram.com/p/",
                         "https://www.instagram.com/p/abc%20d/",
                         "https://www.instagram.com/share/BAJn4X0rjS",
                         "https://www.instagram.com/share/p/BAJn4X0rjS",
                         "https://www.instagram.com/share/reel/BAJn4X0rjS",
                         "https://www.instagram.com/stories/user/3333333333333333333/",
                         "https://www.instagram.com/stories/highlights/17900000000000000/",
                         "https://www.instagram.com/s/aGlnaGxpZ2h0",
                         "https://www.instagram.com/reels/audio/123456/",
                         "https://www.instagram.com/_u/user",
                         "https://www.instagram.com/user/about/us",
                         "https://www.instagram.com/joão",
                         "https://www.instagram.com/user name",
                         "https://instagram.com/a https://instagram.com/b",
                         "https://",
                         "http://",
                         "https:///user",
                         "ig.me/user",
                         "ig.memuser",
                         "ig.me",
                         "httpswa.me5511987654321",
                         "wa.me5511987654321"});
}

TEST(IsNotUnderstood, WhereAMaskedLinkHasTwoReadings) {
  expect_not_understood({"httpswww.instagram.compDOqjIRkAoz0",
                         "httpswww.instagram.comreelDOqjIRkAoz0?igshx",
                         "instagram.comtvDOqjIRkAoz0",
                         "httpswww.instagram.comreelsDOqjIRkAoz0",
                         "httpswww.instagram.comPDOqjIRkAoz0",
                         "httpswww.instagram.compabcdefghij",
                         "httpswww.instagram.commariapDOqjIRkAoz0",
                         "httpswww.instagram.commariareelDOqjIRkAoz0",
                         "httpswww.instagram.commariapDOqj-RkAoz0",
                         "httpswww.instagram.commariareels",
                         "httpswww.instagram.commariatagged",
                         "httpswww.instagram.comshareBAJn4X0rjS",
                         "httpswww.instagram.comsharereelBAJn4X0rjS",
                         "httpswww.instagram.comstoriesmaria3333333333333333333",
                         "httpswww.instagram.comexploretagsamor",
                         "httpswww.instagram.comaccountslogin?nextuser",
                         "httpswww.instagram.comjoão",
                         "httpswww.instagram.comuser name",
                         "httpsinstagram.com.evil.exampleuser",
                         "httpsinstagram.com@a@b",
                         "instagram.com@user.example",
                         "@instagram.comuser",
                         "@httpswww.instagram.comuser",
                         "https:www.instagram.comuser",
                         "instagram.comuser/p/DOqjIRkAoz0",
                         "myinstagram.comuser"});
}

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

// Properties.

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

TEST(PointsAtTheSame, OneProfileInSeveralSpellings) {
  EXPECT_TRUE(points_at_the_same("@Maria", "https://www.instagram.com/maria/"));
  EXPECT_TRUE(points_at_the_same("httpswww.instagram.commaria?igshx", "maria"));
  EXPECT_FALSE(points_at_the_same("@maria", "@joana"));
}

TEST(PointsAtTheSame, APostIsNotItsOwnersProfile) {
  const char* post = "https://www.instagram.com/maria/p/DOqjIRkAoz0/";
  EXPECT_TRUE(points_at_the_same(post, "https://www.instagram.com/p/DOqjIRkAoz0/?igsh=x"));
  EXPECT_FALSE(points_at_the_same(post, "@maria"));
  EXPECT_FALSE(points_at_the_same(post, "https://www.instagram.com/p/DOqjIRkAoz1/"));
}

TEST(PointsAtTheSame, WhatIsNotUnderstoodOnlyWhereTheTextIsTheSame) {
  EXPECT_TRUE(points_at_the_same("Maria da Silva", " Maria da Silva "));
  EXPECT_FALSE(points_at_the_same("Maria da Silva", "Maria Silva"));
  EXPECT_FALSE(points_at_the_same("Maria da Silva", "@maria"));
  EXPECT_TRUE(points_at_the_same("", " "));
  EXPECT_FALSE(points_at_the_same("", "@maria"));
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
