#include "host/store/postgres/due_floors.h"

#include <algorithm>
#include <utility>

namespace smmhost::postgres {
namespace {

constexpr std::chrono::seconds kBetweenWholeLooks{1};
// So far other hosts' clocks may be behind without anything having to wait.
constexpr Duration kClocksDiffer{1'000};

bool is_followed(const Placement& placement) {
  return placement.state == PlacementState::kAccepted || placement.state == PlacementState::kInProgress;
}

}  // namespace

bool DueFloors::begin_whole_look(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (now < next_) return false;
  next_ = now + kBetweenWholeLooks;
  written_before_ = std::exchange(written_, {});
  return true;
}

void DueFloors::found(const DueTimes& oldest, Time now) {
  const std::lock_guard lock(mutex_);
  const Time recent = now - kClocksDiffer;
  floors_ = DueTimes{.payment = recent, .shop_update = recent, .placement = recent, .providers = {}};
  for (const DueTimes* known : {&oldest, &std::as_const(written_), &std::as_const(written_before_)}) {
    for (const Kind kind : {&DueTimes::payment, &DueTimes::shop_update, &DueTimes::placement})
      if (known->*kind) *floors_.*kind = std::min(*floors_.*kind, known->*kind);
    floors_->providers.insert(known->providers.begin(), known->providers.end());
  }
}

void DueFloors::note(const Changes& changes) {
  const std::lock_guard lock(mutex_);
  for (const Payment& payment : changes.payments)
    if (payment.due_at) lower(&DueTimes::payment, *payment.due_at);
  for (const ShopUpdate& update : changes.shop_updates)
    if (update.due_at) lower(&DueTimes::shop_update, *update.due_at);
  for (const Placement& placement : changes.placements) {
    if (!placement.due_at || !is_followed(placement)) continue;
    lower(&DueTimes::placement, *placement.due_at);
    written_.providers.insert(placement.provider);
    if (floors_) floors_->providers.insert(placement.provider);
  }
}

void DueFloors::note_payments(Time due) {
  const std::lock_guard lock(mutex_);
  lower(&DueTimes::payment, due);
}

std::optional<DueTimes> DueFloors::floors() const {
  const std::lock_guard lock(mutex_);
  return floors_;
}

// Expects the mutex to be held.
void DueFloors::lower(Kind kind, Time due) {
  written_.*kind = std::min(due, (written_.*kind).value_or(due));
  if (floors_) *floors_.*kind = std::min(due, (*floors_.*kind).value_or(due));
}

}  // namespace smmhost::postgres
