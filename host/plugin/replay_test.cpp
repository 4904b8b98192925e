// Cassettes in the host: those of the bundled plugins replay as they are installed, and a call's circumstances are
// those that were recorded.
#include "host/plugin/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/plugin/recording.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PluginLibrary loaded(const std::string& path) {
  auto library = load_library(path);
  if (const auto* refusal = std::get_if<Refusal>(&library)) throw std::runtime_error(refusal->reason);
  return std::get<PluginLibrary>(std::move(library));
}

class BundledCassettes : public ::testing::TestWithParam<const char*> {};

TEST_P(BundledCassettes, Replay) {
  const std::string id = GetParam();
  const std::string folder = std::string(PLUGIN_SOURCES) + "/" + id + "/cassettes";
  const PluginLibrary library = loaded(std::string(PLUGIN_FOLDER) + "/" + id + ".so");
  const ReplayOutcome outcome = replay_cassettes(library, folder);
  EXPECT_THAT(outcome.differences, IsEmpty());
  EXPECT_EQ(outcome.replayed, std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
}
INSTANTIATE_TEST_SUITE_P(Plugins, BundledCassettes,
                         ::testing::Values("machinesmm", "worldsmm", "looter", "instagram230"));

TEST(Replay, OfAFolderThatIsNotThereIsOfNothing) {
  const ReplayOutcome outcome = replay_cassettes(loaded(testing::zoo("actor")), "/nonexistent");
  EXPECT_EQ(outcome.replayed, 0);
  EXPECT_THAT(outcome.differences, IsEmpty());
}

class Recorded : public testing::TemporaryPlugins {
 protected:
  void SetUp() override {
    TemporaryPlugins::SetUp();
    put(testing::zoo("actor"), "actor");
    PluginSection section = testing::section("actor", {{"api_key", "canary"}});
    section.enabled = true;
    config_.providers = {section};
    fs::create_directory(folder_ / "cassettes");
  }
  std::string record(const std::string& link, const std::string& reference = "") {
    RecordingOrder order{"panel", "place", {{"service_id", "1"}, {"link", link}, {"quantity", "10"}}, "", true};
    if (!reference.empty()) order.fields["reference"] = reference;
    auto outcome = record_operation(config_, order, world_.environment());
    if (const auto* problem = std::get_if<RecordingProblem>(&outcome)) throw std::runtime_error(problem->message);
    return std::get<Recording>(outcome).cassette;
  }
  ReplayOutcome replay(const std::string& cassette) {
    std::ofstream(folder_ / "cassettes" / "recorded.json") << cassette;
    return replay_cassettes(loaded((folder_ / "actor.so").string()), (folder_ / "cassettes").string());
  }
};

TEST_F(Recorded, ACallBringsWhatThePluginWasToldWhenItWasRecorded) {
  world_.transport.answers = {testing::answered("order=7")};
  nlohmann::json cassette = nlohmann::json::parse(record("tells_its_call"));
  EXPECT_EQ(cassette.at("call").at("now"), 1'700'000'000'000);
  EXPECT_EQ(cassette.at("call").at("attempt"), 1);
  const std::string entropy = std::to_string(cassette.at("call").at("entropy").get<std::uint64_t>());
  EXPECT_EQ(cassette.at("exchanges").at(0).at("request").at("body"),
            "now=1700000000000&entropy=" + entropy + "&attempt=1");
  EXPECT_THAT(replay(cassette.dump()).differences, IsEmpty());
  cassette["call"]["now"] = 1;
  EXPECT_THAT(replay(cassette.dump()).differences, ElementsAre(HasSubstr("got {\"request\":{\"body\":\"now=1&")));
}

TEST_F(Recorded, WithoutACallTheDefaultsAreMeant) {
  const ReplayOutcome outcome = replay(R"({"interface": "smm.provider/1", "operation": "place",
    "input": {"link": "tells_its_call"},
    "exchanges": [{"request": {"body": "now=1760000000000&entropy=42&attempt=1"},
                   "response": {"status": 200, "body": "order=7"}}],
    "outcome": {"done": {"order_id": "7", "charge_micros": 270000, "currency": "USD"}}})");
  EXPECT_THAT(outcome.differences, IsEmpty());
}

// A panel that buys once for each key would answer the second recording with the first one's order.
TEST_F(Recorded, EveryPurchaseHasAReferenceOfItsOwnUnlessOneIsGiven) {
  const auto reference_of = [](const std::string& cassette) {
    return nlohmann::json::parse(cassette).at("input").at("reference").get<std::string>();
  };
  world_.transport.answers = {testing::answered("order=7"), testing::answered("order=8"), testing::answered("order=9")};
  const std::string first = record("x");
  EXPECT_EQ(reference_of(first).size(), 32U);
  EXPECT_NE(reference_of(record("x")), reference_of(first));
  EXPECT_EQ(reference_of(record("x", "mine")), "mine");
  EXPECT_THAT(replay(first).differences, IsEmpty());
}

// As a success it would stand in the cassette with nothing in it.
TEST_F(Recorded, AResultThatIsTooShortIsNone) {
  try {
    record("small_result");
    FAIL() << "recorded";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("incomplete result"));
  }
}

// The fields that an operator's section and the manifest's defaults make.
TEST_F(Recorded, SettingsThatDifferFromTheDefaultsAreKept) {
  config_.providers[0].values["limit"] = {"7", {"smmhost.ini", 20}};
  config_.providers[0].values["pause"] = {"2000ms", {"smmhost.ini", 21}};
  world_.transport.answers = {testing::answered("order=7")};
  EXPECT_EQ(nlohmann::json::parse(record("x")).at("config"), (nlohmann::json{{"limit", "7"}}));
}

}  // namespace
}  // namespace smmhost
