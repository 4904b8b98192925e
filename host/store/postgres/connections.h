// A pool of connections that are opened when they are needed, and again after the server was away. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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
    Lease(Connections& pool, std::unique_ptr<Connection> connection);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    Connection& operator*() const { return *connection_; }
    // It is closed instead of kept.
    void discard();

   private:
    Connections& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits while all are in use, at most 10 s. Throws StoreUnavailable where it has waited in vain or the server cannot
  // be reached; after a failure the next attempt waits (0.1 s, doubling up to 2 s), and whoever comes meanwhile is told
  // so at once.
  Lease take();
  // The same for whoever tries again anyway: an idle connection that has died meanwhile is handed out as it is.
  Lease take_untested();

  // Cuts the connections that have been in use for very long: the server there may not be the one that the address
  // leads to by now. What the server was asked on them may wait there for ever and keeps one of its processes busy, so
  // this happens at most four times in a row (after a minute, then after two more, four and eight), until a server has
  // answered again.
  void cut_silent();

  // Cuts those that are in use and opens no more.
  void close();

  // What became of the last statement on any of them, for Store::write_trouble(). Trouble is forgotten after a minute
  // without more of it: where there is nothing to write, nothing would end it.
  void note_success();
  void note_trouble(const std::string& why);
  std::optional<std::string> trouble() const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  std::unique_ptr<Connection> wait_for_turn();
  Lease lease(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> open();
  void begin_use(const Connection& connection);
  void end_use(const Connection& connection);
  void give_back(std::unique_ptr<Connection> connection);

  const std::string connection_string_;
  const bool prepared_statements_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::map<const Connection*, SteadyTime> in_use_;  // since when
  int free_;
  int failures_ = 0;
  int cuts_ = 0;  // in a row
  bool closed_ = false;
  SteadyTime not_before_{};
  mutable std::mutex trouble_mutex_;
  std::optional<std::string> trouble_;
  SteadyTime trouble_at_{};
};

}  // namespace smmhost::postgres
