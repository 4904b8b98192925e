#include "core/fulfilment/decide_review.h"

#include <algorithm>

#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/settle_payment.h"
#include "core/fulfilment/track_placements.h"

namespace smmhost {
namespace {

std::string words_of(const Decision& decision) {
  std::string words;
  switch (decision.kind) {
    case DecisionKind::kPlaced:
      words = "placed";
      break;
    case DecisionKind::kNotPlaced:
      words = "not placed";
      break;
    case DecisionKind::kGiveUp:
      words = "given up";
      break;
  }
  if (!decision.provider_order_id.empty()) words += ", the provider's order " + decision.provider_order_id;
  return decision.note.empty() ? words : words + ": " + decision.note;
}

bool is_ended_without_delivery(const Placement& p) {
  return p.state == PlacementState::kCanceled || p.state == PlacementState::kRefunded;
}

// A purchase that was refused for good is no doubt, but a person may end it or try it again.
bool can_be_decided(const Placement& p) {
  return waits_for_decision(p) || (p.state == PlacementState::kRejected && !p.given_up);
}

class Decider {
 public:
  Decider(StepContext& context, PaymentDraft& draft, std::size_t index, const Decision& decision)
      : context_(context), draft_(draft), index_(index), decision_(decision) {}

  DecisionOutcome run() {
    if (is_end(draft_.payment().state) || !can_be_decided(placement())) return DecisionOutcome::kNotInReview;
    draft_.note("decision", words_of(decision_), placement().id);
    switch (decision_.kind) {
      case DecisionKind::kPlaced:
        return placed();
      case DecisionKind::kNotPlaced:
        return not_placed();
      case DecisionKind::kGiveUp:
        return give_up();
    }
    return DecisionOutcome::kNotInReview;
  }

 private:
  const Placement& placement() const { return draft_.placements()[index_]; }

  DecisionOutcome placed() {
    const Placement& p = placement();
    if (p.reason == Reason::kCancelledAfterPurchase) return go_on();
    if (p.state == PlacementState::kPartial) return take_what_was_delivered();
    if (p.state == PlacementState::kRejected && !waits_for_decision(p)) return DecisionOutcome::kNotInReview;
    if (p.state == PlacementState::kAccepted || p.state == PlacementState::kInProgress) return go_on();
    return is_ended_without_delivery(p) ? follow_other_order() : accept();
  }

  DecisionOutcome not_placed() {
    const Placement& p = placement();
    if (p.state == PlacementState::kUnknown || p.state == PlacementState::kRejected ||
        p.state == PlacementState::kIntent)
      return try_again();
    if (p.state == PlacementState::kPartial) return buy_the_rest();
    if (is_ended_without_delivery(p)) return buy_again(p.quantity);
    if (p.reason == Reason::kCanceledByProvider || p.reason == Reason::kStalled) return replace_lost_order();
    return DecisionOutcome::kNotInReview;
  }

  DecisionOutcome give_up() {
    const PlacementState state = placement().state;
    const bool ended = state == PlacementState::kCompleted || state == PlacementState::kPartial ||
                       is_ended_without_delivery(placement());
    if (!ended) draft_.move(index_, PlacementState::kCanceled, "given up by a person");
    Placement& p = draft_.edit(index_);
    p.given_up = true;
    p.reason = Reason::kGivenUp;
    p.reason_detail = decision_.note;
    p.due_at.reset();
    return DecisionOutcome::kDone;
  }

  std::optional<DecisionOutcome> order_id_fault() const {
    if (decision_.provider_order_id.empty()) return DecisionOutcome::kOrderIdMissing;
    if (context_.store.placement_by_provider_order(placement().provider, decision_.provider_order_id))
      return DecisionOutcome::kOrderIdTaken;
    return std::nullopt;
  }

  void follow(std::size_t index) {
    draft_.move(index, PlacementState::kAccepted, "a person says that it was bought");
    Placement& p = draft_.edit(index);
    p.provider_order_id = decision_.provider_order_id;
    clear_reason(p);
    p.failures = 0;
    p.answered_at = std::max(p.answered_at.value_or(draft_.now()), draft_.now());
    p.due_at = draft_.now();
    if (completes_on_acceptance(context_.provider(p.provider))) complete_on_acceptance(draft_, index);
  }

  DecisionOutcome accept() {
    if (const auto fault = order_id_fault()) return *fault;
    follow(index_);
    return DecisionOutcome::kDone;
  }

  DecisionOutcome follow_other_order() {
    if (const auto fault = order_id_fault()) return *fault;
    clear_reason(draft_.edit(index_));
    draft_.add(copy_of(placement().quantity), "bought by a person at " + placement().provider);
    const std::size_t added = draft_.placements().size() - 1;
    draft_.edit(added).sent_at = draft_.now();
    follow(added);
    return DecisionOutcome::kDone;
  }

  DecisionOutcome take_what_was_delivered() {
    clear_reason(draft_.edit(index_));
    return DecisionOutcome::kDone;
  }

