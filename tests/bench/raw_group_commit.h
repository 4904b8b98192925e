// What the store's ingest is measured against: the same rows, written by plain SQLite under the same durability, by one
// thread that takes whatever is queued into one transaction. No checks, no duplicates, no index but the keys.
#pragma once

#include <sqlite3.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/ports/store.h"

namespace smmhost::bench {

class RawGroupCommit {
 public:
  explicit RawGroupCommit(const std::string& path);
  ~RawGroupCommit();
  RawGroupCommit(const RawGroupCommit&) = delete;
  RawGroupCommit& operator=(const RawGroupCommit&) = delete;

  // Returns when the rows are durable.
  void ingest(const Ingest& ingest);

 private:
  struct Waiting {
    const Ingest* ingest = nullptr;
    bool done = false;
    std::condition_variable answered;
  };

  void serve();
  void insert(const Ingest& ingest);
  void execute(const char* sql);

  sqlite3* db_ = nullptr;
  sqlite3_stmt* delivery_ = nullptr;
  sqlite3_stmt* payment_ = nullptr;
  std::mutex mutex_;
  std::condition_variable queued_;
  std::vector<Waiting*> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace smmhost::bench
