// A section against a manifest: every mistake at once, with its line, and what the plugin gets of a good one.
#include "host/plugin/plugin_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/plugin/setting_value.h"
#include "host/plugin/test_support.h"

namespace smmhost {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

Manifest manifest() {
  Manifest result;
  result.id = "demo";
  result.settings = {
      {.key = "url",
       .type = SettingType::kUrl,
       .default_value = "https://demo.example/api",
       .help = "Where it answers."},
      {.key = "api_key", .type = SettingType::kSecret, .required = true, .secret = true, .help = "The key."},
      {.key = "tries", .type = SettingType::kInt, .default_value = "3", .min = "1", .max = "9", .help = "How often."},
      {.key = "note", .type = SettingType::kString, .help = "Anything."},
      {.key = "apikey",
       .type = SettingType::kString,
       .help = "The key, as it was written.",
       .deprecated = "use api_key"},
  };
  return result;
}

std::vector<ConfigError> errors_of(const PluginSection& section) {
  auto result = check_section(manifest(), section);
  auto* errors = std::get_if<std::vector<ConfigError>>(&result);
  return errors == nullptr ? std::vector<ConfigError>{} : *errors;
}

TEST(PluginConfig, AGoodSectionBecomesCanonicalValuesAndPlaceholders) {
  auto result = check_section(manifest(), testing::section("demo", {{"api_key", "topsecret"}, {"tries", "7"}}));
  ASSERT_TRUE(std::holds_alternative<PluginSettings>(result));
  const auto& settings = std::get<PluginSettings>(result);
  EXPECT_THAT(settings.values, ElementsAre(Pair("url", "https://demo.example/api"),
                                           Pair("api_key", "${secret:api_key}"), Pair("tries", "7")));
  EXPECT_THAT(settings.url_hosts, ElementsAre("demo.example:443"));
  EXPECT_EQ(settings.secrets.scrub("topsecret"), "***");
}

TEST(PluginConfig, EveryMistakeIsReportedWithItsLineAndMeaning) {
  PluginSection section = testing::section("demo", {{"aip_key", "x"}, {"tries", "99"}, {"url", "ftp://demo.example"}});
  const auto errors = errors_of(section);
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_THAT(errors[0].message, AllOf(HasSubstr("`aip_key` is not a setting of the plugin demo"),
                                       HasSubstr("the nearest is `api_key`: The key.")));
  EXPECT_EQ(errors[0].where.line, 11);
  EXPECT_THAT(errors[1].message, AllOf(HasSubstr("`url` expected an absolute"), HasSubstr("Where it answers.")));
  EXPECT_EQ(errors[1].where.line, 13);
  EXPECT_THAT(errors[2].message, AllOf(HasSubstr("`api_key` is missing"), HasSubstr("The key.")));
  EXPECT_EQ(errors[2].where.line, 10);
  EXPECT_THAT(errors[3].message, AllOf(HasSubstr("`tries` must be at most 9"), HasSubstr("How often.")));
}

TEST(PluginConfig, TheNearestKeyMayBeOneOfTheHosts) {
  const auto errors = errors_of(testing::section("demo", {{"api_key", "k"}, {"timout", "9s"}}));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0].message, HasSubstr("the nearest is `timeout`: the longest a call may take"));
}

TEST(PluginConfig, ADeprecatedKeyWorksAndIsNamedWithWhatToWriteInItsPlace) {
  const PluginSection section = testing::section("demo", {{"api_key", "k"}, {"apikey", "old"}});
  EXPECT_TRUE(errors_of(section).empty());
  const auto notices = deprecated_keys(manifest(), section);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].message, "[panel] `apikey` is deprecated: use api_key; it was: The key, as it was written.");
  EXPECT_EQ(notices[0].where.line, section.values.at("apikey").where.line);
}

TEST(PluginConfig, ASecretThatIsTooShortToBeStruckOutIsNamed) {
  const PluginSection section = testing::section("demo", {{"api_key", "abcde"}, {"note", "abcde"}});
  auto result = check_section(manifest(), section);
  EXPECT_EQ(std::get<PluginSettings>(result).secrets.scrub("key abcde"), "key abcde");
  const auto notices = short_secrets(manifest(), section);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0].message, AllOf(HasSubstr("[panel] `api_key` is shorter than 6"), Not(HasSubstr("abcde"))));
  EXPECT_EQ(notices[0].where.line, section.values.at("api_key").where.line);
  const PluginSection longer = testing::section("demo", {{"api_key", "abcdef"}});
  result = check_section(manifest(), longer);
  EXPECT_EQ(std::get<PluginSettings>(result).secrets.scrub("key abcdef"), "key ***");
  EXPECT_TRUE(short_secrets(manifest(), longer).empty());
}

