// How well a plugin behaves: what it did wrong, when it rests for it, and when it is not asked any more.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/domain/time.h"

namespace smmhost {

// Faults of one operation that follow one another without a good answer of it between them lead to rests of 1 s, 2 s,
// 4 s ... 5 min from the third on, and to quarantine at the tenth: then that operation is not asked for until the
// plugin is loaded anew. Each operation is counted by itself: good statuses do not make up for crashes in purchases,
// and crashes over the balance do not keep orders from being followed. A fault costs its own call only; that nobody is
// bought from twice does not depend on any of this. Thread safe.
class PluginHealth {
 public:
  static constexpr int kFaultsBeforeRest = 3;
  static constexpr int kFaultsBeforeQuarantine = 10;
  static constexpr Duration kFirstRest = std::chrono::seconds{1};
  static constexpr Duration kLongestRest = std::chrono::minutes{5};

  // Of all operations together.
  struct View {
    std::uint64_t faults = 0;
    std::string last_fault;
    std::optional<Time> last_fault_at;
    std::optional<Time> rests_until;  // the longest, in the future of the time that was asked about
    bool quarantined = false;         // one of them, or more
    std::string why;                  // objection() of the one that is worst off; empty where nothing is wrong
  };

  // `operation` by its name in the manifest.
  void fault(const std::string& operation, std::string what, Time now);
  // The operation was asked for and ended without a fault.
  void good(const std::string& operation);

  // Why the operation is not asked for now; nullopt where it may be.
  std::optional<std::string> objection(const std::string& operation, Time now) const;
  bool is_quarantined(const std::string& operation) const;
  View view(Time now) const;

 private:
  struct Record {
    int in_a_row = 0;
    std::string last_fault;
    std::optional<Time> last_fault_at;
    std::optional<Time> rests_until;
    bool quarantined = false;
  };
  static std::optional<std::string> objection_of(const std::string& operation, const Record& record, Time now);

  mutable std::mutex mutex_;
  std::map<std::string, Record> operations_;
  View total_;  // faults and the last of them
};

}  // namespace smmhost
