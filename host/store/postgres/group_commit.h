// Group commit: requests of any number of threads that wait at the same time are written together.
//
// Threads of its own take whatever waits and write it, without an artificial delay. The callers only wait, and no
// longer than their patience: a commit that waits for a standby has no end of its own, and nothing can end the wait
// without having the server acknowledge what no standby has. So whoever has lost patience goes, and the writing goes
// on.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/domain/time.h"

namespace smmhost::postgres {

// How a request ended for the one that waited for it.
enum class Waited {
  kWritten,   // its result is set
  kNotBegun,  // nobody began to write it, and nobody will
  kGoesOn,    // it is being written; what becomes of it is not known, and its result is not to be read
};

struct GroupSettings {
  std::size_t most = 256;    // requests that are written together
  int threads = 1;           // batches that are written at the same time
  Duration patience{4'000};  // of those that wait
};

// `Request` has keys(): what no two requests that are being written may share. Of two that do, the later one waits.
template <class Request>
class GroupCommit {
 public:
  using Batch = std::vector<Request*>;
  // Writes the batch and sets every request's result. Never throws.
  using Write = std::function<void(const Batch&)>;

  GroupCommit(GroupSettings settings, Write write) : settings_(settings), write_(std::move(write)) {
    for (int i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { serve(); });
  }
  // Waits for what is being written. No call may run by then.
  ~GroupCommit() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // While nothing has been written for as long as the patience lasts, a request is turned away at once: those that wait
  // in vain must not be ever more.
  Waited run(std::shared_ptr<Request> request) {
    const auto self = std::make_shared<Entry>(std::move(request));
    std::unique_lock lock(mutex_);
    if (is_stuck()) return Waited::kNotBegun;
    queue_.push_back(self);
    arrived_.notify_one();
    self->changed.wait_for(lock, settings_.patience, [&] { return self->stage == Stage::kWritten; });
    if (self->stage == Stage::kWaiting) {
      queue_.erase(std::find(queue_.begin(), queue_.end(), self));
      return Waited::kNotBegun;
    }
    return self->stage == Stage::kWritten ? Waited::kWritten : Waited::kGoesOn;
  }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  enum class Stage { kWaiting, kBeingWritten, kWritten };

  // Shared by the one that waits and the thread that writes, whichever stays longer.
  struct Entry {
    explicit Entry(std::shared_ptr<Request> r) : request(std::move(r)), keys(request->keys()) {}

    const std::shared_ptr<Request> request;
    const std::set<std::string> keys;
    Stage stage = Stage::kWaiting;
    std::condition_variable changed;
  };
  using Entries = std::vector<std::shared_ptr<Entry>>;

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      const Entries taken = take();
      if (taken.empty()) {
        if (stopping_) return;
        arrived_.wait(lock);
        continue;
      }
      const auto began = began_.insert(std::chrono::steady_clock::now());
      lock.unlock();
      write_(requests_of(taken));
      lock.lock();
      began_.erase(began);
      for (const auto& entry : taken) finish(*entry);
    }
  }

  // From the front, in order; one that shares a key with an earlier one, or with one that is being written, stays, and
  // keeps back those that share one with it.
  Entries take() {
    Entries taken;
    std::deque<std::shared_ptr<Entry>> left;
    std::set<std::string_view> keys = being_written_;
    for (const auto& entry : queue_) {
      bool free = true;
      for (const std::string& key : entry->keys) free = keys.insert(key).second && free;
      if (free && taken.size() < settings_.most)
        taken.push_back(entry);
      else
        left.push_back(entry);
    }
    queue_.swap(left);
    for (const auto& entry : taken) {
      entry->stage = Stage::kBeingWritten;
      being_written_.insert(entry->keys.begin(), entry->keys.end());
    }
    return taken;
  }

  void finish(Entry& entry) {
    for (const std::string& key : entry.keys) being_written_.erase(key);
    entry.stage = Stage::kWritten;
    entry.changed.notify_one();
  }

  bool is_stuck() const {
    const auto most = static_cast<std::size_t>(settings_.threads);
    return began_.size() == most && *began_.rbegin() + settings_.patience < std::chrono::steady_clock::now();
  }

  static Batch requests_of(const Entries& entries) {
    Batch batch;
    batch.reserve(entries.size());
    for (const auto& entry : entries) batch.push_back(entry->request.get());
    return batch;
  }

  const GroupSettings settings_;
  const Write write_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::shared_ptr<Entry>> queue_;
  std::set<std::string_view> being_written_;  // keys
  std::multiset<SteadyTime> began_;           // one for each batch that is being written
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // last: they use everything above
};

}  // namespace smmhost::postgres
