// The shop's order statuses: ids and aliases as three different stores had them from 2022 to 2026 (observed in orders).
// A store may change its own, so this table only stands in for GET /checkout/statuses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace smmhost {

std::optional<std::int64_t> built_in_status_id(std::string_view alias);
std::string_view built_in_status_alias(std::int64_t id);  // empty for an unknown id

}  // namespace smmhost
