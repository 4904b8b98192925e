#include "host/app/heartbeat.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace smmhost {

Heartbeat::Heartbeat(HostGroup& group, const Clock& clock, std::string owner, HeartbeatSettings settings,
                     std::function<void(int)> taken_over)
    : group_(group), clock_(clock), owner_(std::move(owner)), settings_(settings), taken_over_(std::move(taken_over)) {
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
    if (payments == 0) return;
    spdlog::warn("taken over from a host that is gone: payments={}", payments);
    taken_over_(payments);
  } catch (const std::exception& error) {
    if (!silent_) spdlog::warn("no sign of life to the other hosts: {}", error.what());
    silent_ = true;
  }
}

}  // namespace smmhost
