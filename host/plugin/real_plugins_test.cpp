// The bundled plugins through the real transport, against a server on loopback that answers as panels and look-ups do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/net/poco_transport.h"
#include "host/plugin/registry.h"
#include "host/plugin/test_support.h"
#include "tests/support/raw_server.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;
using testing::closed_port;
using testing::FixedClock;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawConnection;
using testing::RawServer;

constexpr const char* kKey = "canary-0123456789";

class RealPlugins : public ::testing::Test {
 protected:
  LoadedPlugins load(const std::string& url, Duration timeout = 5s) {
    Config config;
    config.plugin_path = PLUGIN_FOLDER;
    PluginSection provider = testing::section("machinesmm", {{"url", url}, {"api_key", kKey}});
    provider.timeout = timeout;
    PluginSection checker = testing::section("looter", {{"url", url}, {"api_key", kKey}});
    config.providers = {provider};
    config.checkers = {checker};
    auto result = load_plugins(config, {transport_, clock_});
    if (auto* errors = std::get_if<std::vector<ConfigError>>(&result)) {
      for (const auto& error : *errors) ADD_FAILURE() << error.message;
      return {};
    }
    return std::get<LoadedPlugins>(std::move(result));
  }

  static Reply<PlacedOrder> place(LoadedPlugins& plugins) {
    return plugins.providers.at(0)->place({"2476", "https://www.instagram.com/ana/", 1000, "0123", 1}, from_unix_ms(0));
  }

  PocoTransport transport_;
  FixedClock clock_;
};

TEST_F(RealPlugins, APanelIsBoughtFromAndItsKeyIsInNoEvidence) {
  RawServer server([](RawConnection& c) {
    while (!c.read_request().empty()) c.answer(R"({"order":23501})");
  });
  LoadedPlugins plugins = load(server.url("/api/v2"));
  const auto reply = place(plugins);
  ASSERT_TRUE(reply.ok()) << reply.failure().message;
  EXPECT_EQ(reply.value().order_id, "23501");
  const std::string sent = server.requests().at(0);
  EXPECT_THAT(sent, HasSubstr("POST /api/v2 HTTP/1.1"));
  EXPECT_THAT(sent, HasSubstr(std::string("key=") + kKey));
  EXPECT_THAT(sent, HasSubstr("service=2476"));
  EXPECT_THAT(reply.exchanges.at(0).request_body, Not(HasSubstr("canary")));
}

TEST_F(RealPlugins, APanelThatAcceptsAndHangsUpIsUnknownAndAskedOnce) {
  RawServer server([](RawConnection& c) { c.read_request(); });
  LoadedPlugins plugins = load(server.url("/api/v2"));
  const auto reply = place(plugins);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kOutcomeUnknown);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(RealPlugins, APanelThatNeverAnswersIsUnknown) {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.read_request();
  });
  LoadedPlugins plugins = load(server.url("/api/v2"), 300ms);
  EXPECT_EQ(place(plugins).failure().code, FailureCode::kOutcomeUnknown);
}

TEST_F(RealPlugins, ARefusedConnectionIsNotSent) {
  LoadedPlugins plugins = load("http://127.0.0.1:" + std::to_string(closed_port()) + "/api/v2");
  const auto reply = place(plugins);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kUpstreamDown);
  EXPECT_EQ(reply.exchanges.at(0).outcome, TransportOutcome::kNotSent);
}

TEST_F(RealPlugins, EmptyFundsAreSaid) {
  RawServer server([](RawConnection& c) {
    while (!c.read_request().empty()) c.answer(R"({"error":"Not enough funds on balance"})");
  });
  LoadedPlugins plugins = load(server.url("/api/v2"));
  const auto reply = place(plugins);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.failure().code, FailureCode::kNoFunds);
  EXPECT_THAT(reply.failure().upstream, HasSubstr("Not enough funds"));
}

TEST_F(RealPlugins, StatusesBalanceAndServicesAreRead) {
  RawServer server([](RawConnection& c) {
    for (;;) {
      const std::string request = c.read_request();
      if (request.empty()) return;
      if (request.find("action=balance") != std::string::npos)
        c.answer(R"({"balance":"100.84292","currency":"USD"})");
      else if (request.find("action=services") != std::string::npos)
        c.answer(
            R"([{"service":1,"name":"Followers","type":"Default","category":"C","rate":"0.90","min":"50","max":"10000"}])");
      else
        c.answer(R"({"1":{"charge":"0.27819","start_count":"3572","status":"Partial","remains":"157","currency":"USD"},
                     "10":{"error":"Incorrect order ID"}})");
    }
  });
  LoadedPlugins plugins = load(server.url("/api/v2"));
  SmmProvider& panel = *plugins.providers.at(0);
  EXPECT_EQ(panel.balance(from_unix_ms(0)).value(), (Money{100'842'920, "USD"}));
  EXPECT_EQ(panel.services(from_unix_ms(0)).value().at(0).rate_micros, 900'000);
  const std::vector<std::string> ids{"1", "10", "100"};
  const auto statuses = panel.status(ids, from_unix_ms(0));
  ASSERT_TRUE(statuses.ok()) << statuses.failure().message;
  ASSERT_EQ(statuses.value().size(), 2U);
  EXPECT_EQ(statuses.value()[0].progress, OrderProgress::kPartial);
  EXPECT_EQ(statuses.value()[0].remains, 157);
  EXPECT_EQ(statuses.value()[1].error, FailureCode::kNotFound);
}

TEST_F(RealPlugins, ALookUpTellsPrivacyAndPosts) {
  RawServer server([](RawConnection& c) {
    while (!c.read_request().empty())
      c.answer(
          R"({"status":true,"id":"72741069431","is_private":false,"username":"ana","edge_followed_by":{"count":108221},
        "edge_owner_to_timeline_media":{"count":2,"edges":[
          {"node":{"shortcode":"DOnhiaCgj64","is_video":false,"taken_at_timestamp":1757927859,"pinned_for_users":[]}},
          {"node":{"shortcode":"DOqjIRkAoz0","is_video":true,"taken_at_timestamp":1758029377,"pinned_for_users":[]}}]}})");
  });
  LoadedPlugins plugins = load(server.url());
  ProfileChecker& looter = *plugins.checkers.at(0);
  const auto profile = looter.check("ana", from_unix_ms(0));
  ASSERT_TRUE(profile.ok()) << profile.failure().message;
  EXPECT_FALSE(profile.value().is_private);
  EXPECT_THAT(server.requests().at(0), HasSubstr(std::string("x-rapidapi-key: ") + kKey));
  const auto posts = looter.latest_posts("ana", 1, PostKind::kAny, from_unix_ms(1));
  ASSERT_TRUE(posts.ok());
  ASSERT_EQ(posts.value().size(), 1U);
  EXPECT_EQ(posts.value()[0].shortcode, "DOqjIRkAoz0");
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace smmhost
