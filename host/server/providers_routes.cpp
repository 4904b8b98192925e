// GET /api/providers: health, balance, rate, breaker. POST /api/providers/{name}/pause and /resume.
#include <algorithm>

#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestWhy = 500;

template <class T>
const T* named(const std::vector<T>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const T& entry) { return entry.name == name; });
  return found == list.end() ? nullptr : &*found;
}

// Those of providers.
std::vector<PluginView> provider_plugins(const ServerDeps& deps) {
  std::vector<PluginView> plugins = deps.plugins(deps.clock.now());
  std::erase_if(plugins, [](const PluginView& plugin) { return !plugin.section.starts_with("provider."); });
  return plugins;
}

OrderedJson provider_now(const ServerDeps& deps, const std::string& name) {
  const auto status = deps.store.provider(name);
  const auto gates = deps.actions.gates(deps.clock.now());
  const auto plugins = provider_plugins(deps);
  return provider_view(name, status ? &*status : nullptr, named(gates, name), named(plugins, name), deps.min_balances);
}

ServerResponse list_providers(const ServerDeps& deps, const ServerRequest&) {
  const auto statuses = deps.store.list_providers();
  const auto gates = deps.actions.gates(deps.clock.now());
  const auto plugins = provider_plugins(deps);
  OrderedJson rows = OrderedJson::array();
  for (const std::string& name : deps.provider_names)
    rows.push_back(
        provider_view(name, named(statuses, name), named(gates, name), named(plugins, name), deps.min_balances));
  return json_response(200, rows);
}

bool is_configured(const ServerDeps& deps, const std::string& name) {
  return std::find(deps.provider_names.begin(), deps.provider_names.end(), name) != deps.provider_names.end();
}

ServerResponse answer(const ServerDeps& deps, const std::string& name, CommitOutcome outcome) {
  if (outcome == CommitOutcome::kUnavailable || outcome == CommitOutcome::kInDoubt) return store_unavailable();
  if (outcome != CommitOutcome::kCommitted)
    return problem(409, "The provider was changed at the same time.", "Try again.");
  deps.wake({});
  return json_response(200, provider_now(deps, name));
}

ServerResponse pause(const ServerDeps& deps, const ServerRequest& request) {
  const std::string& name = request.param("name");
  if (!is_configured(deps, name)) return problem(404, "There is no provider with this name in the configuration.");
  const auto body = parse_object(request, EmptyBody::kIsObject);
  if (const auto* const wrong = std::get_if<ServerResponse>(&body)) return *wrong;
  const Json why = std::get<Json>(body).value("why", Json(""));
  if (!why.is_string() || why.get_ref<const std::string&>().size() > kLongestWhy)
    return problem(422, "why must be a text of at most 500 bytes.");
  return answer(deps, name, deps.actions.pause_provider(name, why.get<std::string>(), deps.clock.now()));
}

ServerResponse resume(const ServerDeps& deps, const ServerRequest& request) {
  const std::string& name = request.param("name");
  if (!is_configured(deps, name)) return problem(404, "There is no provider with this name in the configuration.");
  return answer(deps, name, deps.actions.resume_provider(name, deps.clock.now()));
}

}  // namespace

void add_providers_routes(Router& router, const ServerDeps& deps) {
  router.add("GET", "/api/providers", Access::kToken,
             [&deps](const ServerRequest& request) { return list_providers(deps, request); });
  router.add("POST", "/api/providers/{name}/pause", Access::kToken,
             [&deps](const ServerRequest& request) { return pause(deps, request); });
  router.add("POST", "/api/providers/{name}/resume", Access::kToken,
             [&deps](const ServerRequest& request) { return resume(deps, request); });
}

}  // namespace smmhost
