#include "host/app/workers.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace smmhost {
namespace {

constexpr int kShopUpdatesAtOnce = 10;
constexpr int kShopThreads = 4;
constexpr Duration kNextLook = std::chrono::milliseconds{20};

}  // namespace

FulfilmentSteps steps_of(Engine& engine, Store& store) {
  return {[&engine](const std::string& payment_id, Time now) { return engine.work_on(payment_id, now); },
          [&engine](Time now, int limit, const std::function<void()>& claimed) {
            return engine.work_due(now, limit, claimed);
          },
          [&engine](Time now) { return engine.track_due(now); },
          [&engine](Time now, int limit) { return engine.tell_shop_due(now, limit); },
          [&engine](Time now) { return engine.flush_unsaved(now); },
          [&store] { return store.next_due(); }};
}

Workers::Workers(FulfilmentSteps steps, const Clock& clock, WorkerSettings settings)
    : steps_(std::move(steps)), clock_(clock), settings_(settings) {}

Workers::~Workers() {
  stop();
}

void Workers::start() {
  for (int i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work_loop(); });
  threads_.emplace_back([this] {
    repeat("asking for statuses", [this] {
      const int asked = steps_.track_due(clock_.now());
      if (asked > 0) look_soon();
      return asked;
    });
  });
  for (int i = 0; i < kShopThreads; ++i)
    threads_.emplace_back([this] {
      repeat("telling the shop", [this] { return steps_.tell_shop_due(clock_.now(), kShopUpdatesAtOnce); });
    });
  threads_.emplace_back([this] {
    repeat("storing late answers", [this] {
      steps_.flush_unsaved(clock_.now());
      return 0;
    });
  });
}

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  side_wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Workers::wake(const std::vector<std::string>& payment_ids) {
  const std::lock_guard lock(mutex_);
  if (payment_ids.empty() || queue_.size() + payment_ids.size() > settings_.queue_limit) {
    next_look_ = {};
    wake_.notify_one();
    return;
  }
  for (const std::string& id : payment_ids) {
    queue_.push_back(id);
    wake_.notify_one();
  }
}

void Workers::look_soon() {
  const std::lock_guard lock(mutex_);
  next_look_ = {};
  wake_.notify_one();
}

// Waits for something to do. True: `payment_id` is to be worked on, or, where it is empty, due work is to be looked
// for.
bool Workers::take(std::string& payment_id) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (stopping()) return false;
    // Once its time has come, due work and new orders take turns: neither a stream of new ones nor a backlog keeps the
    // others waiting.
    const bool is_time = std::chrono::steady_clock::now() >= next_look_;
    if (is_time && (queue_.empty() || !looked_last_)) {
      looked_last_ = true;
      next_look_ = std::chrono::steady_clock::now() + kNextLook;
      payment_id.clear();
      return true;
    }
    looked_last_ = false;
    if (!queue_.empty()) {
      payment_id = std::move(queue_.front());
      queue_.pop_front();
      return true;
    }
    wake_.wait_until(lock, next_look_);
  }
}

void Workers::work_loop() {
  std::string payment_id;
  while (take(payment_id)) {
    try {
      if (payment_id.empty()) {
        look_for_due_work();
      } else {
        steps_.work_on(payment_id, clock_.now());
      }
    } catch (const std::exception& error) {
      // The payment stays due in the store; a pause keeps a store that is away from being asked without end.
      spdlog::error("a step of fulfilment failed: {} payment={}", error.what(), payment_id);
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, std::chrono::seconds{1}, [this] { return stopping(); });
    }
  }
}

// One payment at a time: once it is claimed, another thread looks for the next; after kNextLook at the latest.
void Workers::look_for_due_work() {
  const int claimed = steps_.work_due(clock_.now(), 1, [this] { look_soon(); });
  const Duration pause = claimed > 0 ? Duration::zero() : std::max(pause_until_due(), settings_.shortest_pause);
  const std::lock_guard lock(mutex_);
  next_look_ = std::chrono::steady_clock::now() + pause;
}

// How long until something is due; at most longest_pause.
Duration Workers::pause_until_due() {
  const std::optional<Time> due = steps_.next_due();
  if (!due) return settings_.longest_pause;
  return std::clamp(std::chrono::duration_cast<Duration>(*due - clock_.now()), Duration::zero(),
                    settings_.longest_pause);
}

void Workers::repeat(const char* what, const std::function<int()>& step) {
  while (!stopping()) {
    Duration pause = Duration::zero();
    try {
      if (step() == 0) pause = std::max(pause_until_due(), settings_.shortest_pause);
    } catch (const std::exception& error) {
      spdlog::error("{} failed: {}", what, error.what());
      pause = std::chrono::seconds{1};
    }
    std::unique_lock lock(mutex_);
    side_wake_.wait_for(lock, pause, [this] { return stopping(); });
  }
}

}  // namespace smmhost
