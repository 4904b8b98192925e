// GET /api/jobs, POST /api/jobs/{name}/run.
#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

ServerResponse list_jobs(const ServerDeps& deps) {
  OrderedJson rows = OrderedJson::array();
  for (const JobView& job : deps.jobs.list(deps.clock.now())) rows.push_back(job_view(job));
  return json_response(200, rows);
}

ServerResponse run_job(const ServerDeps& deps, const std::string& name) {
  switch (deps.jobs.run(name, deps.clock.now())) {
    case RunOutcome::kStarted:
      return json_response(202, {{"name", name}, {"started", true}});
    case RunOutcome::kUnknownJob:
      return problem(404, "There is no job with this name.", "GET /api/jobs lists them.");
    case RunOutcome::kAlreadyRunning:
      return problem(409, "The job is running already.");
    case RunOutcome::kUnavailable:
      break;
  }
  return store_unavailable();
}

}  // namespace

void add_jobs_routes(Router& router, const ServerDeps& deps) {
  router.add("GET", "/api/jobs", Access::kToken, [&deps](const ServerRequest&) { return list_jobs(deps); });
  router.add("POST", "/api/jobs/{name}/run", Access::kToken,
             [&deps](const ServerRequest& request) { return run_job(deps, request.param("name")); });
}

}  // namespace smmhost
