// GET /api/plugins: the plugin of every section, how it runs and how it does. POST /api/plugins/{id}/reload.
#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

OrderedJson plugins_now(const ServerDeps& deps) {
  OrderedJson rows = OrderedJson::array();
  for (const PluginView& plugin : deps.plugins(deps.clock.now())) rows.push_back(plugin_view(plugin));
  return rows;
}

ServerResponse reload(const ServerDeps& deps, const ServerRequest& request) {
  const ReloadOutcome outcome = deps.reload_plugin(request.param("id"));
  if (outcome.result == ReloadOutcome::Result::kUnknownPlugin) return problem(404, outcome.message);
  if (outcome.result == ReloadOutcome::Result::kRefused) return problem(409, outcome.message);
  return json_response(200, OrderedJson{{"message", outcome.message},
                                        {"cassettes", outcome.replayed},
                                        {"draining", outcome.draining},
                                        {"plugins", plugins_now(deps)}});
}

}  // namespace

void add_plugins_routes(Router& router, const ServerDeps& deps) {
  router.add("GET", "/api/plugins", Access::kToken,
             [&deps](const ServerRequest&) { return json_response(200, plugins_now(deps)); });
  router.add("POST", "/api/plugins/{id}/reload", Access::kToken,
             [&deps](const ServerRequest& request) { return reload(deps, request); });
}

}  // namespace smmhost
