// The fulfilment threads: they take payments that were just stored, and look for due work as a backstop.
//
// Up to N workers for payments, one thread that asks for statuses, several that tell the shop, and one that stores
// answers the database could not take when they came. A webhook's payments are handed over by wake(), so they start
// within milliseconds; everything else is found by its due time in the store, so nothing depends on a wake-up. Threads
// that do the same look into the store in turn, and one more is started when all that are there are busy: those that
// could be there cost the database nothing, and the host no memory.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/fulfilment/engine.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

namespace smmhost {

struct WorkerSettings {
  int threads = 8;                                           // for payments, at most
  Duration shortest_pause = std::chrono::milliseconds{100};  // between looks that found nothing to do
  Duration longest_pause = std::chrono::seconds{2};
  // Woken payments that are claimed each by itself, at once. What is beyond is found as due work, many in one claim.
  std::size_t queue_limit = 32;
};

// What the threads do: the engine's functions of the same names, and Store::next_due(). All thread safe; may throw.
struct FulfilmentSteps {
  std::function<bool(const std::string& payment_id, Time now)> work_on;
  std::function<std::vector<PaymentDetail>(Time now, int limit)> claim_due;
  std::function<void(PaymentDetail claimed, Time now)> work_on_claimed;
  std::function<int(Time now)> track_due;
  std::function<int(Time now, int limit)> tell_shop_due;
  std::function<int(Time now)> flush_unsaved;
  std::function<std::optional<Time>()> next_due;
};
// Both are borrowed.
FulfilmentSteps steps_of(Engine& engine, Store& store);

class Workers {
 public:
  // The clock is borrowed and must outlive it, like what the steps stand on.
  Workers(FulfilmentSteps steps, const Clock& clock, WorkerSettings settings);
  ~Workers();  // stops

  // Throws std::system_error where the system gives no thread.
  void start();
  // Takes no further work and waits until what is under way has ended. What was woken and not begun stays due in the
  // store; what was claimed and not begun is taken back like all leases of a host that has gone.
  void stop();

  // These payments can be worked on now (empty: not known which). Thread safe, does not block, does not throw.
  void wake(const std::vector<std::string>& payment_ids);

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // One thing to do for a worker.
  struct Turn {
    enum class Kind { kLook, kClaimed, kWoken };
    Kind kind = Kind::kLook;
    PaymentDetail claimed;
    std::string woken;
  };

  // Threads that do the same.
  struct Crew {
    std::function<void()> loop;  // what each of them runs
    int most = 1;
    int started = 0;
    int busy = 0;
    // When they look into the store. A look is left to one of them for as long as it takes to claim; whoever comes then
    // does what the first one left.
    Duration claiming = std::chrono::milliseconds{20};
    // After a look that did less than `full`, and so left nothing.
    Duration rest{};
    int full = 1;
    SteadyTime last{};
    SteadyTime next{};
    std::optional<SteadyTime> asked_for;  // since the last look began, whose findings say nothing of it
    std::condition_variable wake;
  };

  void work_loop();
  std::optional<Turn> take();
  void do_turn(Turn& turn);
  void look_for_due_work();
  // Repeats `step`, which returns how much it did, until stopped; pauses where it did nothing.
  void repeat(const char* what, Crew& crew, const std::function<int()>& step);
  bool await_turn(Crew& crew);
  // These expect the mutex to be held.
  void hire(Crew& crew);
  void begin_turn(Crew& crew);
  static void begin_look(Crew& crew, SteadyTime now);
  static void ask_for_look(Crew& crew, SteadyTime at);

  void end_turn(Crew& crew);
  void end_look(Crew& crew, Duration pause);
  // A payment or an order went on: there may be something to tell the shop. Looks so long after the last look.
  void ask_for_shop_updates(Duration since_last);
  void pause_after_failure();
  Duration pause_after_nothing(const Crew& crew);
  Duration pause_after(int done, const Crew& crew);
  bool stopping() const { return stopping_.load(); }

  const FulfilmentSteps steps_;
  const Clock& clock_;
  const WorkerSettings settings_;

  std::mutex mutex_;
  std::deque<std::string> queue_;      // woken
  std::deque<PaymentDetail> claimed_;  // due work that was found
  bool due_work_last_ = false;         // the last turn was for due work, and not for a woken payment
  Crew due_work_, statuses_, shop_, late_answers_;
  std::condition_variable stop_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace smmhost
