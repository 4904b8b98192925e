// The one writer: a thread that owns the only connection that writes and checkpoints.
#include "host/store/sqlite/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/fulfilment/mutants.h"
#include "host/store/sqlite/statements.h"

namespace smmhost::sqlite {
namespace {

// Long enough that producers between two requests do not meet a checkpoint, short enough that a quiet host's WAL is
// empty.
constexpr std::chrono::milliseconds kIdle{25};
constexpr const char* kFull = "2";  // PRAGMA synchronous

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, WriterOptions options)
    : db_(std::move(db)),
      options_(std::move(options)),
      can_flush_(db_->single_value("PRAGMA synchronous") == kFull),
      forced_at_(options_.forced_checkpoint_pages) {
  sqlite3_wal_hook(db_->handle(), &Writer::on_commit, this);
  thread_ = std::thread([this] { serve(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  queued_.notify_one();
  thread_.join();
}

bool Writer::run(const Operation& operation, Durability durability) {
  return submit(operation, true, durability);
}
bool Writer::run_plain(const Operation& operation, Durability durability) {
  return submit(operation, false, durability);
}

bool Writer::submit(const Operation& operation, bool undoable, Durability durability) {
  // Shared, because the writer still touches the condition variable when the waiter is already on its way.
  const auto request = std::make_shared<Request>();
  request->operation = &operation;
  request->undoable = undoable;
  request->durability = durability;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    queue_.push_back(request);
    if (queue_.size() == 1) queued_.notify_one();
  }
  std::unique_lock lock(request->mutex);
  request->answered.wait(lock, [&] { return request->done; });
  return request->committed;
}

void Writer::answer(Request& request, bool committed) {
  {
    const std::lock_guard lock(request.mutex);
    request.done = true;
    request.committed = committed;
  }
  request.answered.notify_one();
}

void Writer::serve() {
  for (;;) {
    const Batch batch = next_batch();
    if (batch.empty()) break;
    const bool committed = write(batch);
    for (const auto& request : batch) answer(*request, committed);
    if (wal_pages_ >= forced_at_) checkpoint(SQLITE_CHECKPOINT_RESTART);
  }
  checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

// Empty only when the store closes.
Writer::Batch Writer::next_batch() {
  const auto something = [this] { return !queue_.empty() || stopping_; };
  std::unique_lock lock(mutex_);
  const bool worth_a_checkpoint =
      wal_pages_ >= options_.idle_checkpoint_pages && wal_pages_ != pages_at_last_checkpoint_;
  if (worth_a_checkpoint && !queued_.wait_for(lock, kIdle, something)) {
    lock.unlock();
    checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    lock.lock();
  }
  queued_.wait(lock, something);
  return std::exchange(queue_, {});
}

bool Writer::write(const Batch& batch) {
  try {
    const bool flushed = set_flushing(batch);
    db_->query(kBeginWrite).run();
    for (const auto& request : batch) perform(*request);
    if (mutant("ack_before_commit"))
      for (const auto& request : batch) answer(*request, true);
    at(WriterMoment::kBeforeCommit);
    db_->query(kCommit).run();
    at(flushed ? WriterMoment::kAfterCommit : WriterMoment::kAfterUnflushedCommit);
    note(std::nullopt);
    return true;
  } catch (const std::exception& refused) {
    note(refused.what());
    roll_back();
    return false;
  }
}

void Writer::note(std::optional<std::string> trouble) {
  const std::lock_guard lock(trouble_mutex_);
  trouble_ = std::move(trouble);
}

std::optional<std::string> Writer::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  return trouble_;
}

// Before the transaction, because inside of one SQLite does not take it. True where the commit will be flushed.
bool Writer::set_flushing(const Batch& batch) {
  const bool now = std::any_of(batch.begin(), batch.end(),
                               [](const auto& request) { return request->durability == Durability::kNow; });
  if (can_flush_ && now != flushes_) {
    db_->query(now ? kFlushCommits : kFlushWithNext).run();
    flushes_ = now;
  }
  return now;
}

void Writer::perform(const Request& request) {
  const Operation& operation = *request.operation;
  if (!request.undoable) {
    operation(*db_);
    return;
  }
  db_->query(kSavepoint).run();
  if (!operation(*db_)) db_->query(kUndo).run();
  db_->query(kRelease).run();
}

void Writer::roll_back() {
  // SQLite ends a transaction by itself on some errors (disk full, I/O).
  if (!db_->in_transaction()) return;
  try {
    db_->query(kRollback).run();
  } catch (const SqlError&) {
    // Nothing is lost: the next BEGIN fails and is answered as unavailable until the database is well again.
  }
}

void Writer::checkpoint(int mode) {
  at(WriterMoment::kBeforeCheckpoint);
  int log_pages = 0;
  int moved_pages = 0;
  // A checkpoint that could not finish (a reader in the way, a full disk) loses nothing and is tried again later.
  const int result = sqlite3_wal_checkpoint_v2(db_->handle(), nullptr, mode, &log_pages, &moved_pages);
  if (result == SQLITE_OK && mode != SQLITE_CHECKPOINT_PASSIVE) wal_pages_ = 0;
  pages_at_last_checkpoint_ = wal_pages_;
  forced_at_ = wal_pages_ + options_.forced_checkpoint_pages;
  at(WriterMoment::kAfterCheckpoint);
}

void Writer::at(WriterMoment moment) const {
  if (options_.at_moment) options_.at_moment(moment);
}

int Writer::on_commit(void* self, sqlite3*, const char*, int pages) {
  static_cast<Writer*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

}  // namespace smmhost::sqlite
