// GET /api/alerts: what an operator should look at now.
#include "host/server/alerts.h"
#include "host/server/json_views.h"
#include "host/server/routes.h"

namespace smmhost {

void add_alerts_route(Router& router, const ServerDeps& deps) {
  router.add("GET", "/api/alerts", Access::kToken, [&deps](const ServerRequest&) {
    OrderedJson rows = OrderedJson::array();
    for (const Alert& alert : current_alerts(deps.store, deps.provider_names, deps.min_balances))
      rows.push_back(alert_view(alert));
    return json_response(200, rows);
  });
}

}  // namespace smmhost
