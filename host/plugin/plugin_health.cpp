#include "host/plugin/plugin_health.h"

#include <algorithm>
#include <utility>

namespace smmhost {

void PluginHealth::fault(std::string what, Time now) {
  const std::lock_guard lock(mutex_);
  ++view_.faults;
  ++in_a_row_;
  view_.last_fault = std::move(what);
  view_.last_fault_at = now;
  if (in_a_row_ >= kFaultsBeforeQuarantine) view_.quarantined = true;
  if (in_a_row_ < kFaultsBeforeRest) return;
  const int doublings = std::min(in_a_row_ - kFaultsBeforeRest, 20);
  view_.rests_until = now + std::min<Duration>(kFirstRest * (std::int64_t{1} << doublings), kLongestRest);
}

void PluginHealth::good() {
  const std::lock_guard lock(mutex_);
  in_a_row_ = 0;
  view_.rests_until.reset();
}

std::optional<std::string> PluginHealth::objection(Time now) const {
  const std::lock_guard lock(mutex_);
  const std::string last = view_.last_fault + " at " + (view_.last_fault_at ? to_iso8601(*view_.last_fault_at) : "");
  if (view_.quarantined)
    return "the plugin is in quarantine after " + std::to_string(in_a_row_) + " faults in a row (the last: it " + last +
           "); smmhost plugins reload, or a restart, lifts it";
  if (view_.rests_until && now < *view_.rests_until)
    return "the plugin rests until " + to_iso8601(*view_.rests_until) + " after " + std::to_string(in_a_row_) +
           " faults in a row (the last: it " + last + ")";
  return std::nullopt;
}

PluginHealth::View PluginHealth::view(Time now) const {
  const std::lock_guard lock(mutex_);
  View view = view_;
  if (view.rests_until && now >= *view.rests_until) view.rests_until.reset();
  return view;
}

}  // namespace smmhost
