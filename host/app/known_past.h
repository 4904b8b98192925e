// What is known of the database's past. Another process may change it: an import, or the mark of a restore.
#pragma once

#include <mutex>

#include "core/fulfilment/past.h"

namespace smmhost {

// Thread safe.
class KnownPast {
 public:
  // `store` is borrowed. Both read it, and throw StoreUnavailable.
  explicit KnownPast(Store& store) : store_(store), past_(read_past(store)) {}
  void read_again() {
    const Past read = read_past(store_);
    const std::lock_guard lock(mutex_);
    past_ = read;
  }

  Past current() const {
    const std::lock_guard lock(mutex_);
    return past_;
  }

 private:
  Store& store_;
  mutable std::mutex mutex_;
  Past past_;
};

}  // namespace smmhost
