// The test kit itself: the settings it makes from a manifest, what it lets go in clear, and what a cassette's call
// says.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "smm/sdk/names.hpp"
#include "smm/sdk/plugin.hpp"
#include "smm/sdk/testing/plugin_suite.hpp"

namespace smm::sdk::testing {
namespace {

Json manifest() {
  return Json::parse(R"({"config": [
    {"key": "url", "type": "url", "default": "https://panel.example/api"},
    {"key": "api_key", "type": "secret", "required": true},
    {"key": "token", "type": "string", "secret": true},
    {"key": "shop", "type": "string", "required": true},
    {"key": "region", "type": "enum", "enum": ["eu", "us"], "required": true},
    {"key": "pause", "type": "duration", "min": "2s", "required": true},
    {"key": "below", "type": "int", "max": -3, "required": true},
    {"key": "cache", "type": "size", "default": "2GiB"},
    {"key": "kinds", "type": "list", "default": "a , b"},
    {"key": "share", "type": "decimal", "default": "0.250"},
    {"key": "note", "type": "string"}]})");
}

std::map<std::string, std::string> made(const Settings& given) {
  const Settings settings = settings_for(manifest(), given);
  return {settings.begin(), settings.end()};
}

TEST(kit_settings, are_a_placeholder_for_every_secret_whatever_its_type) {
  const auto settings = made({});
  EXPECT_EQ(settings.at("api_key"), "${secret:api_key}");
  EXPECT_EQ(settings.at("token"), "${secret:token}");
}

TEST(kit_settings, are_made_up_within_the_manifest_where_they_are_required) {
  const auto settings = made({});
  EXPECT_EQ(settings.at("shop"), "text");
  EXPECT_EQ(settings.at("region"), "eu");
  EXPECT_EQ(settings.at("pause"), "2000");
  EXPECT_EQ(settings.at("below"), "-3");
  EXPECT_EQ(settings.count("note"), 0U);
  EXPECT_EQ(made({{"shop", "17"}}).at("shop"), "17");
}

TEST(kit_settings, have_defaults_as_a_host_hands_them_on) {
  const auto settings = made({});
  EXPECT_EQ(settings.at("cache"), "2147483648");
  EXPECT_EQ(settings.at("kinds"), "a,b");
  EXPECT_EQ(settings.at("share"), "0.25");
}

TEST(kit_requests, go_in_clear_only_to_a_simulator_that_a_url_setting_names) {
  const auto may_go = [](const std::string& request, const std::string& url) {
    return may_go_in_clear(request, manifest(), {{"url", url}, {"note", "http://127.0.0.1:9/"}});
  };
  EXPECT_TRUE(may_go("http://127.0.0.1:8080/api?x", "http://127.0.0.1:8080/api"));
  EXPECT_TRUE(may_go("http://localhost/other", "http://LOCALHOST:80/api"));
  EXPECT_TRUE(may_go("http://[::1]:8080/", "http://[::1]:8080/"));
  EXPECT_FALSE(may_go("http://127.0.0.1:8081/api", "http://127.0.0.1:8080/api")) << "another port";
  EXPECT_FALSE(may_go("http://127.0.0.1:8080/api", "https://127.0.0.1:8080/api")) << "the setting says https";
  EXPECT_FALSE(may_go("http://panel.example/api", "http://panel.example/api")) << "another machine";
  EXPECT_FALSE(may_go("http://127.0.0.1.example/", "http://127.0.0.1.example/")) << "a name that looks like it";
  EXPECT_FALSE(may_go("http://127.0.0.1:9/", "https://panel.example/api")) << "no setting of type url";
}

/// Tells with its request what its call was, and looks before it buys where the link says so.
class Telltale final : public Provider {
 public:
  explicit Telltale(const Config&) {}
  std::vector<uint32_t> operations() const override { return {SMM_PROVIDER_PLACE}; }
  Step<Placed> step_place(const PlaceInput& in, const Call& call) const override {
    const bool looks = in.link == "look";
    if (!call.history.empty() && looks) return Failure{SMM_REJECTED, "sold out", {}, 0};
    return play_pair<Placed>(
        call,
        [&]() -> Result<HttpRequest> {
          const std::string body =
              std::to_string(call.now) + " " + std::to_string(call.entropy) + " " + std::to_string(call.attempt);
          return HttpRequest{"POST", "https://x.example/", {}, body, looks ? SMM_READ : SMM_WRITE_ONCE};
        },
        [&](const HttpResponse& answer) -> Result<Placed> {
          if (answer.status == 200 && answer.body.substr(0, 6) == "order=")
            return Placed{std::string(answer.body.substr(6)) + "0", {}};
          return Failure{SMM_OUTCOME_UNKNOWN, "unclear", {}, 0};
        });
  }
};

Cassette read(const std::string& text) {
  std::string pattern = (std::filesystem::temp_directory_path() / "smm-kit-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  std::ofstream(folder / "one.json") << text;
  Cassette out = read_cassettes(folder).at(0);
  std::filesystem::remove_all(folder);
  return out;
}

std::string request_body(const Cassette& cassette) {
  FakeHost host(plugin<Telltale>("telltale", "1.0.0"), {});
  return ask(host, cassette, {}).request.value().body;
}

constexpr const char* kBought = R"("interface": "smm.provider/1", "operation": "place", "input": {"link": "x"},
  "exchanges": [{"response": {"status": 200, "body": "order=1234567"}}], "outcome": {"done": {"order_id": "12345670"}})";

TEST(kit_cassettes, say_what_the_call_brought_or_leave_it_at_the_defaults) {
  const std::string bought = kBought;
  EXPECT_EQ(request_body(read("{" + bought + "}")), "1760000000000 42 1");
  EXPECT_EQ(request_body(read(R"({"call": {"attempt": 3}, )" + bought + "}")), "1760000000000 42 3");
  EXPECT_EQ(request_body(read(R"({"call": {"now": 1790000000123, "entropy": 18446744073709551615}, )" + bought + "}")),
            "1790000000123 18446744073709551615 1");
}

// The answer is plain text that a cut leaves whole, and the plugin believes it: no reason to fail.
TEST(kit_money, cuts_only_answers_that_show_where_they_end) {
  EXPECT_TRUE(is_told_by_its_end(" {\"order\": 1}"));
  EXPECT_TRUE(is_told_by_its_end("[1]"));
  EXPECT_FALSE(is_told_by_its_end("order=1234567"));
  EXPECT_FALSE(is_told_by_its_end(""));
  FakeHost host(plugin<Telltale>("telltale", "1.0.0"), {});
  expect_unclear_purchases_unknown(host, read("{" + std::string(kBought) + "}"));
}

}  // namespace
}  // namespace smm::sdk::testing
