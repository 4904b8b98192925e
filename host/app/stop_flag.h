// Whether the program is stopping, and a sleep that ends when it does.
#pragma once

#include <condition_variable>
#include <mutex>

#include "core/domain/time.h"

namespace smmhost {

// Thread safe.
class StopFlag {
 public:
  void raise() {
    {
      const std::lock_guard lock(mutex_);
      raised_ = true;
    }
    changed_.notify_all();
  }

  bool raised() const {
    const std::lock_guard lock(mutex_);
    return raised_;
  }

  // False where the flag was raised before the time was over.
  bool sleep(Duration duration) const {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, duration, [this] { return raised_; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool raised_ = false;
};

}  // namespace smmhost
