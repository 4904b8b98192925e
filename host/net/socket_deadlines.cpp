#include "host/net/socket_deadlines.h"

#include <Poco/Net/SocketImpl.h>
#include <sys/socket.h>

namespace smmhost {

SocketDeadlines::SocketDeadlines() : thread_([this] { run(); }) {}

SocketDeadlines::~SocketDeadlines() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

SocketDeadlines::Handle SocketDeadlines::add(const Poco::Net::StreamSocket& socket, Clock::time_point when) {
  bool earliest = false;
  Handle handle;
  {
    const std::lock_guard lock(mutex_);
    handle = {when, ++last_id_};
    const auto added = pending_.emplace(handle, socket).first;
    earliest = added == pending_.begin();
  }
  if (earliest) changed_.notify_all();
  return handle;
}

bool SocketDeadlines::cancel(const Handle& handle) {
  const std::lock_guard lock(mutex_);
  return pending_.erase(handle) > 0;
}

void SocketDeadlines::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (pending_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = pending_.begin();
    const Clock::time_point when = first->first.first;
    if (Clock::now() < when) {
      changed_.wait_until(lock, when);
      continue;
    }
    // The system call and not Poco's shutdown(): on a TLS socket that one writes an alert and may block or race.
    // Under the lock, so that cancel() cannot return while the number is in use.
    ::shutdown(first->second.impl()->sockfd(), SHUT_RDWR);
    pending_.erase(first);
  }
}

}  // namespace smmhost
