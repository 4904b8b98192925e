// Wake-ups by LISTEN and NOTIFY, on a connection and a thread of their own.
//
// Never within the transaction that stores an order: NOTIFY takes a lock over the whole database until that transaction
// has ended, which halves the rate of commits.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "host/store/wake_ups.h"

namespace smmhost::postgres {

class NotifyWakeUps final : public WakeUps {
 public:
  NotifyWakeUps(std::string connection_string, std::string name, std::function<void()> woken);
  ~NotifyWakeUps() override;

  void tell() override;

 private:
  void serve();
  // Until the connection breaks (throws) or the end.
  void listen();
  // Waits for something on the connection, a call of tell(), the end, or a while. True: there may be notifications.
  bool wait(int connection) const;

  const std::string connection_string_;
  const std::string name_;
  const std::function<void()> woken_;
  const int signal_;  // an eventfd, raised by tell() and by the end
  std::atomic<bool> told_{false};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace smmhost::postgres
