// The C++ way to write a plugin: derive from Provider, ProfileChecker or both, and return plugin<YourClass>(...) from
// smm_plugin_entry_v1(). Your class is constructed from a Config once for every INI section that names the plugin.
#pragma once

#include <concepts>
#include <memory>
#include <new>
#include <string_view>

#include "smm/plugin.h"
#include "smm/sdk/config.hpp"
#include "smm/sdk/profile_checker_edge.hpp"
#include "smm/sdk/provider_edge.hpp"

namespace smm::sdk {

namespace detail {

/// What an smm_instance of this plugin is.
template <class T>
struct Instance {
  explicit Instance(const Config& config) : object(config) {
    if constexpr (std::derived_from<T, Provider>) {
      provider = interface_of(static_cast<const Provider&>(object).operations(), &next<Provider>);
    }
    if constexpr (std::derived_from<T, ProfileChecker>) {
      checker = interface_of(static_cast<const ProfileChecker&>(object).operations(), &next<ProfileChecker>);
    }
  }

  using Next = void (*)(smm_instance*, const smm_call*, const smm_out*) noexcept;

  static smm_interface interface_of(const std::vector<uint32_t>& operations, Next next) {
    auto out = make_struct<smm_interface>();
    out.capabilities = capability_bits(operations);
    out.next = next;
    return out;
  }

  template <class Base>
  static void next(smm_instance* raw, const smm_call* source, const smm_out* out) noexcept {
    const auto* self = reinterpret_cast<const Instance*>(raw);
    const auto call = read_struct<smm_call>(source);
    bool writes = false;
    uint64_t capabilities = 0;
    if constexpr (std::same_as<Base, Provider>) {
      writes = is_write(call.operation);
      capabilities = self->provider.capabilities;
    } else {
      capabilities = self->checker.capabilities;
    }
    at_edge(&call, out, writes, [&] {
      if (!has_operation(capabilities, call.operation)) {
        return emit_failure(out, {SMM_UNSUPPORTED, "this instance does not have the operation", {}, 0});
      }
      dispatch(static_cast<const Base&>(self->object), call, out);
    });
  }

  T object;
  smm_interface provider{};
  smm_interface checker{};
};

inline void report(const smm_errors* errors, std::string_view key, std::string_view message) {
  errors->add(errors, to_str(key), to_str(message));
}

template <class T>
smm_code open(const smm_host*, const smm_config* raw, const smm_errors* errors, smm_instance** instance) noexcept {
  try {
    const Config config(read_struct<smm_config>(raw));
    auto made = std::make_unique<Instance<T>>(config);
    for (const auto& [key, message] : config.errors()) report(errors, key, message);
    if (!config.errors().empty()) return SMM_CONFIG;
    *instance = reinterpret_cast<smm_instance*>(made.release());
    return SMM_OK;
  } catch (const std::bad_alloc&) {
    report(errors, {}, "out of memory");
    return SMM_OUT_OF_MEMORY;
  } catch (const std::exception& error) {
    report(errors, {}, error.what());
    return SMM_INTERNAL;
  } catch (...) {
    report(errors, {}, "the plugin failed while it was opened");
    return SMM_INTERNAL;
  }
}

template <class T>
void close(smm_instance* instance) noexcept {
  delete reinterpret_cast<Instance<T>*>(instance);
}

template <class T>
const smm_interface* get_interface(smm_instance* raw, smm_str id) noexcept {
  const auto* instance = reinterpret_cast<const Instance<T>*>(raw);
  if (std::derived_from<T, Provider> && to_view(id) == SMM_PROVIDER_ID) return &instance->provider;
  if (std::derived_from<T, ProfileChecker> && to_view(id) == SMM_PROFILE_CHECKER_ID) return &instance->checker;
  return nullptr;
}

}  // namespace detail

/// The plugin's description; call it once, from smm_plugin_entry_v1(). `id` and `version` are those of the manifest
/// (smm_add_plugin() defines SMM_PLUGIN_ID and SMM_PLUGIN_VERSION) and must be literals.
template <class T>
requires std::constructible_from<T, const Config&> &&
    (std::derived_from<T, Provider> ||
     std::derived_from<T, ProfileChecker>) const smm_plugin* plugin(std::string_view id,
                                                                    std::string_view version) noexcept {
  static const smm_plugin description = [&] {
    auto out = make_struct<smm_plugin>();
    out.abi_major = SMM_ABI_MAJOR;
    out.abi_minor = SMM_ABI_MINOR;
    out.id = to_str(id);
    out.version = to_str(version);
    out.open = &detail::open<T>;
    out.close = &detail::close<T>;
    out.get_interface = &detail::get_interface<T>;
    return out;
  }();
  return &description;
}

}  // namespace smm::sdk
