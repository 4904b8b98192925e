// GET /openapi.json: every route, described.
#include "host/server/embedded.h"
#include "host/server/routes.h"

namespace smmhost {

void add_openapi_route(Router& router) {
  router.add("GET", "/openapi.json", Access::kToken, [](const ServerRequest&) {
    return ServerResponse{.content_type = "application/json", .body = std::string(kOpenapiJson)};
  });
}

}  // namespace smmhost
