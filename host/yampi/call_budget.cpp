#include "host/yampi/call_budget.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace smmhost {
namespace {

constexpr Duration kWindow = std::chrono::minutes{1};
constexpr Duration kLongestBlock = std::chrono::hours{1};

}  // namespace

CallBudget::CallBudget(int per_minute, std::function<std::optional<Duration>(Time)> shared)
    : per_minute_(static_cast<std::size_t>(std::max(per_minute, 1))), shared_(std::move(shared)) {}

std::optional<Duration> CallBudget::take(Time now) {
  const std::lock_guard lock(mutex_);
  // A clock that stepped back far would keep calls of "the future" counted for as long; they are dropped.
  std::erase_if(taken_, [&](Time t) { return t + kWindow <= now || t > now + kWindow; });
  if (blocked_until_ && *blocked_until_ > now + kLongestBlock) blocked_until_.reset();
  if (blocked_until_ && *blocked_until_ > now) return *blocked_until_ - now;
  if (taken_.size() >= per_minute_)
    return std::max(*std::min_element(taken_.begin(), taken_.end()) + kWindow - now, Duration{1});
  if (shared_)
    if (const auto wait = shared_(now)) return wait;
  taken_.push_back(now);
  return std::nullopt;
}

void CallBudget::give_back(Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(taken_.begin(), taken_.end(), now);
  if (found != taken_.end()) taken_.erase(found);
}

void CallBudget::block_until(Time until, Time now) {
  const std::lock_guard lock(mutex_);
  const Time bounded = std::min(until, now + kLongestBlock);
  if (!blocked_until_ || *blocked_until_ < bounded) blocked_until_ = bounded;
}

}  // namespace smmhost
