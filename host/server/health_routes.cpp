// GET /healthz: the process answers. GET /readyz: it can do its work, which needs the store.
#include "host/server/json_body.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {

void add_health_routes(Router& router, const ServerDeps& deps) {
  router.add("GET", "/healthz", Access::kPublic, [](const ServerRequest&) {
    return json_response(200, {{"status", "ok"}, {"version", SMMHOST_VERSION}});
  });
  router.add("GET", "/readyz", Access::kPublic, [&deps](const ServerRequest&) {
    deps.store.next_due();  // a read that needs the database and costs an index look-up; it throws where there is none
    return json_response(200, {{"status", "ready"}});
  });
}

}  // namespace smmhost
