#include "core/fulfilment/send_placement.h"

#include <algorithm>

#include "core/fulfilment/choose_route.h"
#include "core/fulfilment/classify_place.h"
#include "core/fulfilment/hold_payment.h"
#include "core/fulfilment/record_answer.h"
#include "core/fulfilment/settle_payment.h"

namespace smmhost {
namespace {

// Still the purchase that was looked at, and still to be made.
bool is_still_to_send(const PaymentDraft& draft, const Placement& seen) {
  const auto index = draft.index_of(seen.id);
  if (!index || draft.payment().cancel_requested || is_end(draft.payment().state)) return false;
  const Placement& present = draft.placements()[*index];
  return is_unbought(present) && !present.given_up && present.version == seen.version;
}

void let_wait(LeasedPayment& leased, const Placement& seen, Reason reason, const std::string& detail,
              std::optional<Time> due) {
  leased.save([&](PaymentDraft& draft) {
    if (!is_still_to_send(draft, seen)) return false;
    Placement& placement = draft.edit(*draft.index_of(seen.id));
    if (placement.reason != reason) draft.note("note", detail, seen.id);
    placement.reason = reason;
    placement.reason_detail = detail;
    placement.due_at = due;
    draft.settle(leased.context().settings);
    return true;
  });
}

void wait_for_link(LeasedPayment& leased, const Placement& seen) {
  StepContext& context = leased.context();
  let_wait(leased, seen, Reason::kLinkBusy, "another order for this link and service is running at " + seen.provider,
           leased.now() + context.settings.busy_link_wait);
  // The other one may have ended between the look and the save; its wake-up would have missed this placement.
  if (!context.store.link_occupied(seen.provider, seen.service_id, seen.link))
    context.store.wake_link({seen.provider, seen.service_id, seen.link}, leased.now());
}

// A rejected purchase starts again from the product's first route; an intent keeps its own as long as that is open.
bool has_open_route(LeasedPayment& leased, const Placement& seen, std::optional<Route>& other, std::int32_t& index) {
  StepContext& context = leased.context();
  const Route own{seen.provider, seen.service_id};
  if (seen.state == PlacementState::kIntent) {
    const RouteFinding finding = look_at_route(context, own);
    if (!finding.obstacle && !bounds_obstacle(finding, own, seen.quantity)) return true;
  }
  const std::optional<Product> product = context.store.product(leased.payment().item_sku);
  if (!product) {
    let_wait(leased, seen, Reason::kUnknownSku, "no product \"" + leased.payment().item_sku + "\" is configured",
             recheck_of(context, leased.payment(), Reason::kUnknownSku, leased.now()));
    return false;
  }
  const std::vector<Route> routes = product->all_routes();
  const RouteChoice choice = choose_route(context, routes, seen.quantity, 0);
  if (!choice.index) {
    let_wait(leased, seen, choice.obstacle.reason, choice.obstacle.detail,
             recheck_of(context, leased.payment(), choice.obstacle.reason, leased.now()));
    return false;
  }
  index = *choice.index;
  if (routes[static_cast<std::size_t>(index)] != own) other = routes[static_cast<std::size_t>(index)];
  return true;
}

void take_route(LeasedPayment& leased, const Placement& seen, const Route& route, std::int32_t index) {
  StepContext& context = leased.context();
  leased.save([&](PaymentDraft& draft) {
    if (!is_still_to_send(draft, seen)) return false;
    const std::size_t at = *draft.index_of(seen.id);
    draft.move(at, PlacementState::kIntent, "route: service " + route.service_id + " at " + route.provider);
    Placement& placement = draft.edit(at);
    placement.provider = route.provider;
    placement.service_id = route.service_id;
    placement.route = index;
    if (placement.sent_at) ++placement.attempt;
    placement.request_key = context.draw_key();
    placement.failures = 0;
    placement.reason = Reason::kNone;
    placement.reason_detail.clear();
    placement.due_at = draft.now();
    draft.settle(context.settings);
    return true;
  });
}

bool is_admitted(LeasedPayment& leased, const Placement& seen) {
  const Admission admission = leased.context().gate(seen.provider).admit(leased.now());
  if (admission.admitted) return true;
  const Time retry_at = std::max(admission.retry_at, leased.now() + std::chrono::milliseconds{1});
  if (admission.breaker)
    let_wait(leased, seen, Reason::kProviderUnreachable, seen.provider + " is not called for now: " + admission.why,
             retry_at);
  else
    let_wait(leased, seen, Reason::kNone, "waits for its turn at " + seen.provider, retry_at);
  return false;
}

// The commit before the first byte. It takes the link, and it fails where a cancellation came meanwhile.
Saved mark_sent(LeasedPayment& leased, const Placement& seen) {
  StepContext& context = leased.context();
  return leased.save([&](PaymentDraft& draft) {
    if (!is_still_to_send(draft, seen)) return false;
    const std::size_t index = *draft.index_of(seen.id);
    Placement& placement = draft.edit(index);
    if (placement.state == PlacementState::kRejected) {
      ++placement.attempt;
      placement.request_key = context.draw_key();
    }
    draft.move(index, PlacementState::kSent, "attempt " + std::to_string(placement.attempt));
    placement.reason = Reason::kNone;
    placement.reason_detail.clear();
    placement.idempotent_at = context.provider(placement.provider)->capabilities().idempotent_at;
    placement.sent_at = std::max(placement.sent_at.value_or(draft.now()), draft.now());
    placement.due_at = draft.now() + context.settings.lease;  // without an answer by then, its worker is dead
    draft.settle(context.settings);
    draft.rest_until(draft.now());  // the call follows
    return true;
  });
}

void report_to_gate(StepContext& context, const PlaceAnswer& answer) {
  ProviderGate& gate = context.gate(answer.provider);
  const PlaceVerdict verdict = classify_place(answer.reply);
  if (verdict == PlaceVerdict::kAccepted) return gate.succeeded(answer.at);
  const bool ok = answer.reply.ok();
  const bool limited = !ok && answer.reply.failure().code == FailureCode::kRateLimited;
  if (verdict == PlaceVerdict::kRefused && !limited) return gate.succeeded(answer.at);
  if (limited && verdict == PlaceVerdict::kRefused && answer.reply.failure().retry_after)
    return gate.asked_to_wait(answer.at, words_of(answer.reply.failure()), *answer.reply.failure().retry_after);
  gate.failed(answer.at, ok ? "accepted without an order id" : words_of(answer.reply.failure()));
}

PlaceAnswer call(LeasedPayment& leased, const Placement& sent) {
  StepContext& context = leased.context();
  const PlaceOrder order{sent.service_id, sent.link, sent.quantity, sent.request_key, sent.attempt, sent.idempotent_at};
  Reply<PlacedOrder> reply = context.provider(sent.provider)->place(order, leased.now());
  reply.exchanges =
      context.complete(std::move(reply.exchanges), sent.provider, "place", sent.payment_id, sent.id, sent.attempt);
  leased.saw(reply.exchanges);
  return {sent.payment_id, sent.id,   sent.attempt,     sent.provider,
          sent.service_id, sent.link, std::move(reply), leased.now()};
}

const Placement* find(const LeasedPayment& leased, const std::string& id) {
  const auto found = std::find_if(leased.placements().begin(), leased.placements().end(),
                                  [&](const Placement& p) { return p.id == id; });
  return found == leased.placements().end() ? nullptr : &*found;
}

}  // namespace

void send_placement(LeasedPayment& leased, const std::string& placement_id) {
  StepContext& context = leased.context();
  const Placement* found = find(leased, placement_id);
  if (!found) return;
  const Placement seen = *found;  // `placement_id` may be of the leased payment, which is read again below

  std::optional<Route> other;
  std::int32_t route_index = 0;
  if (!has_open_route(leased, seen, other, route_index)) return;
  if (other) return take_route(leased, seen, *other, route_index);
  // Only one that was busy before is looked at first: as a rule the link is free, and the commit of `sent` says so.
  const bool was_busy = seen.reason == Reason::kLinkBusy;
  if (was_busy && context.store.link_occupied(seen.provider, seen.service_id, seen.link))
    return wait_for_link(leased, seen);
  if (!is_admitted(leased, seen)) return;

  const PendingAnswers::Awaiting awaiting(context.answers, seen.id);
  const Saved saved = mark_sent(leased, seen);
  if (saved != Saved::kSaved) context.gate(seen.provider).withdrawn();
  if (saved == Saved::kLinkBusy) return wait_for_link(leased, seen);
  if (saved != Saved::kSaved) return;

  PlaceAnswer answer = call(leased, *find(leased, seen.id));
  report_to_gate(context, answer);
  record_answer(context, &leased, std::move(answer));
}

}  // namespace smmhost
