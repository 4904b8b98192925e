// The zoo of bad plugins (sdk/conformance/zoo) in the host itself, as a stranger's plugin comes into it: whatever one
// does, the host goes on, says why, and its neighbour works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/fulfilment/classify_place.h"
#include "host/plugin/load_journal.h"
#include "host/plugin/registry.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

using testing::answered;
using ::testing::HasSubstr;

class Zoo : public testing::TemporaryPlugins {
 protected:
  // The animal as the first provider, `tame` as the second.
  std::variant<LoadedPlugins, std::vector<ConfigError>> load(const std::string& animal) {
    config_.providers.clear();
    for (const std::string& name : {animal, std::string("tame")}) {
      put(std::string(ANIMAL_FOLDER) + "/" + name + ".so", name);
      config_.providers.push_back(testing::section(name, {{"url", "https://panel.example/"}, {"api_key", "canary"}}));
      config_.providers.back().name = name;
    }
    return load_plugins(config_, world_.environment());
  }

  Reply<PlacedOrder> place(SmmProvider& provider, HttpResult answer) {
    world_.transport.answers = {std::move(answer)};
    return provider.place({"1", "link", 100, "0123", 1}, from_unix_ms(0));
  }

  void expect_a_good_neighbour(const LoadedPlugins& plugins) {
    const auto reply = place(*plugins.providers.at(1), answered("order=7"));
    ASSERT_TRUE(reply.ok()) << reply.failure().message;
    EXPECT_EQ(reply.value().order_id, "7");
  }

  static bool has_no_seccomp(const PluginView& view) { return view.posture.find("filtered NOT") != std::string::npos; }
};

struct Misdeed {
  const char* animal;
  PlaceVerdict verdict;
  const char* why;
  HttpResult answer = answered("order=1");
};

class ZooInACall : public Zoo, public ::testing::WithParamInterface<Misdeed> {};

TEST_P(ZooInACall, CostsThatCallAndItsReasonIsTold) {
  const Misdeed& misdeed = GetParam();
  auto loaded = load(misdeed.animal);
  ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded)) << std::get<1>(loaded).front().message;
  const auto& plugins = std::get<LoadedPlugins>(loaded);
  ASSERT_EQ(plugins.slots.at(0)->view(world_.clock.now()).isolation, "process");
  if (std::string_view(misdeed.animal) == "forks" && has_no_seccomp(plugins.slots[0]->view(world_.clock.now())))
    GTEST_SKIP() << "no seccomp here";
  const auto reply = place(*plugins.providers.at(0), misdeed.answer);
  EXPECT_EQ(classify_place(reply), misdeed.verdict);
  EXPECT_THAT(reply.failure().message, HasSubstr(misdeed.why));
  EXPECT_LE(world_.transport.requests.size(), 1U);
  EXPECT_THAT(plugins.slots[0]->view(world_.clock.now()).last_fault, HasSubstr(misdeed.why));
  expect_a_good_neighbour(plugins);
}

INSTANTIATE_TEST_SUITE_P(
    Animals, ZooInACall,
    ::testing::Values(Misdeed{"throws", PlaceVerdict::kNotSent, "signal 6"},
                      Misdeed{"exits", PlaceVerdict::kNotSent, "exit code 0"},
                      Misdeed{"forks", PlaceVerdict::kNotSent, "a system call that plugins may not make"},
                      Misdeed{"never_answers", PlaceVerdict::kNotSent, "did not answer"},
                      Misdeed{"answers_twice", PlaceVerdict::kNotSent, "answered more than once"},
                      Misdeed{"spins", PlaceVerdict::kUnknown, "computed for more than 1.0 s", answered("", 503)},
                      Misdeed{"places_twice", PlaceVerdict::kUnknown, "a second purchase", answered("", 504)},
                      Misdeed{"sends_elsewhere", PlaceVerdict::kUnknown, "elsewhere.example", answered("{}")}),
    [](const auto& each) { return std::string(each.param.animal); });

class ZooAtTheGate : public Zoo, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(ZooAtTheGate, IsLeftOutWithItsReasonAndRemembered) {
  const auto& [animal, why] = GetParam();
  auto loaded = load(animal);
  ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(loaded)) << std::get<1>(loaded).front().message;
  const auto& plugins = std::get<LoadedPlugins>(loaded);
  const PluginView view = plugins.slots.at(0)->view(world_.clock.now());
  if (std::string_view(animal) == "leaks_thread" && has_no_seccomp(view)) GTEST_SKIP() << "no seccomp here";
  EXPECT_EQ(view.state, "not_loaded");
  EXPECT_THAT(plugins.providers[0]->unavailable(), HasSubstr(why));
  EXPECT_EQ(classify_place(place(*plugins.providers[0], answered("order=1"))), PlaceVerdict::kNotSent);
  EXPECT_TRUE(world_.transport.requests.empty());
  EXPECT_NE(LoadJournal(config_.plugin_state)
                .quarantined(inspect_plugin(std::string(ANIMAL_FOLDER) + "/" + animal + ".so").sha256),
            std::nullopt);
  expect_a_good_neighbour(plugins);
}

INSTANTIATE_TEST_SUITE_P(Animals, ZooAtTheGate,
                         ::testing::Values(std::pair("crashes_while_loading", "it crashed (killed by signal"),
                                           std::pair("leaks_thread", "a system call that plugins may not make")),
                         [](const auto& each) { return std::string(each.param.first); });

class ZooThatIsRefused : public Zoo, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(ZooThatIsRefused, IsAMistakeOfTheConfiguration) {
  const auto& [animal, why] = GetParam();
  auto loaded = load(animal);
  ASSERT_TRUE(std::holds_alternative<std::vector<ConfigError>>(loaded));
  EXPECT_THAT(std::get<1>(loaded).front().message, HasSubstr(why));
}

INSTANTIATE_TEST_SUITE_P(Animals, ZooThatIsRefused,
                         ::testing::Values(std::pair("newer_abi", "built for plugin ABI 1.99"),
                                           std::pair("short_struct", "smaller (8 bytes)")),
                         [](const auto& each) { return std::string(each.param.first); });

}  // namespace
}  // namespace smmhost
