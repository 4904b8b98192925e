#include "host/app/budget_portions.h"

#include <algorithm>
#include <cmath>

namespace smmhost {
namespace {

int most_of(double calls_per_minute, int burst, Duration lasts) {
  const double minutes = static_cast<double>(lasts.count()) / 60'000.0;
  const double most = std::min(std::floor(calls_per_minute * minutes), static_cast<double>(burst));
  return std::max(1, static_cast<int>(most));
}

}  // namespace

BudgetPortions::BudgetPortions(double calls_per_minute, int burst, Take take)
    : most_(most_of(calls_per_minute, burst, kLasts)), take_(std::move(take)) {}

std::optional<Duration> BudgetPortions::take(Time now) {
  const std::lock_guard lock(mutex_);
  if (left_ > 0 && now < taken_at_ + kLasts) {
    --left_;
    return std::nullopt;
  }
  const int calls = next_size(now);
  const std::optional<Duration> wait = take_portion(calls, now);
  return wait && calls > 1 ? take_portion(1, now) : wait;
}

void BudgetPortions::drop() {
  const std::lock_guard lock(mutex_);
  left_ = 0;
  size_ = 0;
}

int BudgetPortions::next_size(Time now) const {
  const bool used_up_in_time = left_ == 0 && now < taken_at_ + kLasts;
  if (used_up_in_time) return std::clamp(size_ * 2, 1, most_);
  const bool follows_the_last = now < taken_at_ + kRemembered;
  return follows_the_last ? std::max(1, size_ - left_) : 1;
}

std::optional<Duration> BudgetPortions::take_portion(int calls, Time now) {
  const std::optional<Duration> wait = take_(calls, now);
  if (wait) return wait;
  left_ = calls - 1;
  size_ = calls;
  taken_at_ = now;
  return std::nullopt;
}

}  // namespace smmhost
