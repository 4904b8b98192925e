#include "host/app/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace smmhost {
namespace {

using namespace std::chrono_literals;

class ManualClock final : public Clock {
 public:
  Time now() const override { return now_.load(); }
  void set(Time time) { now_ = time; }

 private:
  std::atomic<Time> now_{parse_iso8601("2026-01-15T12:00:00Z").value()};
};

// The job rows of a store, by version as every store keeps them.
class JobRows {
 public:
  std::vector<JobRun> list() {
    const std::lock_guard lock(mutex_);
    std::vector<JobRun> rows;
    for (const auto& [name, row] : rows_) rows.push_back(row);
    return rows;
  }
  CommitOutcome put(const JobRun& job) {
    const std::lock_guard lock(mutex_);
    const auto found = rows_.find(job.name);
    const std::int64_t version = found == rows_.end() ? 0 : found->second.version;
    if (job.version != version) return CommitOutcome::kConflict;
    rows_[job.name] = job;
    rows_[job.name].version = version + 1;
    if (!job.running_since) rows_[job.name].runner.clear();
    return CommitOutcome::kCommitted;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, JobRun> rows_;
};

class StoreOfJobs final : public Store {
 public:
  explicit StoreOfJobs(JobRows& rows, std::string host_name = "this host")
      : rows_(rows), host_name_(std::move(host_name)) {}

  const std::string& host_name() const { return host_name_; }

  std::atomic<bool> away{false};
  std::atomic<int> lost_answers{0};  // so many writes are done without the writer's knowing
  std::function<void()> after_next_read;

  std::vector<JobRun> list_jobs() override {
    if (away) throw StoreUnavailable("away");
    std::vector<JobRun> rows = rows_.list();
    if (after_next_read) std::exchange(after_next_read, nullptr)();
    return rows;
  }
  CommitOutcome put_job(const JobRun& job) override {
    if (away) return CommitOutcome::kUnavailable;
    JobRun row = job;
    row.runner = host_name_;
    const CommitOutcome outcome = rows_.put(row);
    const bool lost = outcome == CommitOutcome::kCommitted && lost_answers > 0;
    if (!lost) return outcome;
    --lost_answers;
    return CommitOutcome::kInDoubt;
  }

