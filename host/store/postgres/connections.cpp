// A pool of connections that are opened when they are needed, and again after the server was away.
#include "host/store/postgres/connections.h"

#include <algorithm>

#include "core/ports/store.h"

namespace smmhost::postgres {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr std::chrono::seconds kLongestWait{10};
// No statement is allowed to take as long as this; see cut_silent().
constexpr std::chrono::seconds kSilent{60};
constexpr int kMostCuts = 4;
constexpr std::chrono::minutes kTroubleIsOver{1};

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

Connections::Lease::Lease(Connections& pool, std::unique_ptr<Connection> connection)
    : pool_(pool), connection_(std::move(connection)) {
  pool_.begin_use(*connection_);
}

Connections::Lease::~Lease() {
  if (connection_) pool_.end_use(*connection_);
  pool_.give_back(std::move(connection_));
}

void Connections::Lease::discard() {
  if (connection_) pool_.end_use(*connection_);
  connection_.reset();
}

Connections::Lease Connections::take() {
  std::unique_ptr<Connection> connection = wait_for_turn();
  if (connection && !connection->is_alive()) connection.reset();
  return lease(std::move(connection));
}

Connections::Lease Connections::take_untested() {
  return lease(wait_for_turn());
}

// In a turn that was waited for; a new one where it is null.
Connections::Lease Connections::lease(std::unique_ptr<Connection> connection) {
  if (connection) return {*this, std::move(connection)};
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
  if (!returned_.wait_for(lock, kLongestWait, [this] { return free_ > 0; })) {
    lock.unlock();
    cut_silent();
    throw StoreUnavailable("the database does not answer: all connections are in use");
  }
  --free_;
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

std::unique_ptr<Connection> Connections::open() {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) throw StoreUnavailable("the store is being closed");
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
    const std::string why = "the database cannot be reached: " + one_line(error.what());
    note_trouble(why);
    throw StoreUnavailable(why);
  }
}

void Connections::begin_use(const Connection& connection) {
  const std::lock_guard lock(mutex_);
  in_use_.emplace(&connection, std::chrono::steady_clock::now());
  if (closed_) connection.cut();
}

void Connections::end_use(const Connection& connection) {
  const std::lock_guard lock(mutex_);
  in_use_.erase(&connection);
}

void Connections::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    ++free_;
    if (connection && connection->raw().is_open()) {
      cuts_ = 0;
      idle_.push_back(std::move(connection));
    }
  }
  returned_.notify_one();
}

void Connections::cut_silent() {
  const std::lock_guard lock(mutex_);
  if (cuts_ == kMostCuts) return;
  const SteadyTime silent_since = std::chrono::steady_clock::now() - kSilent * (1 << cuts_);
  bool any = false;
  for (const auto& [connection, since] : in_use_) {
    if (since > silent_since) continue;
    connection->cut();
    any = true;
  }
  if (any) ++cuts_;
}

void Connections::note_success() {
  const std::lock_guard lock(trouble_mutex_);
  trouble_.reset();
}

void Connections::note_trouble(const std::string& why) {
  const std::lock_guard lock(trouble_mutex_);
  trouble_ = why;
  trouble_at_ = std::chrono::steady_clock::now();
}

std::optional<std::string> Connections::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  if (std::chrono::steady_clock::now() - trouble_at_ > kTroubleIsOver) return std::nullopt;
  return trouble_;
}

void Connections::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& [connection, since] : in_use_) connection->cut();
}

}  // namespace smmhost::postgres
