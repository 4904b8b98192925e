// Manifests: what is read, what is refused and with which words, and that no file can hurt the reader.
#include "host/plugin/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "host/plugin/elf_section.h"
#include "host/plugin/test_support.h"

namespace smmhost {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

Json example() {
  return Json::parse(R"({
    "id": "machinesmm", "name": "MachineSMM", "version": "1.0.0", "abi": {"major": 1, "minor": 0},
    "provides": ["smm.provider/1"],
    "operations": {"place": "write_once", "status": "read", "cancel": "write_idempotent"},
    "concurrency": 4, "egress": ["machinesmm.com"],
    "config": [
      {"key": "url", "type": "url", "default": "https://machinesmm.com/api/v2", "help": "Where it answers."},
      {"key": "api_key", "type": "secret", "required": true, "help": "The key."},
      {"key": "tries", "type": "int", "min": 1, "max": "9", "default": "3", "help": "How often."},
      {"key": "pause", "type": "duration", "min": 100, "max": "1h", "help": "How long."},
      {"key": "mode", "type": "enum", "enum": ["a", "b"], "default": "a", "help": "Which."}
    ],
    "license": "MIT", "homepage": "https://machinesmm.com", "later": {"unknown": true}
  })");
}

std::string mistake_of(const std::string& text) {
  const auto result = parse_manifest(text);
  if (const auto* error = std::get_if<ManifestError>(&result)) return error->message;
  return "accepted";
}

TEST(Manifest, IsReadWhole) {
  const auto result = parse_manifest(example().dump() + std::string("\n\0\0", 3));
  ASSERT_TRUE(std::holds_alternative<Manifest>(result)) << std::get<ManifestError>(result).message;
  const Manifest& manifest = std::get<Manifest>(result);
  EXPECT_EQ(manifest.id, "machinesmm");
  EXPECT_EQ(manifest.operations.at("place"), HttpEffect::kWriteOnce);
  EXPECT_EQ(manifest.operations.at("cancel"), HttpEffect::kWriteIdempotent);
  EXPECT_EQ(manifest.concurrency, 4);
  EXPECT_EQ(manifest.egress, std::vector<std::string>{"machinesmm.com"});
  ASSERT_EQ(manifest.settings.size(), 5U);
  EXPECT_TRUE(manifest.setting("api_key")->secret);
  EXPECT_FALSE(manifest.setting("url")->secret);
  EXPECT_EQ(manifest.setting("pause")->min, "100ms");
  EXPECT_EQ(manifest.setting("nothing"), nullptr);
}

struct Change {
  const char* pointer;  // where
  const char* value;    // JSON; empty: removed
  const char* complaint;
};

class WrongManifest : public ::testing::TestWithParam<Change> {};

