// GET /api/alerts: what an operator should look at now.
#include "host/server/alerts.h"
#include "host/server/json_views.h"
#include "host/server/routes.h"

namespace smmhost {

std::vector<Alert> current_alerts(const ServerDeps& deps) {
  const Time now = deps.clock.now();
  return current_alerts(AlertSources{.store = deps.store,
                                     .providers = deps.provider_names,
                                     .min_balances = deps.min_balances,
                                     .gates = deps.actions.gates(now),
                                     .jobs = deps.jobs.list(now)});
}

void add_alerts_route(Router& router, const ServerDeps& deps) {
  router.add("GET", "/api/alerts", Access::kToken, [&deps](const ServerRequest&) {
    OrderedJson rows = OrderedJson::array();
    for (const Alert& alert : current_alerts(deps)) rows.push_back(alert_view(alert));
    return json_response(200, rows);
  });
}

}  // namespace smmhost