  // The scheduler uses nothing else of a store.
  IngestResult ingest(const Ingest&) override { throw std::logic_error("not used"); }
  CommitOutcome commit(const Changes&) override { throw std::logic_error("not used"); }
  std::optional<std::string> write_trouble() override { return std::nullopt; }
  std::vector<Payment> claim_due(const std::string&, Time, Duration, int) override {
    throw std::logic_error("not used");
  }
  std::optional<Payment> claim(const std::string&, const std::string&, Time, Duration) override {
    throw std::logic_error("not used");
  }
  std::vector<Placement> claim_tracking(const std::string&, Time, Duration, int) override {
    throw std::logic_error("not used");
  }
  std::vector<ShopUpdate> claim_shop_updates(Time, Duration, int) override { throw std::logic_error("not used"); }
  int break_leases(const std::string&, Time, Duration) override { throw std::logic_error("not used"); }
  int wake_held(Reason, const std::string&, const std::string&, Time) override { throw std::logic_error("not used"); }
  int wake_links(std::span<const ServiceLink>, Time) override { throw std::logic_error("not used"); }
  std::optional<Time> next_due() override { throw std::logic_error("not used"); }
  std::vector<PaymentDetail> payments(std::span<const std::string>) override { throw std::logic_error("not used"); }
  std::optional<Placement> placement(const std::string&) override { throw std::logic_error("not used"); }
  std::vector<PaymentDetail> payments_of_orders(std::span<const std::int64_t>) override {
    throw std::logic_error("not used");
  }
  std::vector<PaymentDetail> list_payments(const PaymentFilter&) override { throw std::logic_error("not used"); }
  std::map<PaymentState, std::int64_t> count_payments() override { throw std::logic_error("not used"); }
  std::vector<std::int64_t> orders_with_completed(std::int64_t, int) override { throw std::logic_error("not used"); }
  std::vector<Placement> list_review() override { throw std::logic_error("not used"); }
  bool link_occupied(const std::string&, const std::string&, const std::string&) override {
    throw std::logic_error("not used");
  }
  std::vector<Event> timeline(const std::string&) override { throw std::logic_error("not used"); }
  std::vector<Exchange> exchanges_of(const std::string&) override { throw std::logic_error("not used"); }
  std::optional<Exchange> exchange(const std::string&) override { throw std::logic_error("not used"); }
  std::optional<Placement> placement_by_provider_order(const std::string&, const std::string&) override {
    throw std::logic_error("not used");
  }
  std::optional<ShopUpdate> shop_update(const std::string&) override { throw std::logic_error("not used"); }
  std::vector<ShopUpdate> shop_updates_of_orders(std::span<const std::int64_t>) override {
    throw std::logic_error("not used");
  }
  std::vector<ShopUpdate> refused_shop_updates(int) override { throw std::logic_error("not used"); }
  std::optional<Delivery> delivery(std::int64_t) override { throw std::logic_error("not used"); }
  std::vector<Delivery> list_deliveries(std::int64_t, int) override { throw std::logic_error("not used"); }
  std::optional<Product> product(const std::string&) override { throw std::logic_error("not used"); }
  std::vector<Product> list_products() override { throw std::logic_error("not used"); }
  CommitOutcome put_product(const Product&) override { throw std::logic_error("not used"); }
  CommitOutcome delete_product(const std::string&) override { throw std::logic_error("not used"); }
  bool was_deleted(const std::string&) override { throw std::logic_error("not used"); }
  std::optional<std::string> mark(const std::string&) override { throw std::logic_error("not used"); }
  CommitOutcome delete_payment(const std::string&) override { throw std::logic_error("not used"); }
  std::optional<ProviderStatus> provider(const std::string&) override { throw std::logic_error("not used"); }
  std::vector<ProviderStatus> list_providers() override { throw std::logic_error("not used"); }
  CommitOutcome replace_services(const std::string&, std::span<const ProviderService>, Time) override {
    throw std::logic_error("not used");
  }
  std::optional<ProviderService> service(const std::string&, const std::string&) override {
    throw std::logic_error("not used");
  }
  bool knows_services(const std::string&) override { throw std::logic_error("not used"); }
  int anonymise(Time, int) override { throw std::logic_error("not used"); }

 private:
  JobRows& rows_;
  const std::string host_name_;
};

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

class SchedulerTest : public testing::Test {
 protected:
  std::unique_ptr<Scheduler> scheduler(StoreOfJobs& store, const char* schedule, std::function<JobReport(Time)> run) {
    return std::make_unique<Scheduler>(
        store, clock_, std::vector<ScheduledJob>{{"job", *parse_schedule(schedule), std::move(run)}},
        SchedulerSettings{.timezone = "UTC", .look_again = 5ms, .host_name = store.host_name()},
        [](const std::string&, bool) {});
  }
  JobRun row() { return rows_.list().at(0); }
  // Another host takes the job's slot.
  void taken_by_another(std::optional<Time> running_since) {
    JobRun taken = rows_.list().empty() ? JobRun{.name = "job"} : row();
    taken.last_run = clock_.now();
    taken.next_run = clock_.now() + 10min;
    taken.running_since = running_since;
    taken.last_result = "done elsewhere";
    taken.runner = "another host";
    EXPECT_EQ(rows_.put(taken), CommitOutcome::kCommitted);
  }

