#include "core/fulfilment/pending_answers.h"

#include <algorithm>

namespace smmhost {

PendingAnswers::Awaiting::Awaiting(PendingAnswers& answers, std::string placement_id)
    : answers_(answers), placement_id_(std::move(placement_id)) {
  const std::lock_guard lock(answers_.mutex_);
  answers_.awaited_.insert(placement_id_);
}

PendingAnswers::Awaiting::~Awaiting() {
  const std::lock_guard lock(answers_.mutex_);
  answers_.awaited_.erase(answers_.awaited_.find(placement_id_));
}

bool PendingAnswers::is_awaited(const std::string& placement_id) const {
  const std::lock_guard lock(mutex_);
  return awaited_.contains(placement_id);
}

void PendingAnswers::keep(PlaceAnswer answer) {
  const std::lock_guard lock(mutex_);
  unsaved_.push_back(std::move(answer));
}

std::optional<PlaceAnswer> PendingAnswers::take_oldest() {
  const std::lock_guard lock(mutex_);
  if (unsaved_.empty()) return std::nullopt;
  PlaceAnswer answer = std::move(unsaved_.front());
  unsaved_.erase(unsaved_.begin());
  return answer;
}

std::optional<PlaceAnswer> PendingAnswers::take(const std::string& placement_id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(unsaved_.begin(), unsaved_.end(),
                                  [&](const PlaceAnswer& a) { return a.placement_id == placement_id; });
  if (found == unsaved_.end()) return std::nullopt;
  PlaceAnswer answer = std::move(*found);
  unsaved_.erase(found);
  return answer;
}

int PendingAnswers::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(unsaved_.size());
}

}  // namespace smmhost
