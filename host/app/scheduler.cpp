#include "host/app/scheduler.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "host/app/job_slots.h"

namespace smmhost {
namespace {

std::optional<JobRun> stored_job(Store& store, const std::string& name) {
  for (JobRun& job : store.list_jobs()) {
    if (job.name == name) return std::move(job);
  }
  return std::nullopt;
}

}  // namespace

// One job and its thread.
class Scheduler::Worker {
 public:
  Worker(Scheduler& scheduler, ScheduledJob job) : scheduler_(scheduler), job_(std::move(job)) {}

  const ScheduledJob& job() const { return job_; }

  void start() {
    thread_ = std::thread([this] { loop(); });
  }

  void ask_to_stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }

  void join() {
    if (thread_.joinable()) thread_.join();
  }

  RunOutcome ask_to_run() {
    const std::lock_guard lock(mutex_);
    if (stopping_) return RunOutcome::kUnavailable;
    if (running_ || asked_) return RunOutcome::kAlreadyRunning;
    asked_ = true;
    wake_.notify_all();
    return RunOutcome::kStarted;
  }

  bool is_running() const {
    const std::lock_guard lock(mutex_);
    return running_ || asked_;
  }

 private:
  void loop() {
    while (true) {
      try {
        const std::optional<JobRun> due = wait_until_due();
        if (!due) return;
        run_once(*due);
      } catch (const std::exception& error) {
        spdlog::warn("job waits: the store cannot be used: {} job={}", error.what(), job_.name);
        if (!pause(std::chrono::seconds{1})) return;
      }
    }
  }

  // The row by which it is due; nullopt where the scheduler stops.
  std::optional<JobRun> wait_until_due() {
    while (!is_stopping()) {
      const JobRun past = stored_job(scheduler_.store_, job_.name).value_or(JobRun{.name = job_.name});
      if (is_asked()) return past;
      const Time now = scheduler_.clock_.now();
      const std::optional<Time> due = next_run(past, job_.schedule, now, scheduler_.settings_.timezone);
      const bool cut_off = due && past.running_since && !runs_elsewhere(past, now);
      if (scheduler_.by_slots_ && due && (*due <= now || cut_off) && !runs_elsewhere(past, now)) return past;
      const Duration longest = scheduler_.settings_.look_again;
      if (!sleep(due && *due > now ? std::min(*due - now, longest) : longest)) break;
    }
    return std::nullopt;
  }

