// A pool of connections that are opened when they are needed, and again after the server was away. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/store/postgres/connection.h"

namespace smmhost::postgres {

class Connections {
 public:
  Connections(std::string connection_string, bool prepared_statements, int most);

  // A connection in one caller's hands. It goes back to the pool unless it was broken by then.
  class Lease {
   public:
    Lease(Connections& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease() { pool_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    Connection& operator*() const { return *connection_; }
    // It is closed instead of kept.
    void discard() { connection_.reset(); }

   private:
    Connections& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits while all are in use. Throws StoreUnavailable where the server cannot be reached; after a failure the next
  // attempt waits (0.1 s, doubling up to 2 s), and whoever comes meanwhile is told so at once.
  Lease take();

 private:
  std::unique_ptr<Connection> wait_for_turn();
  std::unique_ptr<Connection> open();
  void give_back(std::unique_ptr<Connection> connection);

  const std::string connection_string_;
  const bool prepared_statements_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int free_;
  int failures_ = 0;
  std::chrono::steady_clock::time_point not_before_{};
};

}  // namespace smmhost::postgres
