// libFuzzer: any bytes as a plugin's manifest.
#include "host/plugin/manifest.h"

#include <algorithm>
#include <cstdint>

#include "host/plugin/manifest_doc.h"
#include "host/plugin/setting_value.h"
#include "tests/fuzz/demand.h"

namespace smmhost {
namespace {

using fuzz::demand;

void check_setting(const Setting& setting) {
  demand(!setting.key.empty(), "a setting has a key");
  if (setting.type == SettingType::kSecret) demand(setting.secret, "a secret is secret");
  if (setting.default_value)
    demand(std::holds_alternative<std::string>(canonical_value(setting, *setting.default_value)),
           "a default is a value of its setting");
}

void check(const Manifest& manifest) {
  demand(!manifest.id.empty() && !manifest.version.empty(), "a plugin has an id and a version");
  demand(manifest.concurrency >= 1, "a plugin can be asked");
  for (const Setting& setting : manifest.settings) check_setting(setting);
  static_cast<void>(sample_ini(manifest));
  static_cast<void>(manifest_page(manifest));
}

}  // namespace
}  // namespace smmhost

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smmhost;
  const auto result = parse_manifest({reinterpret_cast<const char*>(data), size});
  if (const auto* error = std::get_if<ManifestError>(&result)) demand(!error->message.empty(), "a refusal says why");
  if (const auto* manifest = std::get_if<Manifest>(&result)) check(*manifest);
  return 0;
}
