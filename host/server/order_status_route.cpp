// POST /api/update-order-status: a person has the shop told a status. Queued in the outbox, and tried at once.
#include <algorithm>

#include "host/server/json_views.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestAlias = 64;

bool is_alias(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && text.size() <= kLongestAlias && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

ServerResponse update_order_status(const ServerDeps& deps, const ServerRequest& request) {
  const auto parsed = parse_object(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&parsed)) return *wrong;
  const Json& body = std::get<Json>(parsed);
  const auto order_id = body.contains("order_id") ? integer_of(body["order_id"]) : std::nullopt;
  if (!order_id || *order_id <= 0) return problem(422, "order_id must be the order's id, an integer.");
  if (!body.contains("status_alias") || !is_alias(body["status_alias"]))
    return problem(422, "status_alias must be a status of the shop, like delivered.");
  const auto update = deps.actions.tell_shop_now(*order_id, body["status_alias"].get<std::string>(), deps.clock.now());
  if (!update) return store_unavailable();
  if (update->state == ShopUpdateState::kRefused)
    return problem(422, "The shop refused the status: " + update->last_error);
  return json_response(update->state == ShopUpdateState::kPending ? 202 : 200, shop_update_view(*update));
}

}  // namespace

void add_order_status_route(Router& router, const ServerDeps& deps) {
  router.add("POST", "/api/update-order-status", Access::kToken,
             [&deps](const ServerRequest& request) { return update_order_status(deps, request); });
}

}  // namespace smmhost
