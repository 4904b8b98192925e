#include "core/fulfilment/profile_cache.h"

namespace smmhost {
namespace {

constexpr std::size_t kMostEntries = 10'000;

}  // namespace

std::optional<ProfileStatus> ProfileCache::find(const std::string& username, Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(username);
  if (found == entries_.end()) return std::nullopt;
  const Duration age = now - found->second.kept_at;
  if (age >= Duration::zero() && age < lifetime_) return found->second.status;
  entries_.erase(found);
  return std::nullopt;
}

void ProfileCache::keep(const std::string& username, ProfileStatus status, Time now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMostEntries)
    std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.kept_at >= lifetime_; });
  if (entries_.size() >= kMostEntries) entries_.clear();
  entries_[username] = {status, now};
}

}  // namespace smmhost
