// The bytes that are hashed are the bytes that are loaded, and every copy is a library of its own.
#include "host/plugin/plugin_image.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "host/plugin/elf_section.h"
#include "host/plugin/loader.h"
#include "host/plugin/temporary_plugins_fixture.h"

namespace smmhost {
namespace {

using ::testing::HasSubstr;

class TakenImage : public testing::TemporaryPlugins {
 protected:
  static std::shared_ptr<const PluginImage> take(const std::string& path) {
    auto taken = PluginImage::take(path);
    if (const auto* refusal = std::get_if<Refusal>(&taken)) ADD_FAILURE() << refusal->reason;
    return std::get<std::shared_ptr<const PluginImage>>(taken);
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
};

TEST_F(TakenImage, ItsDigestIsThatOfItsBytes) {
  const auto image = take(put(unruly()));
  const std::string bytes = content(image->copy_path());
  EXPECT_EQ(bytes, content(unruly()));
  unsigned char digest[SHA256_DIGEST_LENGTH];
  ::SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  constexpr char kHex[] = "0123456789abcdef";
  EXPECT_EQ(image->sha256().size(), 64U);
  EXPECT_EQ(image->sha256().substr(0, 2), (std::string{kHex[digest[0] >> 4], kHex[digest[0] & 15]}));
}

TEST_F(TakenImage, WhatHappensToTheFileLaterDoesNotMatter) {
  const auto file = put(unruly());
  const auto image = take(file);
  const std::string before = content(image->copy_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << "something else";
  EXPECT_EQ(content(image->copy_path()), before);
}

TEST_F(TakenImage, NobodyCanWriteIntoTheCopy) {
  const auto image = take(put(unruly()));
  EXPECT_LT(::pwrite(image->descriptor(), "x", 1, 0), 0);
  EXPECT_LT(::ftruncate(image->descriptor(), 0), 0);
}

TEST_F(TakenImage, TwoCopiesOfOneFileShareNoStatics) {
  const auto file = put(unruly());
  const auto first = load_library(file);
  const auto second = load_library(file);
  ASSERT_TRUE(std::holds_alternative<PluginLibrary>(first)) << std::get<Refusal>(first).reason;
  ASSERT_TRUE(std::holds_alternative<PluginLibrary>(second)) << std::get<Refusal>(second).reason;
  EXPECT_NE(std::get<PluginLibrary>(first).plugin, std::get<PluginLibrary>(second).plugin);
}

TEST_F(TakenImage, AFolderOrFileThatOthersMayWriteIsRefusedWithTheRemedy) {
  const auto file = put(unruly());
  ::chmod(file.c_str(), 0666);
  auto taken = PluginImage::take(file);
  EXPECT_THAT(std::get<Refusal>(taken).reason, HasSubstr("chmod go-w " + file.string()));
  ::chmod(file.c_str(), 0644);
  ::chmod(folder_.c_str(), 0775);
  taken = PluginImage::take(file);
  EXPECT_THAT(std::get<Refusal>(taken).reason, HasSubstr("chmod go-w " + folder_.string()));
  ::chmod(folder_.c_str(), 0700);
}

// Whoever waits for a pipe's writer waits for ever, and does not stop either.
TEST_F(TakenImage, APipeOrAFolderInItsPlaceIsRefusedWithoutWaiting) {
  const auto pipe = folder_ / "pipe.so";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0644), 0);
  const auto section = read_elf_section(pipe.string(), ".smm_manifest", 1000);
  ASSERT_TRUE(std::holds_alternative<ElfError>(section));
  EXPECT_THAT(std::get<ElfError>(section).message, HasSubstr("not a regular file"));
  std::filesystem::create_directory(folder_ / "folder.so");
  for (const char* name : {"pipe.so", "folder.so"}) {
    const Inspection inspection = inspect_library((folder_ / name).string());
    ASSERT_TRUE(inspection.refusal.has_value()) << name;
    EXPECT_THAT(inspection.refusal->reason, HasSubstr("not a regular file")) << name;
  }
}

}  // namespace
}  // namespace smmhost
