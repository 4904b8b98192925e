// Plugins that were built with other headers than the host: with those of ABI 1.0, and with ones whose structs have
// grown since. Each does all its work, jailed or not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/plugin/registry.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

using testing::answered;
using ::testing::HasSubstr;

class OtherHeaders : public testing::TemporaryPlugins, public ::testing::WithParamInterface<Isolation> {
 protected:
  void load(const std::string& file, PluginSection section) {
    put(file, section.plugin);
    section.isolation = GetParam();
    config_.providers = {section};
    auto loaded = load_plugins(config_, world_.environment());
    ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded)) << std::get<1>(loaded).front().message;
    plugins_ = std::move(std::get<LoadedPlugins>(loaded));
    ASSERT_EQ(plugins_.slots.at(0)->view(world_.clock.now()).isolation,
              GetParam() == Isolation::kProcess ? "process" : "in-process");
  }
  SmmProvider& provider() { return *plugins_.providers.at(0); }
  void will_answer(const std::string& body) { world_.transport.answers = {answered(body)}; }

  Time now_ = from_unix_ms(0);
  LoadedPlugins plugins_;
};

INSTANTIATE_TEST_SUITE_P(Modes, OtherHeaders, ::testing::Values(Isolation::kProcess, Isolation::kInProcess));

TEST_P(OtherHeaders, APluginOfTheFrozen10Works) {
  load(std::string(ANIMAL_FOLDER) + "/tame_v1_0.so",
       testing::section("tame_v1_0", {{"url", "https://panel.example/"}, {"api_key", "canary"}}));
  will_answer("order=23501");
  const auto placed = provider().place({"1", "link", 100, "0123", 1}, now_);
  ASSERT_TRUE(placed.ok()) << placed.failure().message;
  EXPECT_EQ(placed.value().order_id, "23501");
  will_answer("no order");
  EXPECT_EQ(provider().place({"1", "link", 100, "0123", 1}, now_).failure().code, FailureCode::kOutcomeUnknown);
  will_answer("1=completed\n2=running");
  const std::vector<std::string> ids{"1", "2"};
  const auto statuses = provider().status(ids, now_);
  ASSERT_TRUE(statuses.ok()) << statuses.failure().message;
  ASSERT_EQ(statuses.value().size(), 2U);
  EXPECT_EQ(statuses.value()[1].progress, OrderProgress::kInProgress);
  will_answer("balance=7000000");
  EXPECT_EQ(provider().balance(now_).value(), (Money{7'000'000, "USD"}));
}

TEST_P(OtherHeaders, StructsThatHaveGrownAreReadAsFarAsTheyAreKnown) {
  load(testing::zoo("longer_actor"), testing::section("actor", {{"api_key", "canary"}}));
  will_answer("order=23501");
  const auto placed = provider().place({"1", "accept", 100, "0123", 1}, now_);
  ASSERT_TRUE(placed.ok()) << placed.failure().message;
  EXPECT_EQ(placed.value().charge, (Money{270'000, "USD"}));
  will_answer("error=4");
  EXPECT_EQ(provider().place({"1", "accept", 100, "0123", 1}, now_).failure().code, FailureCode::kNoFunds);
  will_answer("");
  const std::vector<std::string> ids{"c1", "p2"};
  const auto statuses = provider().status(ids, now_);
  ASSERT_TRUE(statuses.ok()) << statuses.failure().message;
  ASSERT_EQ(statuses.value().size(), 2U);
  EXPECT_EQ(statuses.value()[1].progress, OrderProgress::kPartial);
  will_answer("found");
  EXPECT_EQ(provider().find_orders({"1", "link", 100, now_}, now_).value().at(0).order_id, "9");
  will_answer("yes");
  EXPECT_TRUE(provider().cancel("9", now_).value());
}

}  // namespace
}  // namespace smmhost
