// Periodic jobs of several hosts on one database: each slot runs once, whoever takes it.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "host/app/scheduler.h"
#include "host/app/system_clock.h"
#include "tests/postgres/test_store.h"

namespace smmhost::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Jobs, EachSlotRunsOnceOverAllHosts) {
  const TestStore database("slots");
  const SystemClock clock;
  std::mutex mutex;
  std::multiset<std::int64_t> slots;
  const auto run = [&](Time now) {
    const std::lock_guard lock(mutex);
    slots.insert(to_unix_ms(now) / 1000);
    return JobReport{};
  };
  {
    std::vector<std::unique_ptr<PostgresStore>> stores;
    std::vector<std::unique_ptr<Scheduler>> hosts;
    for (int host = 0; host < 3; ++host) {
      stores.push_back(database.open());
      hosts.push_back(std::make_unique<Scheduler>(
          *stores.back(), clock, std::vector<ScheduledJob>{{"update_delivered", Every{seconds{1}}, run}},
          SchedulerSettings{.look_again = milliseconds{3}}, [](const std::string&, bool) {}));
    }
    for (const auto& host : hosts) host->start();
    std::this_thread::sleep_for(milliseconds{3200});
    for (const auto& host : hosts) host->stop();
  }
  EXPECT_GE(slots.size(), 3U);
  for (const std::int64_t slot : slots) EXPECT_EQ(slots.count(slot), 1U) << "the slot " << slot << " ran twice";
}

}  // namespace
}  // namespace smmhost::tests