  // A person's word counts as an acceptance: from now on the purchase has all of its time again.
  DecisionOutcome go_on() {
    Placement& p = draft_.edit(index_);
    if (p.reason == Reason::kStalled) p.answered_at = std::max(p.answered_at.value_or(draft_.now()), draft_.now());
    clear_reason(p);
    p.failures = 0;
    if (occupies_link(p.state) && !p.due_at) p.due_at = draft_.now();
    draft_.edit().cancel_requested = false;
    return DecisionOutcome::kDone;
  }

  DecisionOutcome try_again() {
    draft_.edit().finished = false;
    draft_.move(index_, PlacementState::kIntent, "a person says that it was not bought");
    Placement& p = draft_.edit(index_);
    ++p.attempt;
    p.request_key = context_.draw_key();
    p.failures = 0;
    clear_reason(p);
    p.due_at = draft_.now();
    return DecisionOutcome::kDone;
  }

  DecisionOutcome buy_the_rest() {
    const std::int64_t rest = placement().remains.value_or(0);
    if (rest <= 0) return DecisionOutcome::kNotInReview;
    return buy_again(rest);
  }

  DecisionOutcome buy_again(std::int64_t quantity) {
    draft_.edit().finished = false;
    clear_reason(draft_.edit(index_));
    draft_.add(copy_of(quantity), "bought again instead of " + placement().id);
    return DecisionOutcome::kDone;
  }

  // The provider does not know the order that it had accepted, or does not end it.
  DecisionOutcome replace_lost_order() {
    draft_.move(index_, PlacementState::kCanceled, "a person says that the provider will not deliver it");
    draft_.edit(index_).due_at.reset();
    return buy_again(placement().quantity);
  }

  Placement copy_of(std::int64_t quantity) const {
    Placement copy;
    copy.provider = placement().provider;
    copy.service_id = placement().service_id;
    copy.link = placement().link;
    copy.route = placement().route;
    copy.quantity = quantity;
    copy.request_key = context_.draw_key();
    copy.due_at = draft_.now();
    return copy;
  }

  static void clear_reason(Placement& p) {
    p.reason = Reason::kNone;
    p.reason_detail.clear();
  }

  StepContext& context_;
  PaymentDraft& draft_;
  const std::size_t index_;
  const Decision& decision_;
};

DecisionOutcome outcome_of(Saved saved, DecisionOutcome decided) {
  switch (saved) {
    case Saved::kSaved:
    case Saved::kDeclined:
      return decided;
    case Saved::kLost:
      return DecisionOutcome::kNotFound;
    case Saved::kLinkBusy:
      return DecisionOutcome::kConflict;
    case Saved::kUnavailable:
      return DecisionOutcome::kUnavailable;
  }
  return DecisionOutcome::kUnavailable;
}

DecisionOutcome decide_payment(StepContext& context, const std::string& payment_id, const Decision& decision,
                               Time now) {
  DecisionOutcome decided = DecisionOutcome::kNotInReview;
  const Saved saved = edit_payment(context, payment_id, now, "operator", [&](PaymentDraft& draft) {
    decided = DecisionOutcome::kNotInReview;
    if (!waits_without_purchase(draft.payment(), draft.placements())) return false;
    if (decision.kind == DecisionKind::kPlaced && !is_in_doubt(draft.payment())) {
      decided = DecisionOutcome::kNothingBought;
      return false;
    }
    draft.note("decision", words_of(decision));
    draft.edit().cancel_requested = false;
    if (decision.kind == DecisionKind::kGiveUp) {
      draft.move(PaymentState::kCancelled, Reason::kGivenUp, decision.note);
      draft.rest_until(std::nullopt);
    } else if (decision.kind == DecisionKind::kPlaced && is_in_doubt(draft.payment())) {
      draft.edit().finished = true;
      draft.move(PaymentState::kCompleted, Reason::kNone, "a person says that it was bought before");
      draft.rest_until(std::nullopt);
    } else {
      draft.move(PaymentState::kReceived, Reason::kNone, "a person says that it shall be fulfilled");
    }
    decided = DecisionOutcome::kDone;
    return true;
  });
  if (saved == Saved::kSaved) deliver_if_told_already(context, payment_id, now);
  return outcome_of(saved, decided);
}

}  // namespace

DecisionOutcome decide_review(StepContext& context, const std::string& id, const Decision& decision, Time now) {
  const std::optional<Placement> placement = context.store.placement(id);
  if (!placement) return decide_payment(context, id, decision, now);

  DecisionOutcome decided = DecisionOutcome::kNotInReview;
  const Saved saved = edit_payment(context, placement->payment_id, now, "operator", [&](PaymentDraft& draft) {
    const auto index = draft.index_of(id);
    if (!index) {
      decided = DecisionOutcome::kNotFound;
      return false;
    }
    decided = Decider(context, draft, *index, decision).run();
    if (decided != DecisionOutcome::kDone) return false;
    draft.settle(context.settings);
    return true;
  });
  if (saved == Saved::kSaved) {
    if (occupies_link(placement->state))
      context.store.wake_link({placement->provider, placement->service_id, placement->link}, now);
    deliver_if_told_already(context, placement->payment_id, now);
  }
  return outcome_of(saved, decided);
}

}  // namespace smmhost
