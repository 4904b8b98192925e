// GET /api/review: what a person must decide, with the evidence. POST /api/review/{id}: the decision.
#include "host/server/json_views.h"
#include "host/server/payment_edit.h"
#include "host/server/problem.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr std::size_t kLongestNote = 2000;
constexpr std::size_t kLongestOrderId = 128;

ServerResponse list_review(const ServerDeps& deps, const ServerRequest&) {
  OrderedJson rows = OrderedJson::array();
  for (const Placement& placement : deps.store.list_review())
    rows.push_back(
        review_view(placement, deps.store.exchanges_of(placement.id), deps.store.timeline(placement.payment_id)));
  PaymentFilter in_review{.state = PaymentState::kReview, .limit = 1000, .with_archived = true};
  for (const PaymentDetail& detail : deps.store.list_payments(in_review))
    if (waits_without_purchase(detail)) rows.push_back(review_view(detail.payment));
  return json_response(200, rows);
}

std::optional<DecisionKind> kind_of(const Json& value) {
  if (value == "placed") return DecisionKind::kPlaced;
  if (value == "not_placed") return DecisionKind::kNotPlaced;
  if (value == "give_up") return DecisionKind::kGiveUp;
  return std::nullopt;
}

std::variant<Decision, ServerResponse> read_decision(const Json& body) {
  Decision decision;
  const auto kind = body.contains("decision") ? kind_of(body["decision"]) : std::nullopt;
  if (!kind) return problem(422, "decision must be placed, not_placed or give_up.");
  decision.kind = *kind;
  for (const auto& [name, value] : body.items()) {
    if (name == "decision" || value.is_null()) continue;
    const auto text = text_or_integer(value);
    if (name != "provider_order_id" && name != "note") return problem(400, name + " is not a field of a decision.");
    if (!text || text->size() > (name == "note" ? kLongestNote : kLongestOrderId))
      return problem(422, name + " must be a text, and not longer than a person would write.");
    (name == "note" ? decision.note : decision.provider_order_id) = *text;
  }
  return decision;
}

ServerResponse no_such_placement() {
  return problem(404, "There is no placement with this id.");
}

ServerResponse changed_meanwhile() {
  return problem(409, "It was changed at the same time.", "Look at it again, then decide.");
}

// The id is no placement's in review. Where it is a payment's, what can be decided instead.
ServerResponse nothing_to_decide(const ServerDeps& deps, const std::string& id, DecisionOutcome outcome) {
  if (!deps.store.payment(id)) {
    return outcome == DecisionOutcome::kNotFound
               ? no_such_placement()
               : problem(409, "This placement does not wait for a decision (any more).");
  }
  std::string waiting;
  for (const Placement& placement : deps.store.list_review())
    if (placement.payment_id == id) waiting += (waiting.empty() ? "" : ", ") + placement.id;
  if (waiting.empty()) return problem(409, "This payment does not wait for a decision (any more).");
  return problem(409, "This is a payment; what waits for a decision are its placements.", "Decide " + waiting + ".");
}

// What was decided, as it is now.
ServerResponse decided(const ServerDeps& deps, const std::string& id) {
  if (const auto placement = deps.store.placement(id)) {
    deps.wake({placement->payment_id});
    return json_response(200, placement_view(*placement));
  }
  deps.wake({id});
  const auto payment = deps.store.payment(id);
  return json_response(200, payment ? payment_view(*payment) : OrderedJson{{"id", id}});
}

ServerResponse decide(const ServerDeps& deps, const ServerRequest& request) {
  const auto body = parse_object(request);
  if (const auto* const wrong = std::get_if<ServerResponse>(&body)) return *wrong;
  const auto read = read_decision(std::get<Json>(body));
  if (const auto* const wrong = std::get_if<ServerResponse>(&read)) return *wrong;
  const std::string& id = request.param("id");
  switch (deps.actions.decide(id, std::get<Decision>(read), deps.clock.now())) {
    case DecisionOutcome::kDone:
      return decided(deps, id);
    case DecisionOutcome::kNotFound:
      return nothing_to_decide(deps, id, DecisionOutcome::kNotFound);
    case DecisionOutcome::kNotInReview:
      return nothing_to_decide(deps, id, DecisionOutcome::kNotInReview);
    case DecisionOutcome::kNothingBought:
      return problem(422, "Nothing was bought for this payment yet.",
                     "Decide not_placed to have it bought, or give_up.");
    case DecisionOutcome::kOrderIdMissing:
      return problem(422, "provider_order_id is missing.",
                     "It is the order's number at the provider; only with it can the order be followed.");
    case DecisionOutcome::kOrderIdTaken:
      return problem(409, "This provider_order_id belongs to another placement already.");
    case DecisionOutcome::kConflict:
      return changed_meanwhile();
    case DecisionOutcome::kUnavailable:
      return store_unavailable();
  }
  return store_unavailable();
}

}  // namespace

void add_review_routes(Router& router, const ServerDeps& deps) {
  router.add("GET", "/api/review", Access::kToken,
             [&deps](const ServerRequest& request) { return list_review(deps, request); });
  router.add("POST", "/api/review/{id}", Access::kToken,
             [&deps](const ServerRequest& request) { return decide(deps, request); });
}

}  // namespace smmhost
