// Group commit: requests of any number of threads that wait at the same time are written together.
//
// Whoever finds nobody writing becomes the writer of everything that waits, itself first; the others sleep until their
// request is done, or until it is their turn to write. There is no thread and no artificial delay: a lone request is
// written at once by its own caller.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace smmhost::postgres {

// `Request` has keys(): what no two requests of one batch may share. Of two that do, the later one waits.
template <class Request>
class GroupCommit {
 public:
  using Batch = std::vector<Request*>;
  // Writes the batch and sets every request's result. Never throws.
  using Write = std::function<void(const Batch&)>;

  GroupCommit(std::size_t most, Write write) : most_(most), write_(std::move(write)) {}

  // Returns when `request` was written.
  void run(Request& request) {
    Waiter self{&request, request.keys(), false, {}};
    std::unique_lock lock(mutex_);
    queue_.push_back(&self);
    self.turn.wait(lock, [&] { return self.done || (!writing_ && queue_.front() == &self); });
    if (self.done) return;
    writing_ = true;
    const std::vector<Waiter*> taken = take();
    lock.unlock();
    write_(requests_of(taken));
    lock.lock();
    writing_ = false;
    for (Waiter* waiter : taken) waiter->done = true;
    for (Waiter* waiter : taken) waiter->turn.notify_one();
    if (!queue_.empty()) queue_.front()->turn.notify_one();
  }

 private:
  struct Waiter {
    Request* request;
    std::set<std::string> keys;
    bool done = false;
    std::condition_variable turn;
  };

  // From the front, in order; one that shares a key with an earlier one stays, and keeps back those that share one with
  // it.
  std::vector<Waiter*> take() {
    std::vector<Waiter*> taken;
    std::deque<Waiter*> left;
    std::set<std::string> keys;
    for (Waiter* waiter : queue_) {
      bool free = true;
      for (const std::string& key : waiter->keys) free = keys.insert(key).second && free;
      if (free && taken.size() < most_)
        taken.push_back(waiter);
      else
        left.push_back(waiter);
    }
    queue_.swap(left);
    return taken;
  }

  static Batch requests_of(const std::vector<Waiter*>& waiters) {
    Batch batch;
    batch.reserve(waiters.size());
    for (const Waiter* waiter : waiters) batch.push_back(waiter->request);
    return batch;
  }

  const std::size_t most_;
  const Write write_;
  std::mutex mutex_;
  std::deque<Waiter*> queue_;
  bool writing_ = false;
};

}  // namespace smmhost::postgres
