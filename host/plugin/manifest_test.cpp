// Manifests: what is read, what is refused and with which words, and that no file can hurt the reader.
#include "host/plugin/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "host/plugin/elf_section.h"
#include "host/plugin/test_support.h"
#include "sdk/conformance/testdata/manifests.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

using smm::testdata::changed;
using smm::testdata::ManifestChange;
using smm::testdata::right_manifest;
using ::testing::HasSubstr;

std::string mistake_of(const std::string& text) {
  const auto result = parse_manifest(text);
  if (const auto* error = std::get_if<ManifestError>(&result)) return error->message;
  return "accepted";
}

TEST(Manifest, IsReadWhole) {
  const auto result = parse_manifest(right_manifest().dump() + std::string("\n\0\0", 3));
  ASSERT_TRUE(std::holds_alternative<Manifest>(result)) << std::get<ManifestError>(result).message;
  const Manifest& manifest = std::get<Manifest>(result);
  EXPECT_EQ(manifest.id, "machinesmm");
  EXPECT_EQ(manifest.operations.at("place"), HttpEffect::kWriteOnce);
  EXPECT_EQ(manifest.operations.at("cancel"), HttpEffect::kWriteIdempotent);
  EXPECT_EQ(manifest.concurrency, 4);
  EXPECT_EQ(manifest.egress, std::vector<std::string>{"machinesmm.com"});
  ASSERT_EQ(manifest.settings.size(), 10U);
  EXPECT_TRUE(manifest.setting("api_key")->secret);
  EXPECT_FALSE(manifest.setting("url")->secret);
  EXPECT_EQ(manifest.setting("pause")->min, "100ms");
  EXPECT_EQ(manifest.setting("nothing"), nullptr);
}

class WrongManifest : public ::testing::TestWithParam<ManifestChange> {};

TEST_P(WrongManifest, IsRefusedWithTheFieldsName) {
  EXPECT_THAT(mistake_of(changed(right_manifest(), GetParam()).dump()), HasSubstr(GetParam().complaint));
}
INSTANTIATE_TEST_SUITE_P(Changes, WrongManifest, ::testing::ValuesIn(smm::testdata::wrong_changes()));

class RightManifest : public ::testing::TestWithParam<ManifestChange> {};

TEST_P(RightManifest, StaysRight) {
  EXPECT_EQ(mistake_of(changed(right_manifest(), GetParam()).dump()), "accepted");
}
INSTANTIATE_TEST_SUITE_P(Changes, RightManifest, ::testing::ValuesIn(smm::testdata::right_changes()));

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

// They would command the terminal of the operator who looks at a plugin before he trusts it.
TEST(Manifest, ItsTextsHoldNoControlCharacters) {
  auto json = right_manifest();
  json["name"] = "Good\x1b[2J\nplugin";
  json["license"] =
      "MIT\xC2\x9b"
      "0m";
  json["config"][0]["help"] = "one\r\ntwo";
  const auto result = parse_manifest(json.dump());
  ASSERT_TRUE(std::holds_alternative<Manifest>(result)) << std::get<ManifestError>(result).message;
  const Manifest& manifest = std::get<Manifest>(result);
  EXPECT_EQ(manifest.name, "Good\\x1b[2J plugin");
  EXPECT_EQ(manifest.license, "MIT\\x9b0m");
  EXPECT_EQ(manifest.settings[0].help, "one  two");
  json["operations"]["\x1b[2J"] = "read";
  EXPECT_THAT(mistake_of(json.dump()), HasSubstr("`operations.\\x1b[2J`"));
}

struct TemporaryFile {
  explicit TemporaryFile(const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

  const tests::TemporaryFolder folder;
  const std::string path = folder.file("plugin.so");
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
