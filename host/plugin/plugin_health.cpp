#include "host/plugin/plugin_health.h"

#include <algorithm>
#include <utility>

namespace smmhost {

void PluginHealth::fault(const std::string& operation, std::string what, Time now) {
  const std::lock_guard lock(mutex_);
  ++total_.faults;
  total_.last_fault = what;
  total_.last_fault_at = now;
  Record& record = operations_[operation];
  ++record.in_a_row;
  record.last_fault = std::move(what);
  record.last_fault_at = now;
  if (record.in_a_row >= kFaultsBeforeQuarantine) record.quarantined = true;
  if (record.in_a_row < kFaultsBeforeRest) return;
  const int doublings = std::min(record.in_a_row - kFaultsBeforeRest, 20);
  record.rests_until = now + std::min<Duration>(kFirstRest * (std::int64_t{1} << doublings), kLongestRest);
}

void PluginHealth::good(const std::string& operation) {
  const std::lock_guard lock(mutex_);
  const auto found = operations_.find(operation);
  if (found == operations_.end()) return;
  found->second.in_a_row = 0;
  found->second.rests_until.reset();
}

std::optional<std::string> PluginHealth::objection_of(const std::string& operation, const Record& record, Time now) {
  const bool rests = record.rests_until && now < *record.rests_until;
  if (!record.quarantined && !rests) return std::nullopt;
  const std::string why = " after " + std::to_string(record.in_a_row) + " faults in a row in " + operation +
                          " (the last: it " + record.last_fault + " at " +
                          (record.last_fault_at ? to_iso8601(*record.last_fault_at) : "") + ")";
  if (record.quarantined)
    return "the plugin is in quarantine" + why + "; smmhost plugins reload, or a restart, lifts it";
  return "the plugin rests until " + to_iso8601(*record.rests_until) + why;
}

std::optional<std::string> PluginHealth::objection(const std::string& operation, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto found = operations_.find(operation);
  return found == operations_.end() ? std::nullopt : objection_of(operation, found->second, now);
}

bool PluginHealth::is_quarantined(const std::string& operation) const {
  const std::lock_guard lock(mutex_);
  const auto found = operations_.find(operation);
  return found != operations_.end() && found->second.quarantined;
}

PluginHealth::View PluginHealth::view(Time now) const {
  const std::lock_guard lock(mutex_);
  View view = total_;
  for (const auto& [operation, record] : operations_) {
    const auto objection = objection_of(operation, record, now);
    if (!objection) continue;
    const bool is_worse = view.why.empty() || (record.quarantined && !view.quarantined);
    if (is_worse) view.why = *objection;
    view.quarantined = view.quarantined || record.quarantined;
    if (record.rests_until && now < *record.rests_until)
      view.rests_until = std::max(view.rests_until.value_or(*record.rests_until), *record.rests_until);
  }
  return view;
}

}  // namespace smmhost
