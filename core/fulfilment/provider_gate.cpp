#include "core/fulfilment/provider_gate.h"

#include <algorithm>
#include <cmath>

#include "core/fulfilment/backoff.h"

namespace smmhost {
namespace {

constexpr Duration kLongestQueue = std::chrono::seconds{60};
constexpr Duration kLongestPause = std::chrono::minutes{10};

}  // namespace

ProviderGate::ProviderGate(std::string name, GateSettings settings, std::function<std::uint64_t()> entropy,
                           SharedBudget shared)
    : name_(std::move(name)),
      settings_(settings),
      entropy_(std::move(entropy)),
      shared_(std::move(shared)),
      tokens_(std::max(1, settings.burst)) {}

Duration ProviderGate::token_interval() const {
  const double per_minute = std::max(settings_.calls_per_minute, 0.001);
  return Duration{std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(60'000.0 / per_minute)))};
}

void ProviderGate::refill(Time now) {
  if (refilled_at_ && now > *refilled_at_) {
    const double minutes = static_cast<double>((now - *refilled_at_).count()) / 60'000.0;
    tokens_ = std::min<double>(std::max(1, settings_.burst), tokens_ + minutes * settings_.calls_per_minute);
  }
  if (!refilled_at_ || now > *refilled_at_) refilled_at_ = now;
}

Admission ProviderGate::refuse_until(Time earliest, Time now) {
  queue_end_ = std::clamp(queue_end_ + token_interval(), earliest, std::max(earliest, now + kLongestQueue));
  return {.retry_at = queue_end_};
}

Admission ProviderGate::admit(Time now) {
  Admission here = admit_here(now);
  if (!here.admitted || !shared_.take) return here;
  const std::optional<Duration> wait = shared_.take(now);
  if (!wait) return here;
  const std::lock_guard lock(mutex_);
  tokens_ = std::min<double>(std::max(1, settings_.burst), tokens_ + 1);
  if (trial_since_ == now) trial_since_.reset();
  return refuse_until(now + *wait, now);
}

Admission ProviderGate::admit_here(Time now) {
  const std::lock_guard lock(mutex_);
  refill(now);
  if (quiet_until_ && now < *quiet_until_) return {.retry_at = *quiet_until_, .why = why_};
  quiet_until_.reset();
  if (closed_until_) {
    if (now < *closed_until_) return {.breaker = true, .retry_at = *closed_until_, .why = why_};
    // A trial whose end was never reported must not keep the breaker open for ever.
    const bool trial_runs = trial_since_ && now < *trial_since_ + settings_.breaker_pause;
    if (trial_runs) return {.breaker = true, .retry_at = *trial_since_ + settings_.breaker_pause, .why = why_};
  }
  if (tokens_ < 1) return refuse_until(now + token_interval(), now);
  tokens_ -= 1;
  if (closed_until_) trial_since_ = now;
  return {.admitted = true};
}

void ProviderGate::withdrawn() {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min<double>(std::max(1, settings_.burst), tokens_ + 1);
  trial_since_.reset();
}

void ProviderGate::works_again() {
  failures_ = 0;
  closed_until_.reset();
  trial_since_.reset();
  key_refused_since_.reset();
  key_refusal_.clear();
}

void ProviderGate::succeeded(Time) {
  const std::lock_guard lock(mutex_);
  works_again();
  why_.clear();
}

void ProviderGate::key_refused(Time now, const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (!key_refused_since_) key_refused_since_ = now;
  key_refusal_ = why;
}

void ProviderGate::failed(Time now, const std::string& why, std::optional<Duration> retry_after) {
  if (retry_after && shared_.pause) shared_.pause(*retry_after, now);
  const std::lock_guard lock(mutex_);
  why_ = why;
  if (retry_after) quiet_until_ = std::max(quiet_until_.value_or(now), now + *retry_after);
  // Calls that were under way when it opened end one after the other, and say nothing that is not known.
  if (closed_until_ && !trial_since_) return;
  trial_since_.reset();
  if (++failures_ < settings_.breaker_failures) return;
  const int openings = failures_ - settings_.breaker_failures;
  const Duration pause = settings_.breaker_pause * (1LL << std::min(openings, 10));
  const Duration longest = std::max(settings_.breaker_pause, kLongestPause);
  // Between the pause and one and a half of it, so that several hosts do not try at the same moment.
  closed_until_ = now + std::min(pause, longest) + backoff_delay(1, settings_.breaker_pause / 2, longest, entropy_());
}

void ProviderGate::asked_to_wait(Time now, const std::string& why, Duration retry_after) {
  if (shared_.pause) shared_.pause(retry_after, now);
  const std::lock_guard lock(mutex_);
  works_again();
  why_ = why;
  quiet_until_ = std::max(quiet_until_.value_or(now), now + retry_after);
}

GateView ProviderGate::view(Time now) const {
  const std::lock_guard lock(mutex_);
  GateView view{.name = name_,
                .calls_per_minute = settings_.calls_per_minute,
                .consecutive_failures = failures_,
                .key_refused_since = key_refused_since_,
                .key_refusal = key_refusal_};
  const bool quiet = quiet_until_ && now < *quiet_until_;
  view.open = closed_until_.has_value() || quiet;
  if (!view.open) return view;
  view.why = why_;
  view.retry_at = std::max(closed_until_.value_or(now), quiet ? *quiet_until_ : now);
  return view;
}

}  // namespace smmhost