TEST_P(WrongManifest, IsRefusedWithTheFieldsName) {
  Json json = example();
  const Json::json_pointer pointer(GetParam().pointer);
  if (std::string_view(GetParam().value).empty())
    json[pointer.parent_pointer()].erase(pointer.back());
  else
    json[pointer] = Json::parse(GetParam().value);
  EXPECT_THAT(mistake_of(json.dump()), HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, WrongManifest,
    ::testing::Values(
        Change{"/id", "", "`id` is missing"}, Change{"/id", "7", "`id` must be a string"},
        Change{"/id", "\"Machine\"", "`id` must be 1 to 32"}, Change{"/id", "\"../../x\"", "`id` must be 1 to 32"},
        Change{"/version", "\"1.0\"", "`version` must be MAJOR.MINOR.PATCH"},
        Change{"/version", "\"1.0.x\"", "`version` must be"}, Change{"/abi", "\"1.0\"", "`abi` must be an object"},
        Change{"/abi", "{\"major\": -1, \"minor\": 0}", "`abi` must be an object"},
        Change{"/abi", "", "`abi` is missing"}, Change{"/provides", "[]", "`provides` must name"},
        Change{"/provides", "[1]", "`provides` must be an array of strings"},
        Change{"/operations", "[]", "`operations` must be an object"},
        Change{"/operations/place", "\"write\"", "`operations.place` must be read"},
        Change{"/license", "", "`license` is missing"}, Change{"/concurrency", "0", "`concurrency` must be"},
        Change{"/concurrency", "65", "`concurrency` must be"}, Change{"/concurrency", "1.5", "`concurrency` must be"},
        Change{"/egress", "[\"https://x\"]", "`egress` must hold plain host names"},
        Change{"/egress", "[\"*.x.com\"]", "`egress` must hold plain host names"},
        Change{"/egress", "[\"x.com:443\"]", "`egress` must hold plain host names"},
        Change{"/config", "{}", "`config` must be an array"}, Change{"/config/0", "7", "`config[0]` must be an object"},
        Change{"/config/1/key", "\"url\"", "`config[1].key` stands twice"},
        Change{"/config/1/key", "\"timeout\"", "`config[1].key` is one of the host's own keys"},
        Change{"/config/1/help", "", "`config[1].help` is missing"},
        Change{"/config/1/type", "\"password\"", "is not a known type"},
        Change{"/config/1/default", "\"x\"", "`config[1].default` makes no sense"},
        Change{"/config/1/deprecated", "\"use token\"", "`config[1].deprecated` makes no sense with required"},
        Change{"/config/1/secret", "false", "`config[1].secret` cannot be false"},
        Change{"/config/0/secret", "true", "`config[0].secret` cannot be true for a url"},
        Change{"/config/2/default", "\"30\"", "`config[2].default` must be at most 9"},
        Change{"/config/2/default", "3", "`config[2].default` must be a string"},
        Change{"/config/2/min", "\"many\"", "`config[2].min` is not a value of the type int"},
        Change{"/config/2/min", "10", "`config[2].min` is greater than max"},
        Change{"/config/3/min", "\"x\"", "`config[3].min` is not a value"},
        Change{"/config/4/enum", "", "`config[4].enum` is missing"},
        Change{"/config/4/default", "\"c\"", "expected one of: a, b"}));

TEST(Manifest, EveryMistakeIsNamedAtOnce) {
  const std::string message = mistake_of("{}");
  for (const char* field : {"`id`", "`name`", "`version`", "`abi`", "`provides`", "`operations`", "`license`"})
    EXPECT_THAT(message, HasSubstr(field));
}

TEST(Manifest, WhatIsNotAnObjectIsRefused) {
  EXPECT_EQ(mistake_of(""), "its manifest is not JSON");
  EXPECT_EQ(mistake_of("{\"id\": \"garb"), "its manifest is not JSON");
  EXPECT_EQ(mistake_of("[]"), "its manifest is not a JSON object");
  EXPECT_EQ(mistake_of(std::string(70'000, ' ')), "its manifest is longer than 64 KiB");
  EXPECT_EQ(mistake_of(std::string(60'000, '[')), "its manifest is not JSON");
}

TEST(Manifest, IsFoundInALibraryWithoutRunningIt) {
  const auto result = read_manifest(testing::zoo("actor"));
  ASSERT_TRUE(std::holds_alternative<Manifest>(result)) << std::get<ManifestError>(result).message;
  EXPECT_EQ(std::get<Manifest>(result).id, "actor");
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    std::string pattern = (std::filesystem::temp_directory_path() / "smmhost-elf-XXXXXX").string();
    const int descriptor = ::mkstemp(pattern.data());
    ::close(descriptor);
    path = pattern;
    std::ofstream(path, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::string path;
};

TEST(Manifest, AFileThatIsNoLibraryIsRefused) {
  EXPECT_TRUE(std::holds_alternative<ManifestError>(read_manifest("/nonexistent.so")));
  EXPECT_TRUE(std::holds_alternative<ManifestError>(read_manifest("/")));
  for (const char* content : {"",
                              "\x7f"
                              "ELF",
                              "#!/bin/sh\n",
                              "\x7f"
                              "ELF\x02\x01\x01"}) {
    const TemporaryFile file(content);
    const auto result = read_manifest(file.path);
    ASSERT_TRUE(std::holds_alternative<ManifestError>(result));
    EXPECT_THAT(std::get<ManifestError>(result).message, HasSubstr("not a shared object"));
  }
}

TEST(Manifest, DamagedLibrariesNeverHurtTheReader) {
  std::ifstream stream(testing::zoo("refuses"), std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  const std::string whole = text.str();
  ASSERT_GT(whole.size(), 4096U);
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string damaged = whole;
    // The header and the section table, where every offset and size stands.
    for (int i = 0; i < 8; ++i) {
      const bool in_head = random() % 2 == 0;
      const std::size_t at = in_head ? random() % 64 : damaged.size() - 1 - random() % 2048;
      damaged[at] = static_cast<char>(random());
    }
    if (round % 4 == 0) damaged.resize(random() % damaged.size());
    const TemporaryFile file(damaged);
    const auto section = read_elf_section(file.path, ".smm_manifest", 64 << 10);
    if (const auto* content = std::get_if<std::string>(&section)) {
      EXPECT_LE(content->size(), std::size_t{64} << 10);
    }
  }
}

}  // namespace
}  // namespace smmhost