  ManualClock clock_;
  JobRows rows_;
  StoreOfJobs store_{rows_};
  std::atomic<int> runs_{0};
  std::function<JobReport(Time)> count_ = [this](Time) {
    ++runs_;
    return JobReport{.handled = 1, .failed = 0, .summary = "did one"};
  };
};

TEST_F(SchedulerTest, AJobRunsOncePerSlotOverAllHosts) {
  StoreOfJobs other{rows_, "another host"};
  const auto first = scheduler(store_, "every 10m", count_), second = scheduler(other, "every 10m", count_);
  first->start();
  second->start();
  for (int slot = 1; slot <= 5; ++slot) {
    EXPECT_TRUE(eventually([&] { return runs_ == slot; }));
    std::this_thread::sleep_for(30ms);
    EXPECT_EQ(runs_, slot);
    clock_.set(clock_.now() + 10min);
  }
}

TEST_F(SchedulerTest, TheResultAndTheNextRunAreRecorded) {
  const auto s = scheduler(store_, "every 10m", count_);
  s->start();
  ASSERT_TRUE(eventually([&] { return !rows_.list().empty() && row().last_result == "did one"; }));
  EXPECT_EQ(row().last_run, clock_.now());
  EXPECT_EQ(row().next_run, clock_.now() + 10min);
  EXPECT_FALSE(row().running_since);
  const std::vector<JobView> views = s->list(clock_.now());
  ASSERT_EQ(views.size(), 1u);
  EXPECT_EQ(views[0].schedule, "every 10m");
  EXPECT_EQ(views[0].next_run, clock_.now() + 10min);
}

TEST_F(SchedulerTest, AJobThatIsOffRunsOnlyWhenAsked) {
  const auto s = scheduler(store_, "off", count_);
  s->start();
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(s->run("job", clock_.now()), RunOutcome::kStarted);
  EXPECT_TRUE(eventually([&] { return runs_ == 1; }));
  EXPECT_EQ(s->run("no such job", clock_.now()), RunOutcome::kUnknownJob);
}

TEST_F(SchedulerTest, StartedOnRequestItLeavesDueSlotsAlone) {
  const auto s = scheduler(store_, "every 10m", count_);
  s->start_on_request();
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(s->run("job", clock_.now()), RunOutcome::kStarted);
  EXPECT_TRUE(eventually([&] { return runs_ == 1; }));
}

TEST_F(SchedulerTest, AskingWhileItRunsDoesNotRunItTwice) {
  std::promise<void> go;
  const auto s = scheduler(store_, "off", [&, gate = go.get_future().share()](Time) {
    ++runs_;
    gate.wait();
    return JobReport{};
  });
  s->start();
  EXPECT_EQ(s->run("job", clock_.now()), RunOutcome::kStarted);
  ASSERT_TRUE(eventually([&] { return runs_ == 1; }));
  EXPECT_EQ(s->run("job", clock_.now()), RunOutcome::kAlreadyRunning);
  EXPECT_TRUE(s->list(clock_.now())[0].running);
  go.set_value();
  EXPECT_TRUE(eventually([&] { return !s->list(clock_.now())[0].running; }));
  EXPECT_EQ(runs_, 1);
}

TEST_F(SchedulerTest, AFailureIsRecordedAndTheNextSlotRuns) {
  const auto s = scheduler(store_, "every 10m", [&](Time) -> JobReport {
    ++runs_;
    throw std::runtime_error("no panel");
  });
  s->start();
  EXPECT_TRUE(eventually([&] { return !rows_.list().empty() && row().last_result == "failed: no panel"; }));
  clock_.set(clock_.now() + 10min);
  EXPECT_TRUE(eventually([&] { return runs_ == 2; }));
}

TEST_F(SchedulerTest, ARunInWhichSomethingFailedSaysSoFirst) {
  const auto s = scheduler(store_, "every 10m",
                           [](Time) { return JobReport{.handled = 1, .failed = 1, .summary = "1 of 2 are well"}; });
  s->start();
  EXPECT_TRUE(eventually([&] { return !rows_.list().empty() && row().last_result == "failed: 1 of 2 are well"; }));
}

TEST_F(SchedulerTest, ASlotStaysDueWhileTheStoreIsAway) {
  store_.away = true;
  const auto s = scheduler(store_, "every 10m", count_);
  s->start();
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(runs_, 0);
  store_.away = false;
  EXPECT_TRUE(eventually([&] { return runs_ == 1; }));
}

TEST_F(SchedulerTest, ARunCutOffByACrashIsRepeatedAfterTheRestart) {
  rows_.put({.name = "job", .last_run = clock_.now() - 1h, .running_since = clock_.now() - 1h});
  const auto s = scheduler(store_, "daily 19:00", count_);
  s->recover(clock_.now());
  s->start();
  EXPECT_TRUE(eventually([&] { return runs_ == 1; }));
}

TEST_F(SchedulerTest, ASlotThatAnotherHostRanSinceItWasJudgedIsNotRunAgain) {
  rows_.put({.name = "job", .last_run = clock_.now() - 10min, .last_result = "", .next_run = clock_.now()});
  store_.after_next_read = [this] { taken_by_another(std::nullopt); };
  const auto s = scheduler(store_, "every 10m", count_);
  s->start();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(row().last_result, "done elsewhere");
}

TEST_F(SchedulerTest, ARunWhoseBeginWasCommittedWithoutAnAnswerIsNotBlocked) {
  store_.lost_answers = 1;
  const auto s = scheduler(store_, "every 10m", count_);
  s->start();
  EXPECT_TRUE(eventually([&] { return !rows_.list().empty() && row().last_result == "did one"; }))
      << "the row says that this host runs it, and nobody does";
  EXPECT_EQ(runs_, 1);
  EXPECT_FALSE(row().running_since);
}

TEST_F(SchedulerTest, ARunOfAnotherHostIsLeftToIt) {
  taken_by_another(clock_.now() - 1h);
  const auto s = scheduler(store_, "every 10m", count_);
  s->start();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(s->run("job", clock_.now()), RunOutcome::kStarted);
  EXPECT_TRUE(eventually([&] { return s->run("job", clock_.now()) == RunOutcome::kStarted; })) << "it forgot the first";
  EXPECT_EQ(runs_, 0);
}

TEST_F(SchedulerTest, ARunThatAnotherHostTookOverIsNotEndedByTheFirst) {
  const auto s = scheduler(store_, "every 10m", [this](Time) {
    ++runs_;
    taken_by_another(clock_.now());
    return JobReport{.handled = 1, .failed = 0, .summary = "did one"};
  });
  s->start();
  ASSERT_TRUE(eventually([&] { return runs_ == 1; }));
  std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(row().running_since) << "the other one runs it still";
  EXPECT_EQ(row().last_result, "done elsewhere");
  EXPECT_EQ(row().runner, "another host");
}

TEST_F(SchedulerTest, AnEndWhoseAnswerWasLostIsNotRecordedOverTheNextRun) {
  const auto s = scheduler(store_, "every 10m", [this](Time) {
    ++runs_;
    store_.lost_answers = 1;
    return JobReport{.handled = 1, .failed = 0, .summary = "did one"};
  });
  s->start();
  ASSERT_TRUE(eventually([&] { return !rows_.list().empty() && row().last_result == "did one"; }));
  taken_by_another(clock_.now());
  std::this_thread::sleep_for(1500ms);
  EXPECT_TRUE(row().running_since);
  EXPECT_EQ(row().last_result, "done elsewhere");
}

TEST_F(SchedulerTest, StopWaitsForTheRunUnderWay) {
  std::atomic<bool> ended{false};
  const auto s = scheduler(store_, "off", [&](Time) {
    ++runs_;
    std::this_thread::sleep_for(50ms);
    ended = true;
    return JobReport{};
  });
  s->start();
  s->run("job", clock_.now());
  ASSERT_TRUE(eventually([&] { return runs_ == 1; }));
  s->stop();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(row().running_since);
}

}  // namespace
}  // namespace smmhost