  bool is_stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  bool is_asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  // False where the scheduler stops. Wakes early where a run is asked for.
  bool sleep(Duration duration) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, duration, [this] { return stopping_ || asked_; });
    return !stopping_;
  }
  // The same, but only the end wakes it.
  bool pause(Duration duration) {
    std::unique_lock lock(mutex_);
    return !wake_.wait_for(lock, duration, [this] { return stopping_; });
  }

  // A row that says that this host runs it, while it does not: the slot was taken and the answer was lost.
  bool runs_elsewhere(const JobRun& past, Time now) const {
    const bool mine = !past.runner.empty() && past.runner == scheduler_.settings_.host_name;
    return past.running_since && !mine && now - *past.running_since < scheduler_.settings_.dead_after;
  }

  void run_once(JobRun row) {
    const Time now = scheduler_.clock_.now();
    if (runs_elsewhere(row, now)) return forget_asked();
    row.last_run = now;
    row.running_since = now;
    row.next_run = next_slot(job_.schedule, now, scheduler_.settings_.timezone);
    const CommitOutcome outcome = scheduler_.store_.put_job(row);
    if (outcome == CommitOutcome::kConflict) return;  // another host changed the row: it is looked at again
    if (outcome != CommitOutcome::kCommitted)
      throw StoreUnavailable("the run could not be recorded: " +
                             scheduler_.store_.write_trouble().value_or("no answer came"));
    ++row.version;
    set_running();
    const auto [summary, succeeded] = execute(now);
    record_end(row, summary);
    scheduler_.observer_(job_.name, succeeded);
    const std::lock_guard lock(mutex_);
    running_ = false;
  }

  void set_running() {
    const std::lock_guard lock(mutex_);
    running_ = true;
    asked_ = false;
  }

  void forget_asked() {
    const std::lock_guard lock(mutex_);
    asked_ = false;
  }

  struct Ran {
    std::string summary;
    bool succeeded;
  };
  Ran execute(Time now) {
    try {
      const JobReport report = job_.run(now);
      if (report.handled > 0 || report.failed > 0) spdlog::info("job done: {} job={}", report.summary, job_.name);
      if (report.failed > 0) return {std::string{kJobFailed} + report.summary, false};
      return {report.summary, true};
    } catch (const std::exception& error) {
      spdlog::error("job failed: {} job={}", error.what(), job_.name);
      return {std::string{kJobFailed} + error.what(), false};
    }
  }

  // The end of a run is worth waiting for: without it the job would count as running until `dead_after`. A row that is
  // not of the run's version any more was taken over by another host, or has the end already: it is left alone.
  void record_end(const JobRun& run, const std::string& summary) {
    while (true) {
      try {
        std::optional<JobRun> row = stored_job(scheduler_.store_, job_.name);
        if (!row || row->version != run.version) return;
        row->running_since.reset();
        row->last_result = summary;
        const CommitOutcome outcome = scheduler_.store_.put_job(*row);
        if (outcome == CommitOutcome::kCommitted || outcome == CommitOutcome::kConflict) return;
      } catch (const std::exception& error) {
        spdlog::warn("the end of a job could not be recorded yet: {} job={}", error.what(), job_.name);
      }
      if (!pause(std::chrono::seconds{1})) return;
    }
  }

  Scheduler& scheduler_;
  const ScheduledJob job_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool asked_ = false;
  bool running_ = false;
  std::thread thread_;
};

Scheduler::Scheduler(Store& store, const Clock& clock, std::vector<ScheduledJob> jobs, SchedulerSettings settings,
                     JobObserver observer)
    : store_(store), clock_(clock), settings_(std::move(settings)), observer_(std::move(observer)) {
  for (ScheduledJob& job : jobs) workers_.push_back(std::make_unique<Worker>(*this, std::move(job)));
}

Scheduler::~Scheduler() {
  stop();
}

void Scheduler::recover(Time now) {
  for (JobRun& job : store_.list_jobs()) {
    if (!job.running_since) continue;
    spdlog::warn("a run was cut off and is due again job={}", job.name);
    job.running_since.reset();
    job.next_run = job.last_run;
    job.last_result = "cut off when the host stopped at " + to_iso8601(now);
    store_.put_job(job);
  }
}

void Scheduler::start() {
  for (const auto& worker : workers_) worker->start();
}

void Scheduler::start_on_request() {
  by_slots_ = false;
  start();
}

void Scheduler::stop() {
  for (const auto& worker : workers_) worker->ask_to_stop();
  for (const auto& worker : workers_) worker->join();
}

std::vector<JobView> Scheduler::list(Time now) {
  const std::vector<JobRun> stored = store_.list_jobs();
  std::vector<JobView> views;
  for (const auto& worker : workers_) {
    const ScheduledJob& job = worker->job();
    const auto row =
        std::find_if(stored.begin(), stored.end(), [&](const JobRun& run) { return run.name == job.name; });
    const JobRun past = row == stored.end() ? JobRun{.name = job.name} : *row;
    views.push_back({job.name, to_string(job.schedule), past.last_run, past.last_result,
                     next_run(past, job.schedule, now, settings_.timezone),
                     worker->is_running() || past.running_since.has_value()});
  }
  return views;
}

RunOutcome Scheduler::run(const std::string& name, Time) {
  for (const auto& worker : workers_) {
    if (worker->job().name == name) return worker->ask_to_run();
  }
  return RunOutcome::kUnknownJob;
}

}  // namespace smmhost
