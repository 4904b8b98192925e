// The shop's local times. Yampi writes them without an offset, in the shop's zone America/Sao_Paulo.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/domain/time.h"

namespace smmhost {

inline constexpr std::string_view kShopZone = "America/Sao_Paulo";

// "2026-01-15 10:20:31", with or without a fraction, with ' ' or 'T', as wall time in `zone` (an IANA name, "UTC" or
// "-03:00"). An offset or 'Z' at the end of the text goes before `zone`. nullopt for other shapes and unknown zones.
std::optional<Time> parse_shop_time(std::string_view text, std::string_view zone = kShopZone);

// The calendar day in the shop's zone, "2026-01-15".
std::string shop_day(Time t);

}  // namespace smmhost
