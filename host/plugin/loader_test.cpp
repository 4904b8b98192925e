// Which libraries the host takes, and what it says about the others.
#include "host/plugin/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "host/plugin/test_support.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::zoo;

std::string refusal_of(const std::string& path) {
  const auto result = load_library(path);
  const auto* refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? "taken" : refusal->reason;
}

TEST(Loader, AGoodPluginIsTaken) {
  const auto result = load_library(zoo("actor"));
  ASSERT_TRUE(std::holds_alternative<PluginLibrary>(result)) << std::get<Refusal>(result).reason;
  EXPECT_EQ(std::get<PluginLibrary>(result).manifest.id, "actor");
}

TEST(Loader, AnotherAbiIsRefusedWithBothVersionsAndWhatToDo) {
  EXPECT_THAT(refusal_of(zoo("newer_abi")), AllOf(HasSubstr("built for plugin ABI 1.99"),
                                                  HasSubstr("this host has 1.0"), HasSubstr("upgrade smmhost")));
  EXPECT_THAT(refusal_of(zoo("other_major")),
              AllOf(HasSubstr("built for plugin ABI 2.0"), HasSubstr("upgrade smmhost")));
  EXPECT_THAT(refusal_of(zoo("newer_code")), HasSubstr("built for plugin ABI 1.99"));
}

TEST(Loader, EveryOtherDefectHasItsOwnWords) {
  EXPECT_THAT(refusal_of(zoo("short_struct")), HasSubstr("smaller (8 bytes)"));
  EXPECT_THAT(refusal_of(zoo("wrong_id")), AllOf(HasSubstr("the id is wrong_id"), HasSubstr("somebody_else")));
  EXPECT_THAT(refusal_of(zoo("wrong_version")), AllOf(HasSubstr("the version is 1.0.0"), HasSubstr("2.0.0")));
  EXPECT_THAT(refusal_of(zoo("no_manifest")), HasSubstr("no section .smm_manifest"));
  EXPECT_THAT(refusal_of(zoo("garbage_manifest")), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of(zoo("no_entry")), HasSubstr("does not export smm_plugin_entry_v1"));
  EXPECT_THAT(refusal_of(zoo("null_entry")), HasSubstr("entry point returned nothing"));
  EXPECT_THAT(refusal_of(zoo("missing")), HasSubstr("no such file"));
}

class CopiedPlugin : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::copy_file(zoo("actor"), file_);
    ::chmod(file_.c_str(), 0644);
  }
  void TearDown() override { ::chmod(folder_.c_str(), 0700); }

  const tests::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
  const fs::path file_ = folder_ / "actor.so";
};

TEST_F(CopiedPlugin, AFileThatOthersMayWriteIsRefusedBeforeItRuns) {
  ::chmod(file_.c_str(), 0664);
  EXPECT_THAT(refusal_of(file_), AllOf(HasSubstr("the file can be written by others"), HasSubstr("chmod go-w")));
  ::chmod(file_.c_str(), 0646);
  EXPECT_THAT(refusal_of(file_), HasSubstr("the file can be written by others"));
}

TEST_F(CopiedPlugin, AFolderThatOthersMayWriteIsRefused) {
  ::chmod(folder_.c_str(), 0777);
  EXPECT_THAT(refusal_of(file_), HasSubstr("its folder can be written by others"));
  EXPECT_TRUE(inspect_library(file_).manifest.has_value());
}

TEST_F(CopiedPlugin, ALinkIsJudgedByWhatItPointsAt) {
  const fs::path link = folder_ / "link.so";
  fs::create_symlink(file_, link);
  ::chmod(file_.c_str(), 0666);
  EXPECT_THAT(refusal_of(link), HasSubstr("the file can be written by others"));
}

}  // namespace
}  // namespace smmhost
