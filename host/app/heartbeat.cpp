#include "host/app/heartbeat.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace smmhost {

Heartbeat::Heartbeat(HostGroup& group, const Clock& clock, std::string owner, HeartbeatSettings settings,
                     HeartbeatActions actions)
    : group_(group), clock_(clock), owner_(std::move(owner)), settings_(settings), actions_(std::move(actions)) {
  beat();
  thread_ = std::thread([this] { serve(); });
}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Heartbeat::serve() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, settings_.every, [this] { return stopping_; })) {
    lock.unlock();
    beat();
    lock.lock();
  }
}

void Heartbeat::beat() {
  try {
    const int payments = group_.sign_of_life(owner_, clock_.now(), settings_.dead_after);
    if (silent_) spdlog::info("the other hosts see this one again");
    silent_ = false;
    if (payments > 0) {
      spdlog::warn("taken over from a host that is gone: payments={}", payments);
      actions_.taken_over(payments);
    }
    if (actions_.given) actions_.given();
  } catch (const std::exception& error) {
    if (!silent_) spdlog::warn("no sign of life to the other hosts: {}", error.what());
    silent_ = true;
  }
}

}  // namespace smmhost
