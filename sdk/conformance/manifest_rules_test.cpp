// The rules of manifests: what the host complains of, smm-conformance complains of, and of nothing that the host takes.
#include "sdk/conformance/manifest_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdk/conformance/testdata/manifests.h"

namespace smm::conformance {
namespace {

using testdata::ManifestChange;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class WrongManifest : public ::testing::TestWithParam<ManifestChange> {};

TEST_P(WrongManifest, is_named_with_its_field) {
  EXPECT_THAT(manifest_mistakes(testdata::changed(testdata::right_manifest(), GetParam())),
              Contains(StartsWith(GetParam().complaint)));
}
INSTANTIATE_TEST_SUITE_P(changes, WrongManifest, ::testing::ValuesIn(testdata::wrong_changes()));

class RightManifest : public ::testing::TestWithParam<ManifestChange> {};

TEST_P(RightManifest, stays_right) {
  EXPECT_THAT(manifest_mistakes(testdata::changed(testdata::right_manifest(), GetParam())), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(changes, RightManifest, ::testing::ValuesIn(testdata::right_changes()));

TEST(manifest_rules, name_every_mistake_at_once) {
  const std::vector<std::string> mistakes = manifest_mistakes(Json::object());
  for (const char* field : {"`id`", "`name`", "`version`", "`abi`", "`provides`", "`operations`", "`license`"})
    EXPECT_THAT(mistakes, Contains(StartsWith(field)));
}

TEST(manifest_rules, know_the_operations_of_each_interface) {
  Json manifest = testdata::right_manifest();
  manifest["operations"]["check"] = "read";
  EXPECT_THAT(manifest_mistakes(manifest), Contains("`operations.check` is no operation of what `provides` names"));
}

}  // namespace
}  // namespace smm::conformance
