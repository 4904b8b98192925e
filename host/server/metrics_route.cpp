// GET /metrics, for Prometheus.
#include "host/server/routes.h"

namespace smmhost {

void add_metrics_route(Router& router, const ServerDeps& deps) {
  router.add("GET", "/metrics", Access::kToken, [&deps](const ServerRequest&) {
    const Time now = deps.clock.now();
    return ServerResponse{
        .content_type = "text/plain; version=0.0.4; charset=utf-8",
        .body = deps.metrics.text(deps.store, deps.actions.gates(now), current_alerts(deps), deps.plugins(now))};
  });
}

}  // namespace smmhost
