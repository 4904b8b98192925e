// Which providers need not be asked for their services any more before something is bought there. Each is asked once a
// process: where it cannot list them, buying goes on without.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace smmhost {

// Thread safe.
class FirstListings {
 public:
  enum class Turn { kMine, kAnothers, kOver };

  // kMine: the caller asks, and says finished() whatever comes of it. kAnothers: somebody is asking.
  Turn begin(const std::string& provider) {
    const std::lock_guard lock(mutex_);
    const auto [over, is_new] = over_.try_emplace(provider, false);
    if (is_new) return Turn::kMine;
    return over->second ? Turn::kOver : Turn::kAnothers;
  }

  bool is_over(const std::string& provider) const {
    const std::lock_guard lock(mutex_);
    const auto over = over_.find(provider);
    return over != over_.end() && over->second;
  }

  void finished(const std::string& provider) {
    const std::lock_guard lock(mutex_);
    over_[provider] = true;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, bool> over_;
};

}  // namespace smmhost
