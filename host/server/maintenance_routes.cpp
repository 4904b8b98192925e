// POST /api/backup: a backup of the database. GET /api/doctor: the invariants, checked on the rows as they are.
#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

ServerResponse back_up(const ServerDeps& deps, const ServerRequest& request) {
  const auto body = parse_object(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&body)) return *wrong;
  const Json& fields = std::get<Json>(body);
  for (const auto& [name, value] : fields.items())
    if (name != "file") return problem(400, name + " is not a field of a backup.");
  const std::string file =
      fields.contains("file") && fields["file"].is_string() ? fields["file"].get<std::string>() : "";
  // A relative name would mean the host's folder and not that of who asks.
  if (file.empty() || file.front() != '/')
    return problem(422, "file must be the absolute path of a new file on the host's machine.");
  if (!deps.back_up) return problem(409, "This host makes no backups.");
  const auto outcome = deps.back_up(file, deps.clock.now());
  if (const auto* const refused = std::get_if<std::string>(&outcome)) return problem(409, *refused);
  const BackupDone& done = std::get<BackupDone>(outcome);
  return json_response(200, {{"file", done.file},
                             {"taken_at", to_iso8601(done.taken_at)},
                             {"bytes", done.bytes},
                             {"rows", done.rows},
                             {"violations", done.violations}});
}

ServerResponse examine(const ServerDeps& deps) {
  OrderedJson rows = OrderedJson::array();
  for (const InvariantReport& report : check_invariants(deps.store, deps.paid_lines_of))
    rows.push_back({{"invariant", report.name},
                    {"what", report.what},
                    {"ok", report.violated == 0},
                    {"checked", report.checked},
                    {"violated", report.violated},
                    {"shown", report.shown}});
  return json_response(200, rows);
}

}  // namespace

void add_maintenance_routes(Router& router, const ServerDeps& deps) {
  router.add("POST", "/api/backup", Access::kToken,
             [&deps](const ServerRequest& request) { return back_up(deps, request); });
  router.add("GET", "/api/doctor", Access::kToken, [&deps](const ServerRequest&) { return examine(deps); });
}

}  // namespace smmhost
