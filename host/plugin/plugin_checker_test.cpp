// What the host holds a look-up to: the right user, a clear answer, newest posts first.
#include "host/plugin/plugin_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/plugin/test_support.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using testing::answered;
using testing::FakeWorld;

class Checker : public ::testing::Test {
 protected:
  Reply<Profile> check(const std::string& username) {
    world_.transport.answers.push_back(answered(""));
    return checker_.check(username, now_);
  }

  static std::vector<std::string> codes(const std::vector<Post>& posts) {
    std::vector<std::string> result;
    for (const Post& post : posts) result.push_back(post.shortcode);
    return result;
  }

  FakeWorld world_;
  Time now_ = from_unix_ms(1'000'000);
  PluginChecker checker_{
      testing::open_zoo("actor", testing::section("actor", {{"api_key", "canary"}}), world_.environment()), 30s, false,
      world_.environment()};
};

TEST_F(Checker, AProfileIsPublicOrPrivateAsAnswered) {
  const auto open = check("ana");
  ASSERT_TRUE(open.ok()) << open.failure().message;
  EXPECT_FALSE(open.value().is_private);
  EXPECT_EQ(open.value().username, "ANA");
  EXPECT_EQ(open.value().user_id, "12345678901234567890");
  EXPECT_EQ(open.value().followers, 7);
  EXPECT_TRUE(check("private").value().is_private);
}

TEST_F(Checker, AnUnclearAnswerIsNeitherPublicNorPrivate) {
  EXPECT_EQ(check("unclear").failure().code, FailureCode::kBadResponse);
}

TEST_F(Checker, AnAnswerAboutSomebodyElseIsNone) {
  EXPECT_EQ(check("other").failure().code, FailureCode::kBadResponse);
}

TEST_F(Checker, AProfileThatDoesNotExistIsNotFound) {
  EXPECT_EQ(check("nobody").failure().code, FailureCode::kNotFound);
}

TEST_F(Checker, PostsComeNewestFirstWithoutPinnedAndRepeatedOnes) {
  world_.transport.answers.push_back(answered(""));
  const auto reply = checker_.latest_posts("ana", 2, PostKind::kAny, now_);
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(codes(reply.value()), (std::vector<std::string>{"B", "C"}));
}

TEST_F(Checker, OnlyVideosWhereVideosAreAsked) {
  world_.transport.answers.push_back(answered(""));
  EXPECT_EQ(codes(checker_.latest_posts("ana", 4, PostKind::kVideo, now_).value()), std::vector<std::string>{"B"});
}

TEST_F(Checker, ThePostsOfAPrivateProfileAreNoEmptyList) {
  world_.transport.answers.push_back(answered(""));
  const auto reply = checker_.latest_posts("private", 4, PostKind::kAny, now_);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kPrivate);
  EXPECT_EQ(reply.exchanges.size(), 1U);
}

TEST_F(Checker, PostsThatCameWithTheProfileSaveASecondCallForAMinute) {
  ASSERT_TRUE(check("with_posts").ok());
  const auto saved = checker_.latest_posts("with_posts", 4, PostKind::kAny, now_ + 60s);
  ASSERT_TRUE(saved.ok());
  EXPECT_EQ(codes(saved.value()), (std::vector<std::string>{"NEW", "OLD"}));
  EXPECT_TRUE(saved.exchanges.empty());
  EXPECT_EQ(world_.transport.requests.size(), 1U);

  world_.transport.answers.push_back(answered(""));
  EXPECT_TRUE(checker_.latest_posts("with_posts", 4, PostKind::kAny, now_ + 61s).ok());
  ASSERT_EQ(world_.transport.requests.size(), 2U);
  EXPECT_EQ(world_.transport.requests[1].body, "id=12345678901234567890");
}

TEST_F(Checker, ALookUpThatFailsKeepsItsEvidence) {
  world_.transport.answers.push_back(testing::unanswered(TransportOutcome::kMaybeSent));
  // The actor gives a result all the same: the host believes the plugin's reading of a READ.
  EXPECT_EQ(checker_.check("ana", now_).exchanges.size(), 1U);
}

}  // namespace
}  // namespace smmhost
