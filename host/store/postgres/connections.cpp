// A pool of connections that are opened when they are needed, and again after the server was away.
#include "host/store/postgres/connections.h"

#include <algorithm>

#include "core/ports/store.h"

namespace smmhost::postgres {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2'000};

std::chrono::milliseconds pause_after(int failures) {
  return std::min(kLongestPause, kFirstPause * (1 << std::min(failures - 1, 5)));
}

// libpq ends its messages with a line feed, and puts one after each host it tried.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.replace(at, 1, "; ");
  return text;
}

}  // namespace

Connections::Connections(std::string connection_string, bool prepared_statements, int most)
    : connection_string_(std::move(connection_string)), prepared_statements_(prepared_statements), free_(most) {}

Connections::Lease Connections::take() {
  std::unique_ptr<Connection> connection = wait_for_turn();
  if (connection && connection->is_alive()) return {*this, std::move(connection)};
  connection.reset();
  try {
    return {*this, open()};
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

// Null where a new one may be opened.
std::unique_ptr<Connection> Connections::wait_for_turn() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return free_ > 0; });
  --free_;
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

std::unique_ptr<Connection> Connections::open() {
  {
    const std::lock_guard lock(mutex_);
    if (std::chrono::steady_clock::now() < not_before_)
      throw StoreUnavailable("the database cannot be reached; it is tried again in a moment");
  }
  try {
    auto connection = std::make_unique<Connection>(connection_string_, prepared_statements_);
    const std::lock_guard lock(mutex_);
    failures_ = 0;
    not_before_ = {};
    return connection;
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    not_before_ = std::chrono::steady_clock::now() + pause_after(++failures_);
    throw StoreUnavailable("the database cannot be reached: " + one_line(error.what()));
  }
}

void Connections::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
    if (connection && connection->raw().is_open()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace smmhost::postgres
