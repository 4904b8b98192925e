// A plugin that is broken in one way, chosen when it is compiled: see the list in host/plugin/CMakeLists.txt.
#include <cstddef>
#include <string_view>

#include "smm/plugin.h"

#ifndef MANIFEST_ABI
#define MANIFEST_ABI R"({"major": 1, "minor": 0})"
#endif
#ifndef CODE_MAJOR
#define CODE_MAJOR SMM_ABI_MAJOR
#endif
#ifndef CODE_MINOR
#define CODE_MINOR SMM_ABI_MINOR
#endif
#ifndef CODE_SIZE
#define CODE_SIZE sizeof(smm_plugin)
#endif
#ifndef CODE_ID
#define CODE_ID PLUGIN_ID
#endif
#ifndef CODE_VERSION
#define CODE_VERSION "1.0.0"
#endif

#if defined(GARBAGE_MANIFEST)
__attribute__((section(".smm_manifest"), used)) static const char kManifest[] = "{\"id\": \"garb";
#elif !defined(NO_MANIFEST)
__attribute__((section(".smm_manifest"), used)) static const char kManifest[] =
    "{\"id\": \"" PLUGIN_ID "\", \"name\": \"Broken\", \"version\": \"1.0.0\", \"abi\": " MANIFEST_ABI
    ", \"provides\": [\"smm.provider/1\"], \"operations\": {\"place\": \"write_once\"}, \"license\": \"MIT\"}";
#endif

struct smm_instance {
  smm_interface provider;
};

namespace {

smm_str str(std::string_view text) {
  return {text.data(), text.size()};
}

[[maybe_unused]] void next(smm_instance*, const smm_call*, const smm_out*) noexcept {}

[[maybe_unused]] smm_instance only_instance{};

smm_code open(const smm_host*, const smm_config*, [[maybe_unused]] const smm_errors* errors,
              smm_instance** instance) noexcept {
#if defined(REFUSES)
  errors->add(errors, str("url"), str("does not look like a panel"));
  errors->add(errors, str(""), str("nor does the rest"));
  static_cast<void>(instance);
  return SMM_CONFIG;
#elif defined(REFUSES_SILENTLY)
  static_cast<void>(instance);
  return SMM_CONFIG;
#else
  only_instance.provider.struct_size = sizeof(smm_interface);
  only_instance.provider.next = next;
#if defined(CLAIMS_MORE)
  only_instance.provider.capabilities = SMM_CAPABILITY(SMM_PROVIDER_PLACE) | SMM_CAPABILITY(SMM_PROVIDER_CANCEL);
#elif !defined(CANNOT_PLACE)
  only_instance.provider.capabilities = SMM_CAPABILITY(SMM_PROVIDER_PLACE);
#endif
  *instance = &only_instance;
  return SMM_OK;
#endif
}

void close(smm_instance*) noexcept {}

const smm_interface* get_interface(smm_instance* instance, smm_str) noexcept {
  return &instance->provider;
}

[[maybe_unused]] const smm_plugin* describe() {
  static const smm_plugin kPlugin{CODE_SIZE, CODE_MAJOR, CODE_MINOR,   0, str(CODE_ID), str(CODE_VERSION),
                                  open,      close,      get_interface};
  return &kPlugin;
}

}  // namespace

#if defined(NULL_ENTRY)
extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return nullptr;
}
#elif !defined(NO_ENTRY)
extern "C" const smm_plugin* smm_plugin_entry_v1() noexcept {
  return describe();
}
#endif
