// The periodic jobs this program has: their names, default schedules and meanings.
#pragma once

#include <array>
#include <string_view>

namespace smmhost {

struct JobEntry {
  std::string_view name;
  std::string_view default_schedule;
  std::string_view help;
};

inline constexpr std::array<JobEntry, 8> kJobCatalogue{{
    {"check_profiles", "every 10m", "looks private, missing and failed profiles up again"},
    {"process_payments", "every 10m", "buys what is ready, and looks at held payments again"},
    {"track_placements", "every 1m", "asks the providers how far the purchases are"},
    {"update_delivered", "daily 19:00", "tells Yampi which orders are delivered"},
    {"reconcile_shop", "every 15m", "asks Yampi for paid orders whose webhook never came"},
    {"watch_webhook", "every 1h", "asks Yampi whether the webhook is still switched on"},
    {"check_providers", "every 30m", "asks the providers for their balance, services and bounds"},
    {"purge", "daily 04:00", "anonymises personal data older than the retention"},
}};

}  // namespace smmhost
