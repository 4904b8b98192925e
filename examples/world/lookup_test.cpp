// The simulated look-up APIs answer in the shapes of the real ones.
#include "examples/world/lookup.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "examples/world/http_call.h"

namespace smmhost::world {
namespace {

using Json = nlohmann::json;

class LookupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    instagram_.add_account("open.one");
    instagram_.add_account("shut.one", true);
  }
  static Json get(const Lookup& lookup, const std::string& target, int status = 200) {
    const CallResult answer = call("GET", lookup.url() + target, "", {{"X-RapidAPI-Key", lookup.options().key}});
    EXPECT_EQ(answer.status, status) << target;
    return Json::parse(answer.body, nullptr, false);
  }

  Instagram instagram_;
  Lookup looter_{{"looter", LookupDialect::kLooter, "a"}, instagram_};
  Lookup other_{{"instagram230", LookupDialect::kInstagram230, "b"}, instagram_};
};

TEST_F(LookupTest, TellsPublicFromPrivateInEveryDialect) {
  EXPECT_EQ(get(looter_, "/profile?username=Open.One")["is_private"], false);
  EXPECT_EQ(get(looter_, "/web-profile?username=shut.one")["data"]["user"]["is_private"], true);
  EXPECT_EQ(get(other_, "/user/details?username=shut.one")["data"]["user"]["is_private"], true);
  EXPECT_TRUE(get(looter_, "/profile?username=shut.one")["edge_owner_to_timeline_media"]["edges"].empty());
}

TEST_F(LookupTest, ShowsAPinnedOldPostFirstAndIdsBeyondADouble) {
  const Json items = get(other_, "/user/posts?username=open.one")["items"];
  ASSERT_EQ(items.size(), 7u);
  EXPECT_EQ(items[0]["timeline_pinned_user_ids"].size(), 1u);
  EXPECT_LT(items[0]["taken_at"], items[6]["taken_at"]);
  EXPECT_EQ(instagram_.newest("open.one", 2)[0], items[1]["code"]);
  const auto id = items[1]["pk"].get<std::int64_t>();
  EXPECT_NE(static_cast<std::int64_t>(static_cast<double>(id)), id);

  const std::string user_id = get(looter_, "/profile?username=open.one")["id"];
  EXPECT_EQ(get(looter_, "/user-feeds?id=" + user_id)["items"], items);
}

TEST_F(LookupTest, SaysThatNobodyIsThere) {
  EXPECT_EQ(get(looter_, "/profile?username=nobody")["status"], false);
  EXPECT_TRUE(get(looter_, "/web-profile?username=nobody")["data"]["user"].is_null());
  EXPECT_EQ(get(other_, "/user/details?username=nobody")["status"], "fail");
  EXPECT_EQ(get(other_, "/profile?username=open.one", 404)["message"], "Endpoint '/profile' does not exist");
}

TEST_F(LookupTest, FailsAsScriptedAndThenWorks) {
  looter_.add_fault({"open.one", 1, LookupReply::kMissingIsPrivate});
  looter_.add_fault({"", 1, LookupReply::kQuotaGone});
  looter_.add_fault({"", 1, LookupReply::kOtherUsername});
  EXPECT_FALSE(get(looter_, "/profile?username=open.one").contains("is_private"));
  get(looter_, "/profile?username=open.one", 429);
  EXPECT_EQ(get(looter_, "/profile?username=open.one")["username"], "somebody.else");
  EXPECT_EQ(get(looter_, "/profile?username=open.one")["username"], "open.one");
  EXPECT_EQ(call("GET", looter_.url() + "/profile?username=open.one").status, 401);
}

}  // namespace
}  // namespace smmhost::world
