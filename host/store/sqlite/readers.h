// A small pool of read-only connections, opened when they are needed. Thread safe.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/store/sqlite/connection.h"
#include "host/store/sqlite/statements.h"

namespace smmhost::sqlite {

class Readers {
 public:
  Readers(std::string path, int most, int busy_timeout_ms);

  // Runs `read` on one snapshot of the database. Waits while all connections are in use. Throws SqlError.
  template <class Read>
  auto run(Read read) {
    const Borrowed borrowed(*this);
    Connection& db = borrowed.connection();
    db.query(kBeginRead).run();
    const EndOfRead end(db);
    return read(db);
  }

 private:
  class Borrowed {
   public:
    explicit Borrowed(Readers& pool) : pool_(pool), connection_(pool.take()) {}
    ~Borrowed() { pool_.give_back(std::move(connection_)); }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    Connection& connection() const { return *connection_; }

   private:
    Readers& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // A snapshot that is kept longer than needed would hold up the WAL's checkpoint.
  class EndOfRead {
   public:
    explicit EndOfRead(Connection& db) : db_(db) {}
    ~EndOfRead();
    EndOfRead(const EndOfRead&) = delete;
    EndOfRead& operator=(const EndOfRead&) = delete;

   private:
    Connection& db_;
  };

  std::unique_ptr<Connection> take();
  std::unique_ptr<Connection> open() const;
  void give_back(std::unique_ptr<Connection> connection);

  const std::string path_;
  const int busy_timeout_ms_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int may_open_;
};

}  // namespace smmhost::sqlite
