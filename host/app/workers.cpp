#include "host/app/workers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace smmhost {
namespace {

constexpr int kShopUpdatesAtOnce = 10;
constexpr int kShopThreads = 16;
constexpr int kClaimsAThread = 2;
constexpr Duration kClaimingUpdates = std::chrono::milliseconds{2};
// Between looks that leave nothing: what comes due meanwhile is claimed, asked for and stored together.
constexpr Duration kBetweenStatuses = std::chrono::milliseconds{50};
constexpr Duration kBetweenUpdates = std::chrono::milliseconds{25};
constexpr int kStatusesAtOnce = 100;

}  // namespace

FulfilmentSteps steps_of(Engine& engine, Store& store) {
  return {[&engine](const std::string& payment_id, Time now) { return engine.work_on(payment_id, now); },
          [&engine](Time now, int limit) { return engine.claim_due(now, limit); },
          [&engine](PaymentDetail claimed, Time now) { engine.work_on_claimed(std::move(claimed), now); },
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
  due_work_.most = settings_.threads;
  due_work_.loop = [this] { work_loop(); };
  statuses_.loop = [this] {
    repeat("asking for statuses", statuses_, [this] {
      const int asked = steps_.track_due(clock_.now());
      if (asked > 0) {
        wake({});
        ask_for_shop_updates(kBetweenUpdates);
      }
      return asked;
    });
  };
  statuses_.rest = kBetweenStatuses;
  statuses_.full = kStatusesAtOnce;
  shop_.most = kShopThreads;
  shop_.claiming = kClaimingUpdates;
  shop_.rest = kBetweenUpdates;
  shop_.full = kShopUpdatesAtOnce;
  shop_.loop = [this] {
    repeat("telling the shop", shop_, [this] { return steps_.tell_shop_due(clock_.now(), kShopUpdatesAtOnce); });
  };
  late_answers_.loop = [this] {
    repeat("storing late answers", late_answers_, [this] {
      steps_.flush_unsaved(clock_.now());
      return 0;
    });
  };
  const std::lock_guard lock(mutex_);
  for (Crew* crew : {&due_work_, &statuses_, &shop_, &late_answers_}) hire(*crew);
}

void Workers::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  for (Crew* crew : {&due_work_, &statuses_, &shop_, &late_answers_}) crew->wake.notify_all();
  stop_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

void Workers::hire(Crew& crew) {
  threads_.emplace_back(crew.loop);
  ++crew.started;
}

// One stays to look, and to take what comes next, as long as there may be more of them.
void Workers::begin_turn(Crew& crew) {
  ++crew.busy;
  if (crew.busy < crew.started || crew.started == crew.most || stopping()) return;
  try {
    hire(crew);
  } catch (const std::system_error& error) {
    spdlog::warn("the work goes on with {} threads: {}", crew.started, error.what());
  }
}

void Workers::end_turn(Crew& crew) {
  const std::lock_guard lock(mutex_);
  --crew.busy;
}

void Workers::wake(const std::vector<std::string>& payment_ids) {
  const std::lock_guard lock(mutex_);
  if (payment_ids.empty() || queue_.size() + payment_ids.size() > settings_.queue_limit)
    return ask_for_look(due_work_, SteadyTime{});
  for (const std::string& id : payment_ids) {
    queue_.push_back(id);
    due_work_.wake.notify_one();
  }
}

// Waits for something to do; nullopt when it is time to stop. Due work and new orders take turns: neither a stream of
// new ones nor a backlog keeps the others waiting.
std::optional<Workers::Turn> Workers::take() {
  std::unique_lock lock(mutex_);
  while (!stopping()) {
    const auto now = std::chrono::steady_clock::now();
    const bool due_work = !claimed_.empty() || now >= due_work_.next;
    if (due_work && (queue_.empty() || !due_work_last_)) {
      due_work_last_ = true;
      begin_turn(due_work_);
      if (claimed_.empty()) {
        begin_look(due_work_, now);
        return Turn{};
      }
      Turn turn{.kind = Turn::Kind::kClaimed, .claimed = std::move(claimed_.front()), .woken = {}};
      claimed_.pop_front();
      return turn;
    }
    due_work_last_ = false;
    if (!queue_.empty()) {
      begin_turn(due_work_);
      Turn turn{.kind = Turn::Kind::kWoken, .claimed = {}, .woken = std::move(queue_.front())};
      queue_.pop_front();
      return turn;
    }
    due_work_.wake.wait_until(lock, SteadyTime{due_work_.next});
  }
  return std::nullopt;
}

void Workers::do_turn(Turn& turn) {
  switch (turn.kind) {
    case Turn::Kind::kLook:
      return look_for_due_work();
    case Turn::Kind::kClaimed:
      return steps_.work_on_claimed(std::move(turn.claimed), clock_.now());
    case Turn::Kind::kWoken:
      steps_.work_on(turn.woken, clock_.now());
  }
}

void Workers::work_loop() {
  while (std::optional<Turn> turn = take()) {
    const std::string payment_id = turn->kind == Turn::Kind::kWoken ? turn->woken : turn->claimed.payment.id;
    try {
      do_turn(*turn);
      if (turn->kind != Turn::Kind::kLook) ask_for_shop_updates(settings_.shortest_pause);
    } catch (const std::exception& error) {
      // The payment stays due in the store.
      spdlog::error("a step of fulfilment failed: {} payment={}", error.what(), payment_id);
      pause_after_failure();
    }
    end_turn(due_work_);
  }
}

// Claims enough for every thread to go on with. Few enough that none waits for long: a lease runs from the claim.
void Workers::look_for_due_work() {
  std::vector<PaymentDetail> found = steps_.claim_due(clock_.now(), kClaimsAThread * settings_.threads);
  const Duration pause = found.empty() ? pause_after_nothing(due_work_) : Duration::zero();
  if (!found.empty()) {
    const std::lock_guard lock(mutex_);
    std::move(found.begin(), found.end(), std::back_inserter(claimed_));
    due_work_.wake.notify_all();
  }
  end_look(due_work_, pause);
}

// Until something is due, at most longest_pause. The store is not asked where the next look is known already.
Duration Workers::pause_after_nothing(const Crew& crew) {
  {
    const std::lock_guard lock(mutex_);
    if (crew.asked_for) return settings_.shortest_pause;
  }
  const std::optional<Time> due = steps_.next_due();
  if (!due) return settings_.longest_pause;
  return std::clamp(std::chrono::duration_cast<Duration>(*due - clock_.now()), settings_.shortest_pause,
                    settings_.longest_pause);
}

Duration Workers::pause_after(int done, const Crew& crew) {
  if (done == 0) return pause_after_nothing(crew);
  return done < crew.full ? crew.rest : Duration::zero();
}

void Workers::repeat(const char* what, Crew& crew, const std::function<int()>& step) {
  while (await_turn(crew)) {
    try {
      const int done = step();
      end_look(crew, pause_after(done, crew));
    } catch (const std::exception& error) {
      spdlog::error("{} failed: {}", what, error.what());
      pause_after_failure();
    }
    end_turn(crew);
  }
}

// Waits until it is this thread's turn to look; false when it is time to stop.
bool Workers::await_turn(Crew& crew) {
  std::unique_lock lock(mutex_);
  while (!stopping()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= crew.next) {
      begin_turn(crew);
      begin_look(crew, now);
      return true;
    }
    crew.wake.wait_until(lock, SteadyTime{crew.next});
  }
  return false;
}

void Workers::begin_look(Crew& crew, SteadyTime now) {
  crew.last = now;
  crew.next = now + crew.claiming;
  crew.asked_for.reset();
}

void Workers::ask_for_look(Crew& crew, SteadyTime at) {
  crew.asked_for = std::min(at, crew.asked_for.value_or(at));
  if (at >= crew.next) return;
  crew.next = at;
  crew.wake.notify_one();
}

void Workers::end_look(Crew& crew, Duration pause) {
  const std::lock_guard lock(mutex_);
  const auto next = std::chrono::steady_clock::now() + pause;
  crew.next = std::min(next, crew.asked_for.value_or(next));
  crew.wake.notify_one();
}

void Workers::ask_for_shop_updates(Duration since_last) {
  const std::lock_guard lock(mutex_);
  ask_for_look(shop_, shop_.last + since_last);
}

// Keeps a store that is away from being asked without end.
void Workers::pause_after_failure() {
  std::unique_lock lock(mutex_);
  stop_.wait_for(lock, std::chrono::seconds{1}, [this] { return stopping(); });
}

}  // namespace smmhost
