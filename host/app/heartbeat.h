// A host's sign of life to the others on its database, and the taking over of what the dead ones had leased.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "core/ports/clock.h"
#include "core/ports/host_group.h"

namespace smmhost {

struct HeartbeatSettings {
  Duration every = std::chrono::seconds{2};
  // A host that is slower than this and not dead loses its leases, and with them the right to commit; nothing is done
  // twice.
  Duration dead_after = std::chrono::seconds{15};
};

// What is done about a sign of life, on the thread that gave it.
struct HeartbeatActions {
  std::function<void(int payments)> taken_over;  // so many of a dead host's became due
  std::function<void()> given = {};              // after each sign; may throw where the database is gone again
};

// Gives the first sign in its constructor, so that nothing is leased before it, and then again and again from a thread.
class Heartbeat {
 public:
  // `group` and `clock` are borrowed and must outlive it.
  Heartbeat(HostGroup& group, const Clock& clock, std::string owner, HeartbeatSettings settings,
            HeartbeatActions actions);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void serve();
  void beat();

  HostGroup& group_;
  const Clock& clock_;
  const std::string owner_;
  const HeartbeatSettings settings_;
  const HeartbeatActions actions_;
  bool silent_ = false;  // the last sign could not be given; only the thread
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace smmhost
