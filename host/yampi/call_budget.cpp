#include "host/yampi/call_budget.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace smmhost {
namespace {

constexpr Duration kWindow = std::chrono::minutes{1};
constexpr Duration kLongestBlock = std::chrono::hours{1};

}  // namespace

CallBudget::CallBudget(int per_minute, SharedBudget shared)
    : per_minute_(static_cast<std::size_t>(std::max(per_minute, 1))), shared_(std::move(shared)) {}

std::optional<Duration> CallBudget::take(Time now) {
  if (const auto wait = take_here(now)) return wait;
  if (!shared_.take) return std::nullopt;
  const std::optional<Duration> wait = shared_.take(now);
  if (wait) forget(now);
  return wait;
}

// What this host alone has to say.
std::optional<Duration> CallBudget::take_here(Time now) {
  const std::lock_guard lock(mutex_);
  // A clock that stepped back far would keep calls of "the future" counted for as long; they are dropped.
  std::erase_if(taken_, [&](Time t) { return t + kWindow <= now || t > now + kWindow; });
  if (blocked_until_ && *blocked_until_ > now + kLongestBlock) blocked_until_.reset();
  if (blocked_until_ && *blocked_until_ > now) return *blocked_until_ - now;
  if (taken_.size() >= per_minute_)
    return std::max(*std::min_element(taken_.begin(), taken_.end()) + kWindow - now, Duration{1});
  taken_.push_back(now);
  return std::nullopt;
}

void CallBudget::give_back(Time now) {
  if (forget(now) && shared_.give_back) shared_.give_back();
}

bool CallBudget::forget(Time taken_at) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(taken_.begin(), taken_.end(), taken_at);
  if (found == taken_.end()) return false;
  taken_.erase(found);
  return true;
}

void CallBudget::block_until(Time until, Time now) {
  const Time bounded = std::min(until, now + kLongestBlock);
  if (bounded > now && shared_.pause) shared_.pause(bounded - now, now);
  const std::lock_guard lock(mutex_);
  if (!blocked_until_ || *blocked_until_ < bounded) blocked_until_ = bounded;
}

}  // namespace smmhost
