// The names of the ABI's numbers, as manifests, cassettes and messages write them.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "smm/plugin.h"

namespace smm::sdk {

struct Name {
  uint32_t value;
  std::string_view name;
};

inline constexpr std::array<Name, 17> kCodeNames = {{
    {SMM_OK, "OK"},
    {SMM_REJECTED, "REJECTED"},
    {SMM_AUTH, "AUTH"},
    {SMM_RATE_LIMITED, "RATE_LIMITED"},
    {SMM_NO_FUNDS, "NO_FUNDS"},
    {SMM_BUSY_LINK, "BUSY_LINK"},
    {SMM_BAD_LINK, "BAD_LINK"},
    {SMM_BAD_SERVICE, "BAD_SERVICE"},
    {SMM_BAD_QUANTITY, "BAD_QUANTITY"},
    {SMM_NOT_FOUND, "NOT_FOUND"},
    {SMM_UPSTREAM_DOWN, "UPSTREAM_DOWN"},
    {SMM_BAD_RESPONSE, "BAD_RESPONSE"},
    {SMM_OUTCOME_UNKNOWN, "OUTCOME_UNKNOWN"},
    {SMM_UNSUPPORTED, "UNSUPPORTED"},
    {SMM_CONFIG, "CONFIG"},
    {SMM_OUT_OF_MEMORY, "OUT_OF_MEMORY"},
    {SMM_INTERNAL, "INTERNAL"},
}};

inline constexpr std::array<Name, 10> kStateNames = {{
    {SMM_STATE_UNKNOWN_TEXT, "UNKNOWN_TEXT"},
    {SMM_STATE_PENDING, "PENDING"},
    {SMM_STATE_PROCESSING, "PROCESSING"},
    {SMM_STATE_IN_PROGRESS, "IN_PROGRESS"},
    {SMM_STATE_COMPLETED, "COMPLETED"},
    {SMM_STATE_PARTIAL, "PARTIAL"},
    {SMM_STATE_CANCELED, "CANCELED"},
    {SMM_STATE_REFUNDED, "REFUNDED"},
    {SMM_STATE_PROBLEM, "PROBLEM"},
    {SMM_STATE_REJECTED, "REJECTED"},
}};

inline constexpr std::array<Name, 3> kEffectNames = {{
    {SMM_READ, "read"},
    {SMM_WRITE_IDEMPOTENT, "write_idempotent"},
    {SMM_WRITE_ONCE, "write_once"},
}};

inline constexpr std::array<Name, 8> kProviderOperationNames = {{
    {SMM_PROVIDER_PLACE, "place"},
    {SMM_PROVIDER_STATUS, "status"},
    {SMM_PROVIDER_CANCEL, "cancel"},
    {SMM_PROVIDER_REFILL, "refill"},
    {SMM_PROVIDER_REFILL_STATUS, "refill_status"},
    {SMM_PROVIDER_BALANCE, "balance"},
    {SMM_PROVIDER_SERVICES, "services"},
    {SMM_PROVIDER_RECONCILE, "reconcile"},
}};

inline constexpr std::array<Name, 2> kCheckerOperationNames = {{
    {SMM_CHECKER_CHECK, "check"},
    {SMM_CHECKER_MEDIA, "media"},
}};

/// The name of a number, "?" if it has none.
template <class Names>
constexpr std::string_view name_of(const Names& names, uint32_t value) {
  for (const Name& name : names) {
    if (name.value == value) return name.name;
  }
  return "?";
}

/// The number of a name.
template <class Names>
constexpr std::optional<uint32_t> value_of(const Names& names, std::string_view wanted) {
  for (const Name& name : names) {
    if (name.name == wanted) return name.value;
  }
  return std::nullopt;
}

inline constexpr std::string_view code_name(smm_code code) {
  return name_of(kCodeNames, code);
}

}  // namespace smm::sdk
