// GET /api/deliveries, GET /api/deliveries/{id}, POST /api/deliveries/{id}/replay: the webhooks that were received.
#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr std::int64_t kDefaultLimit = 100;
constexpr std::int64_t kLargestLimit = 1000;

ServerResponse no_such_delivery() {
  return problem(404, "There is no delivery with this id.");
}

std::optional<Delivery> find(const ServerDeps& deps, const ServerRequest& request) {
  const auto id = integer_of(Json(request.param("id")));
  return id ? deps.store.delivery(*id) : std::nullopt;
}

ServerResponse list_deliveries(const ServerDeps& deps, const ServerRequest& request) {
  const auto number = [&](std::string_view name, std::int64_t otherwise) {
    const auto value = request.query_value(name);
    return value ? integer_of(Json(std::string(*value))) : std::optional(otherwise);
  };
  const auto limit = number("limit", kDefaultLimit);
  if (!limit || *limit < 1 || *limit > kLargestLimit) return problem(400, "limit must be an integer from 1 to 1000.");
  const auto after = number("after", 0);
  if (!after || *after < 0) return problem(400, "after must be a delivery's id.");
  const auto found = deps.store.list_deliveries(*after, static_cast<int>(*limit));
  OrderedJson rows = OrderedJson::array();
  for (const Delivery& delivery : found) rows.push_back(delivery_view(delivery));
  ServerResponse response = json_response(200, rows);
  if (static_cast<std::int64_t>(found.size()) == *limit)
    response.with("Link", "</api/deliveries?limit=" + std::to_string(*limit) +
                              "&after=" + std::to_string(found.back().id) + ">; rel=\"next\"");
  return response;
}

ServerResponse get_delivery(const ServerDeps& deps, const ServerRequest& request) {
  const auto delivery = find(deps, request);
  if (!delivery) return no_such_delivery();
  OrderedJson view = delivery_view(*delivery);
  OrderedJson payload = OrderedJson::parse(delivery->payload, nullptr, false);
  view["payload"] = payload.is_discarded() ? OrderedJson(delivery->payload) : std::move(payload);
  return json_response(200, view);
}

// What was kept is read again, as if it had been posted now: for what a newer version understands, or after an edit.
ServerResponse replay(const ServerDeps& deps, const ServerRequest& request) {
  const auto delivery = find(deps, request);
  if (!delivery) return no_such_delivery();
  const Ingest ingest = deps.replay_delivery(*delivery, deps.clock.now());
  const IngestResult result = deps.store.ingest(ingest);
  if (result.outcome != CommitOutcome::kCommitted) return store_unavailable();
  deps.wake(result.created);
  return json_response(
      200,
      {{"outcome", to_string(ingest.delivery.outcome)}, {"note", ingest.delivery.note}, {"created", result.created}});
}

}  // namespace

void add_deliveries_routes(Router& router, const ServerDeps& deps) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add(method, pattern, Access::kToken,
               [&deps, handler](const ServerRequest& request) { return handler(deps, request); });
  };
  add("GET", "/api/deliveries", list_deliveries);
  add("GET", "/api/deliveries/{id}", get_delivery);
  add("POST", "/api/deliveries/{id}/replay", replay);
}

}  // namespace smmhost
