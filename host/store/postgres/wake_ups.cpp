// Wake-ups by LISTEN and NOTIFY, on a connection and a thread of their own.
#include "host/store/postgres/wake_ups.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <pqxx/pqxx>
#include <system_error>
#include <utility>

#include "host/store/postgres/connection_settings.h"

namespace smmhost::postgres {
namespace {

constexpr const char* kChannel = "smmhost_work";
// Between two notifications: a flood of orders is told as twenty a second.
constexpr std::chrono::milliseconds kCoalesce{50};
constexpr std::chrono::seconds kReconnect{2};
constexpr int kLongestWaitMs = 1000;

class Receiver final : public pqxx::notification_receiver {
 public:
  Receiver(pqxx::connection_base& connection, const std::string& own_name, const std::function<void()>& woken)
      : notification_receiver(connection, kChannel), own_name_(own_name), woken_(woken) {}

  void operator()(const std::string& sender, int) override {
    if (sender != own_name_) woken_();
  }

 private:
  const std::string& own_name_;
  const std::function<void()>& woken_;
};

void receive(pqxx::connection& connection) {
  connection.get_notifs();
  if (!connection.is_open()) throw pqxx::broken_connection("the server closed the connection");
}

int new_signal() {
  const int signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signal < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return signal;
}

}  // namespace

NotifyWakeUps::NotifyWakeUps(std::string connection_string, std::string name, std::function<void()> woken)
    : connection_string_(std::move(connection_string)),
      name_(std::move(name)),
      woken_(std::move(woken)),
      signal_(new_signal()),
      thread_([this] { serve(); }) {}

NotifyWakeUps::~NotifyWakeUps() {
  stopping_ = true;
  eventfd_write(signal_, 1);
  thread_.join();
  close(signal_);
}

void NotifyWakeUps::tell() {
  if (!told_.exchange(true)) eventfd_write(signal_, 1);
}

void NotifyWakeUps::serve() {
  while (!stopping_) {
    try {
      listen();
    } catch (const std::exception&) {
      // The store's own calls tell the operator that the database is away.
      pollfd end{signal_, POLLIN, 0};
      const auto until = std::chrono::steady_clock::now() + kReconnect;
      while (!stopping_ && std::chrono::steady_clock::now() < until) {
        eventfd_t drained = 0;
        poll(&end, 1, 200);
        eventfd_read(signal_, &drained);
        std::this_thread::sleep_for(kCoalesce);
      }
    }
  }
}

void NotifyWakeUps::listen() {
  pqxx::connection connection(connection_string_);
  const Receiver receiver(connection, name_, woken_);
  while (!stopping_) {
    if (wait(connection.sock())) receive(connection);
    if (stopping_ || !told_.exchange(false)) continue;
    pqxx::nontransaction(connection).exec_params("SELECT pg_notify($1, $2)", kChannel, name_);
    // What came with the answer is not waited for: nothing is left to be read on the socket.
    receive(connection);
    std::this_thread::sleep_for(kCoalesce);
  }
}

bool NotifyWakeUps::wait(int connection) const {
  pollfd sources[] = {{connection, POLLIN, 0}, {signal_, POLLIN, 0}};
  poll(sources, 2, kLongestWaitMs);
  eventfd_t drained = 0;
  eventfd_read(signal_, &drained);
  return sources[0].revents != 0;
}

}  // namespace smmhost::postgres
