// How well a plugin behaves: what it did wrong, when it rests for it, and when it is not asked any more.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

// Faults that follow one another without a good answer between them lead to rests of 1 s, 2 s, 4 s ... 5 min from the
// third on, and to quarantine at the tenth: then nothing is asked of the plugin until it is loaded anew. A fault costs
// its own call only; that nobody is bought from twice does not depend on any of this. Thread safe.
class PluginHealth {
 public:
  static constexpr int kFaultsBeforeRest = 3;
  static constexpr int kFaultsBeforeQuarantine = 10;
  static constexpr Duration kFirstRest = std::chrono::seconds{1};
  static constexpr Duration kLongestRest = std::chrono::minutes{5};

  struct View {
    std::uint64_t faults = 0;
    std::string last_fault;
    std::optional<Time> last_fault_at;
    std::optional<Time> rests_until;  // in the future of the time that was asked about
    bool quarantined = false;
  };

  void fault(std::string what, Time now);
  // An operation ended without a fault.
  void good();

  // Why nothing is asked of the plugin now; nullopt where it may be asked.
  std::optional<std::string> objection(Time now) const;
  View view(Time now) const;

 private:
  mutable std::mutex mutex_;
  View view_;
  int in_a_row_ = 0;
};

}  // namespace smmhost
