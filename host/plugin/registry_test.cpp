// From sections to working ports, or to every reason why not.
#include "host/plugin/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/program_files.h"
#include "host/plugin/test_support.h"

namespace smmhost {
namespace {

using ::testing::AllOf;
using testing::FakeWorld;
using ::testing::HasSubstr;
using testing::section;

Config config() {
  Config result;
  result.plugin_path = ZOO_FOLDER;
  result.plugin_runner = runner_program();
  return result;
}

PluginSection named(const std::string& name, PluginSection section) {
  section.name = name;
  return section;
}

std::string one_error(const Config& config) {
  FakeWorld world;
  auto result = load_plugins(config, world.environment());
  auto* errors = std::get_if<std::vector<ConfigError>>(&result);
  if (errors == nullptr) return "loaded";
  EXPECT_EQ(errors->size(), 1U);
  return errors->front().message;
}

TEST(Registry, OnePluginServesSeveralSectionsInBothRoles) {
  Config setup = config();
  setup.providers = {named("first", section("actor", {{"api_key", "k1"}})),
                     named("second", section("actor", {{"api_key", "k2"}}))};
  setup.checkers = {named("looker", section("actor", {{"api_key", "k3"}}))};
  PluginSection off = named("off", section("missing"));
  off.enabled = false;
  setup.providers.push_back(off);
  FakeWorld world;
  auto result = load_plugins(setup, world.environment());
  ASSERT_TRUE(std::holds_alternative<LoadedPlugins>(result)) << std::get<1>(result).front().message;
  const auto& plugins = std::get<LoadedPlugins>(result);
  ASSERT_EQ(plugins.providers.size(), 2U);
  EXPECT_EQ(plugins.providers[0]->name(), "first");
  EXPECT_EQ(plugins.providers[1]->name(), "second");
  ASSERT_EQ(plugins.checkers.size(), 1U);
  EXPECT_TRUE(plugins.checkers[0]->can_list_posts());
}

TEST(Registry, EveryMistakeOfEverySectionIsReported) {
  Config setup = config();
  setup.providers = {named("a", section("actor", {{"limit", "99"}})), named("b", section("newer_abi")),
                     named("c", section("refuses"))};
  setup.checkers = {named("d", section("nowhere"))};
  FakeWorld world;
  auto result = load_plugins(setup, world.environment());
  ASSERT_TRUE(std::holds_alternative<std::vector<ConfigError>>(result));
  std::string all;
  for (const ConfigError& error : std::get<std::vector<ConfigError>>(result)) {
    EXPECT_EQ(error.where.file, "smmhost.ini");
    all += error.message + "\n";
  }
  EXPECT_THAT(all, AllOf(HasSubstr("[a] `api_key` is missing"), HasSubstr("[a] `limit` must be at most 10"),
                         HasSubstr("[provider.b] the plugin newer_abi is not usable: it was built for plugin ABI 1.99"),
                         HasSubstr("[c] `url`: does not look like a panel"), HasSubstr("[c] nor does the rest"),
                         HasSubstr("[checker.d] the plugin nowhere is not usable: there is no such file")));
  EXPECT_THAT(all, HasSubstr("which has: actor"));
}

TEST(Registry, APluginInTheWrongRoleIsRefused) {
  Config setup = config();
  setup.checkers = {section("refuses")};
  EXPECT_THAT(one_error(setup), HasSubstr("is not a checker: it does not provide smm.profile-checker/1"));
}

TEST(Registry, AnInstanceThatClaimsMoreThanItsManifestIsRefused) {
  Config setup = config();
  setup.providers = {section("claims_more")};
  EXPECT_THAT(one_error(setup), HasSubstr("claims the operation cancel, which its manifest does not list"));
}

TEST(Registry, AProviderThatCannotBuyIsRefused) {
  Config setup = config();
  setup.providers = {section("cannot_place")};
  EXPECT_THAT(one_error(setup), HasSubstr("cannot do the work of a provider"));
}

TEST(Registry, APluginThatRefusesSilentlyIsStillExplained) {
  Config setup = config();
  setup.providers = {section("refuses_silently")};
  EXPECT_THAT(one_error(setup), HasSubstr("does not say why"));
}

TEST(Registry, PluginsAreListedWithTheirRefusals) {
  const auto reports = list_plugins(ZOO_FOLDER);
  ASSERT_GE(reports.size(), 10U);
  EXPECT_THAT(reports[0].path, HasSubstr("actor.so"));
  EXPECT_EQ(reports[0].refusal, "");
  EXPECT_EQ(reports[0].manifest->name, "Actor");
  for (const PluginReport& report : reports) {
    if (report.path.ends_with("/newer_abi.so")) {
      EXPECT_THAT(report.refusal, HasSubstr("1.99"));
    }
    if (report.path.ends_with("/no_manifest.so")) {
      EXPECT_FALSE(report.manifest.has_value());
    }
  }
  EXPECT_TRUE(list_plugins("/nonexistent").empty());
}

TEST(Registry, AnExplanationNamesTheSectionsAndTheirProblems) {
  Config setup = config();
  setup.providers = {named("good", section("actor", {{"api_key", "k"}})), named("bad", section("actor"))};
  const PluginExplanation explanation = explain_plugin(setup, "actor");
  EXPECT_EQ(explanation.report.refusal, "");
  EXPECT_EQ(explanation.sections, (std::vector<std::string>{"provider.good", "provider.bad"}));
  ASSERT_EQ(explanation.problems.size(), 1U);
  EXPECT_THAT(explanation.problems[0].message, HasSubstr("[bad] `api_key` is missing"));
  EXPECT_THAT(explain_plugin(setup, "wrong_id").report.refusal, HasSubstr("somebody_else"));
}

TEST(Registry, CheckingAFileRunsItAndInspectingDoesNot) {
  EXPECT_EQ(inspect_plugin(testing::zoo("null_entry")).refusal, "");
  EXPECT_THAT(check_plugin(testing::zoo("null_entry")).refusal, HasSubstr("returned nothing"));
}

}  // namespace
}  // namespace smmhost
