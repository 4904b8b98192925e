// A small pool of read-only connections, opened when they are needed.
#include "host/store/sqlite/readers.h"

namespace smmhost::sqlite {

Readers::Readers(std::string path, int most, int busy_timeout_ms)
    : path_(std::move(path)), busy_timeout_ms_(busy_timeout_ms), may_open_(most) {}

Readers::EndOfRead::~EndOfRead() {
  try {
    if (db_.in_transaction()) db_.query(kCommit).run();
  } catch (const SqlError&) {
    // The connection is thrown away by give_back.
  }
}

std::unique_ptr<Connection> Readers::take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty() || may_open_ > 0; });
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  --may_open_;
  lock.unlock();
  try {
    return open();
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

std::unique_ptr<Connection> Readers::open() const {
  auto connection = std::make_unique<Connection>(path_, Connection::Mode::kReadOnly);
  sqlite3_busy_timeout(connection->handle(), busy_timeout_ms_);
  connection->execute("PRAGMA query_only = 1; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -1024");
  return connection;
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
  const bool usable = connection && !connection->in_transaction();
  if (!usable) connection.reset();
  {
    const std::lock_guard lock(mutex_);
    if (usable)
      idle_.push_back(std::move(connection));
    else
      ++may_open_;
  }
  returned_.notify_one();
}

}  // namespace smmhost::sqlite
