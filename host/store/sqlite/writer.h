// The one writer: a thread that owns the only connection that writes and checkpoints.
//
// Requests of any number of threads are queued; whatever is queued becomes one transaction and one flush to the disk,
// and nobody is answered before that. There is no artificial delay: a lone request is committed at once. A transaction
// of which every request may wait for the next flush is written without one; a flush covers all that was written
// before.
//
// One connection for writes and checkpoints is also what keeps clear of SQLite's WAL-reset bug (3.7.0 to 3.51.2), which
// needs one connection writing while another one checkpoints.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/ports/store.h"
#include "host/store/sqlite/connection.h"

namespace smmhost::sqlite {

// Moments on the writer's thread that tests and crash drills can stand at.
enum class WriterMoment { kBeforeCommit, kAfterCommit, kAfterUnflushedCommit, kBeforeCheckpoint, kAfterCheckpoint };

struct WriterOptions {
  int idle_checkpoint_pages = 256;      // checkpoint when nothing is queued for a while and the WAL is larger
  int forced_checkpoint_pages = 16384;  // checkpoint even under load: the WAL's bound, 64 MiB
  std::function<void(WriterMoment)> at_moment;
};

class Writer {
 public:
  Writer(std::unique_ptr<Connection> db, WriterOptions options);
  // Commits what is queued, then stops. Requests made afterwards fail.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // An operation returns false to undo its own writes and nobody else's.
  using Operation = std::function<bool(Connection&)>;

  // Blocks until the transaction that `operation` was part of has ended. True where it was committed (an operation that
  // undid itself has then written nothing); false where the database refused, and nothing of the whole batch was
  // written.
  bool run(const Operation& operation, Durability durability = Durability::kNow);
  // The same for an operation that never undoes itself; saves the savepoint.
  bool run_plain(const Operation& operation, Durability durability = Durability::kNow);
  // Why the last transaction was refused; nullopt where it was not.
  std::optional<std::string> trouble() const;

 private:
  struct Request {
    const Operation* operation = nullptr;
    bool undoable = false;
    Durability durability = Durability::kNow;
    std::mutex mutex;
    std::condition_variable answered;
    bool done = false;
    bool committed = false;
  };
  using Batch = std::vector<std::shared_ptr<Request>>;

  bool submit(const Operation& operation, bool undoable, Durability durability);
  void serve();
  Batch next_batch();
  bool write(const Batch& batch);
  void perform(const Request& request);
  bool set_flushing(const Batch& batch);
  void note(std::optional<std::string> trouble);
  void roll_back();
  void checkpoint(int mode);
  void at(WriterMoment moment) const;
  static void answer(Request& request, bool committed);
  static int on_commit(void* self, sqlite3* db, const char* schema, int pages);

  std::unique_ptr<Connection> db_;
  const WriterOptions options_;
  const bool can_flush_;  // no: the database was opened so that nothing is ever flushed
  // Only the writer's thread.
  bool flushes_ = true;
  int wal_pages_ = 0;
  int pages_at_last_checkpoint_ = 0;
  int forced_at_;  // pages at which the next checkpoint under load is tried

  std::mutex mutex_;
  std::condition_variable queued_;
  Batch queue_;
  bool stopping_ = false;
  mutable std::mutex trouble_mutex_;
  std::optional<std::string> trouble_;
  std::thread thread_;
};

}  // namespace smmhost::sqlite
