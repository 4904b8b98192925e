// Group manifest: the data that a host reads before any code of the plugin runs.
#include "sdk/conformance/manifest_rules.h"
#include "sdk/conformance/reading.h"
#include "sdk/conformance/suite.h"
#include "smm/sdk/testing/elf_section.hpp"

namespace smm::conformance {
namespace {

constexpr size_t kMaxManifest = 64 << 10;

void can_be_read(const Subject& subject, Verdict& verdict) {
  const auto section = sdk::testing::elf_section(subject.path, ".smm_manifest");
  if (!section) return verdict.fail("the file has no section .smm_manifest: smm_add_plugin() puts plugin.json there");
  if (section->size() > kMaxManifest) verdict.fail("the manifest is longer than 64 KiB");
  if (section->rfind("\xef\xbb\xbf", 0) == 0) verdict.fail("the manifest begins with a byte order mark");
  if (!is_utf8(*section)) verdict.fail("the manifest is not UTF-8");
  if (subject.manifest.is_null()) verdict.fail("the manifest is not a JSON object");
}

void keeps_the_rules(const Subject& subject, Verdict& verdict) {
  for (const std::string& mistake : manifest_mistakes(subject.manifest)) verdict.fail(mistake);
}

void is_for_this_abi(const Subject& subject, Verdict& verdict) {
  const Json& abi = subject.manifest.at("abi");
  const uint32_t major = abi.at("major");
  const uint32_t minor = abi.at("minor");
  if (major == SMM_ABI_MAJOR && minor <= SMM_ABI_MINOR) return;
  verdict.fail("built for plugin ABI " + std::to_string(major) + "." + std::to_string(minor) +
               ", this tool and its host have " + std::to_string(SMM_ABI_MAJOR) + "." + std::to_string(SMM_ABI_MINOR) +
               ": use the tool of the SDK that it was built with, and a host as new");
}

void says_where_requests_go(const Subject& subject, Verdict& verdict) {
  bool has_url = !subject.manifest.value("egress", Json::array()).empty();
  for (const Json& setting : subject.manifest.value("config", Json::array())) {
    has_url = has_url || setting.value("type", "") == "url";
  }
  if (!has_url) verdict.fail("neither `egress` nor a setting of type url: no request could ever be sent");
}

}  // namespace

std::vector<Case> manifest_cases() {
  const std::vector<std::string> readable = {"binary.shared_object", "manifest.readable"};
  const std::vector<std::string> sound = {"manifest.readable", "manifest.fields"};
  return {
      {"manifest", "readable", "the section .smm_manifest holds a JSON object", {"binary.shared_object"}, can_be_read},
      {"manifest", "fields", "every field is as sdk/docs/manifest.md says", readable, keeps_the_rules},
      {"manifest", "abi", "the ABI it was built with is one that this tool speaks", sound, is_for_this_abi},
      {"manifest", "destinations", "it says where its requests go", sound, says_where_requests_go},
  };
}

}  // namespace smm::conformance