TEST(PluginConfig, AMisspeltKeyIsNeverDirectedToADeprecatedOne) {
  EXPECT_THAT(errors_of(testing::section("demo", {{"api_key", "k"}, {"apikex", "x"}}))[0].message,
              HasSubstr("the nearest is `api_key`"));
}

TEST(PluginConfig, AnEmptyValueCountsAsNotSet) {
  EXPECT_EQ(errors_of(testing::section("demo", {{"api_key", ""}})).size(), 1U);
}

TEST(PluginConfig, AValueThatCouldNotBeResolvedIsNotReportedAsMissingToo) {
  PluginSection section = testing::section("demo", {{"api_key", ""}});
  section.values.at("api_key").is_resolved = false;
  EXPECT_TRUE(errors_of(section).empty());
}

TEST(PluginConfig, PlainHttpIsForLoopbackOrForWhoAllowsIt) {
  PluginSection section = testing::section("demo", {{"api_key", "k"}, {"url", "http://demo.example/"}});
  ASSERT_EQ(errors_of(section).size(), 1U);
  EXPECT_THAT(errors_of(section)[0].message, HasSubstr("allow_http"));
  section.allow_http = true;
  EXPECT_TRUE(errors_of(section).empty());
  EXPECT_TRUE(errors_of(testing::section("demo", {{"api_key", "k"}, {"url", "http://127.0.0.1:9/"}})).empty());
}

TEST(PluginConfig, AWrongSecretIsNotRepeated) {
  Manifest strict = manifest();
  strict.settings[2].secret = true;
  auto result = check_section(strict, testing::section("demo", {{"api_key", "k"}, {"tries", "hush"}}));
  ASSERT_TRUE(std::holds_alternative<std::vector<ConfigError>>(result));
  EXPECT_THAT(std::get<std::vector<ConfigError>>(result)[0].message, Not(HasSubstr("hush")));
}

struct Value {
  SettingType type;
  const char* text;
  const char* canonical;  // nullptr: refused
};

class SettingValue : public ::testing::TestWithParam<Value> {};

TEST_P(SettingValue, BecomesCanonicalOrIsRefused) {
  Setting setting;
  setting.type = GetParam().type;
  setting.choices = {"fast", "slow"};
  const auto result = canonical_value(setting, GetParam().text);
  if (GetParam().canonical == nullptr)
    EXPECT_TRUE(std::holds_alternative<ValueProblem>(result)) << GetParam().text;
  else
    EXPECT_EQ(std::get<std::string>(result), GetParam().canonical) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, SettingValue,
    ::testing::Values(Value{SettingType::kInt, "-5", "-5"}, Value{SettingType::kInt, "5x", nullptr},
                      Value{SettingType::kInt, "99999999999999999999", nullptr},
                      Value{SettingType::kBool, "yes", "true"}, Value{SettingType::kBool, "OFF", "false"},
                      Value{SettingType::kBool, "maybe", nullptr}, Value{SettingType::kDecimal, "0.270", "0.27"},
                      Value{SettingType::kDecimal, "0,27", nullptr}, Value{SettingType::kDecimal, "0.1234567", nullptr},
                      Value{SettingType::kDuration, "10m", "600000"}, Value{SettingType::kDuration, "250ms", "250"},
                      Value{SettingType::kDuration, "10", nullptr}, Value{SettingType::kSize, "512", "512"},
                      Value{SettingType::kSize, "64KiB", "65536"}, Value{SettingType::kSize, "2MiB", "2097152"},
                      Value{SettingType::kSize, "-1", nullptr}, Value{SettingType::kSize, "9999999999999MiB", nullptr},
                      Value{SettingType::kUrl, "https://h/x?y", "https://h/x?y"},
                      Value{SettingType::kUrl, "h/x", nullptr}, Value{SettingType::kUrl, "https://u:p@h/", nullptr},
                      Value{SettingType::kEnum, "fast", "fast"}, Value{SettingType::kEnum, "Fast", nullptr},
                      Value{SettingType::kList, " a , b,c ", "a,b,c"}, Value{SettingType::kList, "a,,b", nullptr},
                      Value{SettingType::kString, " as it is ", " as it is "}));

}  // namespace
}  // namespace smmhost
