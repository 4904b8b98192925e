#include "core/fulfilment/plan_placements.h"

#include <algorithm>

#include "core/fulfilment/hold_payment.h"
#include "core/fulfilment/settle_payment.h"
#include "core/fulfilment/split_quantity.h"

namespace smmhost {
namespace {

struct Plan {
  Route route;
  std::int32_t route_index = 0;
  std::vector<std::int64_t> quantities;  // one a link
};

std::optional<Obstacle> first_outside_bounds(const RouteFinding& finding, const Route& route,
                                             const std::vector<std::int64_t>& quantities) {
  for (const std::int64_t quantity : quantities)
    if (auto obstacle = bounds_obstacle(finding, route, quantity)) return obstacle;
  return std::nullopt;
}

// The plan, or the first route's obstacle.
std::variant<Plan, Obstacle> make_plan(StepContext& context, const Product& product, std::int64_t total,
                                       std::size_t links) {
  std::optional<Obstacle> first;
  const std::vector<Route> routes = product.all_routes();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const RouteFinding finding = look_at_route(context, routes[i]);
    Plan plan{routes[i], static_cast<std::int32_t>(i),
              split_quantity(total, static_cast<std::int64_t>(links), finding.min)};
    const auto obstacle =
        finding.obstacle ? finding.obstacle : first_outside_bounds(finding, routes[i], plan.quantities);
    if (!obstacle) return plan;
    if (!first) first = obstacle;
  }
  return *first;
}

void aim(StepContext& context, PaymentDraft& draft, Placement& placement, const Plan& plan, std::size_t n,
         const std::string& link) {
  placement.provider = plan.route.provider;
  placement.service_id = plan.route.service_id;
  placement.route = plan.route_index;
  placement.link = link;
  placement.quantity = plan.quantities[n];
  placement.reason = Reason::kNone;
  placement.reason_detail.clear();
  placement.failures = 0;
  placement.request_key = context.draw_key();
  placement.due_at = draft.now();
}

void plan_anew(StepContext& context, PaymentDraft& draft, std::size_t n, const Plan& plan, const std::string& link) {
  draft.move(n, PlacementState::kIntent, "planned anew");
  Placement& placement = draft.edit(n);
  if (placement.sent_at) ++placement.attempt;
  aim(context, draft, placement, plan, n, link);
}

void write_intents(StepContext& context, PaymentDraft& draft, const Plan& plan, const std::vector<std::string>& links) {
  const std::size_t existing = draft.placements().size();
  for (std::size_t n = 0; n < plan.quantities.size(); ++n) {
    if (n < existing) {
      plan_anew(context, draft, n, plan, links[n]);
    } else {
      Placement placement;
      aim(context, draft, placement, plan, n, links[n]);
      draft.add(std::move(placement), "service " + plan.route.service_id + " at " + plan.route.provider +
                                          ", quantity " + std::to_string(plan.quantities[n]));
    }
  }
  for (std::size_t n = plan.quantities.size(); n < existing; ++n)
    if (is_unbought(draft.placements()[n])) draft.drop(n, "not needed by the new plan");
}

}  // namespace

void plan_placements(LeasedPayment& leased, const Product& product, const PurchaseTargets& targets) {
  StepContext& context = leased.context();
  const Payment asked = leased.payment();
  const auto hold = [&](const Obstacle& obstacle) {
    hold_payment(leased, obstacle, [&](PaymentDraft& draft) { record_profile(context, draft, targets); });
  };
  const std::optional<std::int64_t> total = total_quantity(product.base_quantity, asked.item_quantity);
  if (!total)
    return hold({Reason::kQuantityOutOfBounds, std::to_string(product.base_quantity) + " x " +
                                                   std::to_string(asked.item_quantity) +
                                                   " is no quantity that can be bought"});
  const auto plan = make_plan(context, product, *total, targets.links.size());
  if (const Obstacle* obstacle = std::get_if<Obstacle>(&plan)) return hold(*obstacle);

  // Committed with the first `sent`, which is what follows, or with what keeps it waiting.
  leased.prepare([&context, asked, targets, plan = std::get<Plan>(plan)](PaymentDraft& draft) {
    if (!is_same_request(asked, draft.payment()) || !nothing_was_bought(draft.placements())) return false;
    record_profile(context, draft, targets);
    draft.move(PaymentState::kReady, Reason::kNone, "profile, product, link and quantity are decided");
    write_intents(context, draft, plan, targets.links);
    draft.settle(context.settings);
    return true;
  });
}

}  // namespace smmhost
