// Where to buy: the first of a product's routes that nothing speaks against.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/product.h"
#include "core/domain/reason.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

// Why something cannot be bought now.
struct Obstacle {
  Reason reason = Reason::kNone;
  std::string detail;
};

struct RouteFinding {
  std::optional<Obstacle> obstacle;
  // The service's bounds for one purchase; the widest where the provider's list is not known.
  std::int64_t min = 1;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// Provider configured, not paused, service known. Asks nobody: it reads what was stored.
RouteFinding look_at_route(StepContext& context, const Route& route);

// Says so where `quantity` is outside the bounds.
std::optional<Obstacle> bounds_obstacle(const RouteFinding& finding, const Route& route, std::int64_t quantity);

// The first route's obstacle, where every route has one.
std::optional<Obstacle> obstacle_everywhere(StepContext& context, const std::vector<Route>& routes);

struct RouteChoice {
  std::optional<std::int32_t> index;  // into `routes`; nothing: all are obstructed
  Obstacle obstacle;                  // of the first obstructed one
};

// The first route from index `from` on at which `quantity` can be bought.
RouteChoice choose_route(StepContext& context, const std::vector<Route>& routes, std::int64_t quantity,
                         std::int32_t from);

}  // namespace smmhost
