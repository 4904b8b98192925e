// Generated pages and samples: an operator who takes the sample over has a section that the host accepts.
#include "host/plugin/manifest_doc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/ini_file.h"
#include "host/plugin/plugin_config.h"

namespace smmhost {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Manifest example() {
  const auto read = parse_manifest(R"({
    "id": "my_panel", "name": "My panel", "version": "1.2.3", "abi": {"major": 1, "minor": 0},
    "provides": ["smm.provider/1"], "operations": {"place": "write_idempotent", "status": "read"},
    "concurrency": 4, "egress": ["panel.example"],
    "config": [
      {"key": "url", "type": "url", "default": "https://panel.example/v1", "help": "Where it answers."},
      {"key": "token", "type": "secret", "required": true, "help": "The token."},
      {"key": "tries", "type": "int", "min": 1, "max": 9, "required": true, "help": "One | or many."},
      {"key": "mode", "type": "enum", "enum": ["fast", "slow"], "help": "How."},
      {"key": "key", "type": "string", "help": "The old key.", "deprecated": "use token"}
    ],
    "license": "MIT"})");
  return std::get<Manifest>(read);
}

PluginSection section_of(const IniFile& ini) {
  PluginSection section;
  section.name = "my_panel";
  for (const IniEntry& entry : ini.sections.front().entries) {
    if (entry.key != "plugin") section.values[entry.key] = {entry.value, {"x.ini", entry.line}};
  }
  return section;
}

TEST(ManifestDoc, TheSampleIsASectionThatTheHostTakes) {
  const IniFile ini = parse_ini(sample_ini(example()), "x.ini");
  ASSERT_TRUE(ini.errors.empty());
  ASSERT_EQ(ini.sections.size(), 1U);
  EXPECT_EQ(ini.sections.front().name, "provider.my_panel");
  const auto checked = check_section(example(), section_of(ini));
  const auto* mistakes = std::get_if<std::vector<ConfigError>>(&checked);
  EXPECT_EQ(mistakes, nullptr) << (mistakes != nullptr ? mistakes->front().message : "");
}

TEST(ManifestDoc, TheSampleTakesASecretFromTheEnvironmentAndLeavesDefaultsAlone) {
  const std::string ini = sample_ini(example());
  EXPECT_THAT(ini, HasSubstr("; The token.\ntoken = @env:MY_PANEL_TOKEN\n"));
  EXPECT_THAT(ini, HasSubstr("\n;url = https://panel.example/v1\n"));
  EXPECT_THAT(ini, Not(HasSubstr("old key")));
}

TEST(ManifestDoc, ThePageNamesEverySettingWithItsBoundsAndItsMeaning) {
  const std::string page = manifest_page(example());
  EXPECT_THAT(page, HasSubstr("| `tries` | int, at least 1, at most 9 | required | One \\| or many. |"));
  EXPECT_THAT(page, HasSubstr("| `mode` | enum: fast, slow | none | How. |"));
  EXPECT_THAT(page, HasSubstr("| `key` | string | none | Deprecated: use token. The old key. |"));
  EXPECT_THAT(page, HasSubstr("| `place` | writes; sent twice, it happens once |"));
  EXPECT_THAT(page, HasSubstr("connects to `panel.example`, to the hosts of its section's URLs, and nowhere else"));
  EXPECT_THAT(page, HasSubstr("```ini\n[provider.my_panel]\n"));
}

// `plugins why` and `plugins check` show them too.
TEST(ManifestDoc, ASettingTellsItsBoundsItsChoicesAndThatItIsDeprecated) {
  const Manifest manifest = example();
  EXPECT_EQ(type_of(*manifest.setting("tries")), "int, at least 1, at most 9");
  EXPECT_EQ(type_of(*manifest.setting("mode")), "enum: fast, slow");
  EXPECT_EQ(meaning_of(*manifest.setting("key")), "Deprecated: use token. The old key.");
  EXPECT_EQ(meaning_of(*manifest.setting("token")), "The token.");
}

}  // namespace
}  // namespace smmhost
