// The routes, one file a resource. Each function adds its own to the router; `deps` must outlive the router.
#pragma once

#include "host/server/router.h"
#include "host/server/server_deps.h"

namespace smmhost {

// As GET /api/alerts lists them. Throws StoreUnavailable.
std::vector<Alert> current_alerts(const ServerDeps& deps);

void add_webhook_route(Router& router, const ServerDeps& deps);
void add_health_routes(Router& router, const ServerDeps& deps);
void add_payments_routes(Router& router, const ServerDeps& deps);
void add_products_routes(Router& router, const ServerDeps& deps);
void add_review_routes(Router& router, const ServerDeps& deps);
void add_providers_routes(Router& router, const ServerDeps& deps);
void add_alerts_route(Router& router, const ServerDeps& deps);
void add_plugins_routes(Router& router, const ServerDeps& deps);
void add_jobs_routes(Router& router, const ServerDeps& deps);
void add_deliveries_routes(Router& router, const ServerDeps& deps);
void add_maintenance_routes(Router& router, const ServerDeps& deps);
void add_order_status_route(Router& router, const ServerDeps& deps);
void add_metrics_route(Router& router, const ServerDeps& deps);
void add_openapi_route(Router& router);
void add_dashboard_route(Router& router);

}  // namespace smmhost
