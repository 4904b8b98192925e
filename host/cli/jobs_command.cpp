#include "host/cli/jobs_command.h"

#include <chrono>
#include <thread>

#include "host/cli/host_api.h"
#include "host/cli/table.h"

namespace smmhost {
namespace {

using nlohmann::ordered_json;

constexpr std::chrono::milliseconds kLookAgain{200};

int list_jobs(Session& session) {
  const auto api = open_host_api(session, ApiUse::kLook);
  const ordered_json jobs = ask(session, *api, "GET", "/api/jobs");
  if (session.json) {
    session.out << jobs.dump(2) << "\n";
    return kExitOk;
  }
  Table table{{"NAME", "SCHEDULE", "LAST RUN", "NEXT RUN", "LAST RESULT"}};
  for (const ordered_json& job : jobs) {
    const bool running = job.value("running", false);
    table.add({field(job, "name"), field(job, "schedule"), field(job, "last_run"),
               running ? "running" : field(job, "next_run"), field(job, "last_result")});
  }
  table.print(session.out);
  return kExitOk;
}

ordered_json job_named(Session& session, HostApi& api, const std::string& name) {
  for (const ordered_json& job : ask(session, api, "GET", "/api/jobs")) {
    if (field(job, "name") == name) return job;
  }
  throw CommandFailed(session.say(msg::kNone));
}

// Waits for the end, because an operator who runs a job wants its result.
int run_job(Session& session, const std::string& name) {
  const auto api = open_host_api(session, ApiUse::kAct);
  ask(session, *api, "POST", "/api/jobs/" + url_encoded(name) + "/run");
  session.err << session.say(msg::kJobStarted, name) << "\n";
  ordered_json job = job_named(session, *api, name);
  while (job.value("running", false)) {
    std::this_thread::sleep_for(kLookAgain);
    job = job_named(session, *api, name);
  }
  session.out << session.say(msg::kJobEnded, name, printable(field(job, "last_result"))) << "\n";
  return kExitOk;
}

}  // namespace

void add_jobs_command(CLI::App& app, Session& session) {
  CLI::App* jobs = add_command(app, session, "jobs", msg::kJobsAbout);
  jobs->require_subcommand(1);

  CLI::App* list = add_command(*jobs, session, "list", msg::kJobsListAbout);
  add_json_option(*list, session);
  list->callback([&session] { session.action = [&session] { return list_jobs(session); }; });

  CLI::App* run = add_command(*jobs, session, "run", msg::kJobsRunAbout);
  const auto name = std::make_shared<std::string>();
  run->add_option("NAME", *name, std::string{session.say.text(msg::kJobNameHelp)})->required();
  run->callback([&session, name] { session.action = [&session, name] { return run_job(session, *name); }; });
}

}  // namespace smmhost
