// GET /healthz: the process answers. GET /readyz: it can do its work, which needs a store that is read and written.
#include <set>

#include "host/server/alerts.h"
#include "host/server/json_body.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {

void add_health_routes(Router& router, const ServerDeps& deps) {
  router.add("GET", "/healthz", Access::kPublic, [](const ServerRequest&) {
    return json_response(200, {{"status", "ok"}, {"version", SMMHOST_VERSION}});
  });
  router.add("GET", "/readyz", Access::kPublic, [&deps](const ServerRequest&) {
    // Reads that need the database and cost index look-ups; they throw where there is none. Only the kinds of alerts:
    // anyone may ask.
    std::set<std::string> alerts;
    for (const Alert& alert : current_alerts(deps)) alerts.insert(alert.kind);
    if (deps.store.write_trouble()) return store_unavailable();
    return json_response(200, {{"status", "ready"}, {"alerts", alerts}});
  });
}

}  // namespace smmhost
