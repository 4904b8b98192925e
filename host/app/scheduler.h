// The scheduler: runs the periodic jobs at their slots, late once where a slot was missed, and now where somebody asks.
//
// Each job has a thread, so that one that waits for a slow panel does not keep the others. A slot is taken by writing
// the job's row at the version by which it was judged to be due: of several hosts on one database, the one whose write
// is first runs it. Where the store cannot be reached the slot stays due and is tried again; where it is not known
// whether the slot was taken, the row tells later whose it is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/fulfilment/engine.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "host/config/config.h"
#include "host/server/job_runner.h"

namespace smmhost {

struct ScheduledJob {
  std::string name;
  Schedule schedule;
  std::function<JobReport(Time now)> run;  // may throw; may block
};

struct SchedulerSettings {
  std::string timezone = "America/Sao_Paulo";
  Duration look_again =
      std::chrono::seconds{5};  // the longest sleep: what the wall clock or another host changed is seen after it
  Duration dead_after = std::chrono::hours{6};  // a run of another host that is older has died
  std::string host_name =
      {};  // this host's in the rows of a store that several share; empty where it has the store alone
};

// Called after each run, from the job's thread.
using JobObserver = std::function<void(const std::string& name, bool succeeded)>;

class Scheduler final : public JobRunner {
 public:
  // `store` and `clock` are borrowed and must outlive it.
  Scheduler(Store& store, const Clock& clock, std::vector<ScheduledJob> jobs, SchedulerSettings settings,
            JobObserver observer);
  ~Scheduler() override;  // stops

  // Runs that a crash of this host cut off are due again. Call before start(), and only where no other host shares the
  // database: a run of theirs would be taken for a dead one.
  void recover(Time now);
  void start();
  // Starts the threads, but runs only what is asked for.
  void start_on_request();
  // Starts no further run and waits for those that are under way.
  void stop();

  std::vector<JobView> list(Time now) override;
  RunOutcome run(const std::string& name, Time now) override;

 private:
  class Worker;

  Store& store_;
  const Clock& clock_;
  bool by_slots_ = true;
  SchedulerSettings settings_;
  JobObserver observer_;
  std::vector<std::unique_ptr<Worker>> workers_;  // in the order given
};

}  // namespace smmhost
