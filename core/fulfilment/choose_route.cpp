#include "core/fulfilment/choose_route.h"

#include <algorithm>

namespace smmhost {
namespace {

std::string name_of(const Route& route) {
  return "service " + route.service_id + " at " + route.provider;
}

std::optional<Obstacle> provider_obstacle(StepContext& context, const Route& route) {
  const SmmProvider* provider = context.provider(route.provider);
  if (!provider) return Obstacle{Reason::kUnknownProvider, "no provider \"" + route.provider + "\" is configured"};
  if (const std::string why = provider->unavailable(); !why.empty())
    return Obstacle{Reason::kProviderUnreachable, route.provider + " cannot be used: " + why};
  const std::optional<ProviderStatus> status = context.store.provider(route.provider);
  if (!status || status->paused == Reason::kNone) return std::nullopt;
  const std::string why = status->pause_detail.empty() ? std::string{to_string(status->paused)} : status->pause_detail;
  return Obstacle{status->paused, route.provider + " is paused: " + why};
}

}  // namespace

RouteFinding look_at_route(StepContext& context, const Route& route) {
  RouteFinding finding{.obstacle = provider_obstacle(context, route)};
  if (finding.obstacle || !context.store.knows_services(route.provider)) return finding;
  const std::optional<ProviderService> service = context.store.service(route.provider, route.service_id);
  if (!service) {
    finding.obstacle = Obstacle{Reason::kBadService, route.provider + " does not list service " + route.service_id};
    return finding;
  }
  if (service->min) finding.min = std::max<std::int64_t>(1, *service->min);
  if (service->max && *service->max > 0) finding.max = *service->max;
  return finding;
}

std::optional<Obstacle> bounds_obstacle(const RouteFinding& finding, const Route& route, std::int64_t quantity) {
  if (quantity < finding.min)
    return Obstacle{Reason::kQuantityOutOfBounds, "quantity " + std::to_string(quantity) + " is below the minimum " +
                                                      std::to_string(finding.min) + " of " + name_of(route)};
  if (quantity > finding.max)
    return Obstacle{Reason::kQuantityOutOfBounds, "quantity " + std::to_string(quantity) + " is above the maximum " +
                                                      std::to_string(finding.max) + " of " + name_of(route)};
  return std::nullopt;
}

std::optional<Obstacle> obstacle_everywhere(StepContext& context, const std::vector<Route>& routes) {
  std::optional<Obstacle> first;
  for (const Route& route : routes) {
    const RouteFinding finding = look_at_route(context, route);
    if (!finding.obstacle) return std::nullopt;
    if (!first) first = finding.obstacle;
  }
  return first;
}

RouteChoice choose_route(StepContext& context, const std::vector<Route>& routes, std::int64_t quantity,
                         std::int32_t from) {
  RouteChoice choice;
  for (std::size_t i = static_cast<std::size_t>(from); i < routes.size(); ++i) {
    const RouteFinding finding = look_at_route(context, routes[i]);
    const std::optional<Obstacle> obstacle =
        finding.obstacle ? finding.obstacle : bounds_obstacle(finding, routes[i], quantity);
    if (!obstacle) {
      choice.index = static_cast<std::int32_t>(i);
      return choice;
    }
    if (choice.obstacle.reason == Reason::kNone) choice.obstacle = *obstacle;
  }
  return choice;
}

}  // namespace smmhost
