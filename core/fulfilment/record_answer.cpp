#include "core/fulfilment/record_answer.h"

#include <algorithm>
#include <utility>

#include "core/fulfilment/choose_route.h"
#include "core/fulfilment/classify_place.h"
#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/hold_payment.h"
#include "core/fulfilment/pause_provider.h"
#include "core/fulfilment/track_placements.h"

namespace smmhost {
namespace {

// The purchase will be tried anew: nothing was bought by this attempt.
void prepare_next_attempt(StepContext& context, Placement& placement) {
  ++placement.attempt;
  placement.request_key = context.draw_key();
}

class AnswerWriter {
 public:
  // `look_for_owner`: whether another placement has the provider's order already.
  AnswerWriter(StepContext& context, PaymentDraft& draft, std::size_t index, const PlaceAnswer& answer,
               bool look_for_owner)
      : context_(context),
        draft_(draft),
        index_(index),
        answer_(answer),
        look_for_owner_(look_for_owner),
        exchange_id_(last_id(answer.reply.exchanges)) {}

  void write() {
    Placement& placement = draft_.edit(index_);
    placement.answered_at = std::max(placement.sent_at.value_or(answer_.at), answer_.at);
    switch (classify_place(answer_.reply)) {
      case PlaceVerdict::kAccepted:
        return accept();
      case PlaceVerdict::kRefused:
        return refuse(answer_.reply.failure());
      case PlaceVerdict::kNotSent:
        return not_sent(answer_.reply.failure());
      case PlaceVerdict::kUnknown:
        return unknown(answer_.reply.ok() ? "accepted without an order id" : words_of(answer_.reply.failure()));
    }
  }

 private:
  void accept() {
    const PlacedOrder& order = answer_.reply.value();
    if (const std::string owner = other_owner_of(order.order_id); !owner.empty())
      return unknown("the provider answered with order " + order.order_id + ", which is placement " + owner + "'s");

    draft_.move(index_, PlacementState::kAccepted, "the provider's order " + order.order_id, exchange_id_);
    Placement& placement = draft_.edit(index_);
    placement.provider_order_id = order.order_id;
    placement.charge = order.charge;
    clear_reason(placement);
    placement.failures = 0;
    placement.due_at = next_question(context_.settings, Duration::zero(), answer_.at);
    if (completes_on_acceptance(context_.provider(answer_.provider))) complete_on_acceptance(draft_, index_);
  }

  std::string other_owner_of(const std::string& order_id) {
    if (!look_for_owner_) return {};
    const auto owner = context_.store.placement_by_provider_order(answer_.provider, order_id);
    return owner && owner->id != answer_.placement_id ? owner->id : std::string{};
  }

  void refuse(const Failure& failure) {
    switch (failure.code) {
      case FailureCode::kBusyLink:
        return wait(Reason::kLinkBusy, words_of(failure), answer_.at + context_.settings.busy_link_wait);
      case FailureCode::kRateLimited: {
        const int failures = ++draft_.edit(index_).failures;
        return wait(Reason::kNone, words_of(failure),
                    answer_.at + failure.retry_after.value_or(context_.backoff(failures)));
      }
      case FailureCode::kBadLink:
        return stop(Reason::kBadLink, failure);
      case FailureCode::kNoFunds:
        return reroute(Reason::kNoFunds, failure);
      case FailureCode::kAuth:
        return reroute(Reason::kProviderAuth, failure);
      case FailureCode::kConfig:
        return reroute(Reason::kProviderConfig, failure);
      case FailureCode::kBadService:
        return reroute(Reason::kBadService, failure);
      case FailureCode::kBadQuantity:
        return reroute(Reason::kQuantityOutOfBounds, failure);
      default:  // refused in words that nobody knows: a person reads them before anything is bought elsewhere
        return stop(Reason::kRefused, failure);
    }
  }

  void not_sent(const Failure& failure) {
    const int failures = ++draft_.edit(index_).failures;
    const bool shown = failures >= context_.settings.transient_failures_before_held;
    const Duration delay = std::max(context_.backoff(failures), failure.retry_after.value_or(Duration::zero()));
    wait(shown ? Reason::kProviderUnreachable : Reason::kNone, "not sent: " + words_of(failure), answer_.at + delay);
  }

  void unknown(const std::string& why) {
    if (draft_.placements()[index_].state == PlacementState::kUnknown)
      return draft_.note("evidence", why, answer_.placement_id, exchange_id_);
    draft_.move(index_, PlacementState::kUnknown, why, exchange_id_);
    Placement& placement = draft_.edit(index_);
    placement.reason = Reason::kOutcomeUnknown;
    placement.reason_detail = why;
    placement.due_at = draft_.now();
  }

  // Tried again at the same place, by itself.
  void wait(Reason reason, const std::string& why, Time due) {
    draft_.move(index_, PlacementState::kIntent, why, exchange_id_);
    Placement& placement = draft_.edit(index_);
    prepare_next_attempt(context_, placement);
    placement.reason = reason;
    placement.reason_detail = why;
    placement.due_at = due;
  }

  void stop(Reason reason, const Failure& failure) {
    const std::string why = answer_.provider + " refused: " + words_of(failure);
    draft_.move(index_, PlacementState::kRejected, why, exchange_id_);
    Placement& placement = draft_.edit(index_);
    placement.reason = reason;
    placement.reason_detail = why;
    placement.due_at = recheck_of(context_, draft_.payment(), reason, answer_.at);
  }

  // A definite refusal: the product's next route is free to be tried.
  void reroute(Reason reason, const Failure& failure) {
    stop(reason, failure);
    const std::optional<Product> product = context_.store.product(draft_.payment().item_sku);
    if (!product) return;
    Placement& placement = draft_.edit(index_);
    const std::vector<Route> routes = product->all_routes();
    const RouteChoice choice = choose_route(context_, routes, placement.quantity, placement.route + 1);
    if (!choice.index) return;
    const Route& next = routes[static_cast<std::size_t>(*choice.index)];
    draft_.move(index_, PlacementState::kIntent, "next route: service " + next.service_id + " at " + next.provider);
    prepare_next_attempt(context_, placement);
    placement.provider = next.provider;
    placement.service_id = next.service_id;
    placement.route = *choice.index;
    placement.failures = 0;
    clear_reason(placement);
    placement.due_at = draft_.now();
  }

  static void clear_reason(Placement& placement) {
    placement.reason = Reason::kNone;
    placement.reason_detail.clear();
  }

  StepContext& context_;
  PaymentDraft& draft_;
  const std::size_t index_;
  const PlaceAnswer& answer_;
  const bool look_for_owner_;
  const std::string exchange_id_;
};

// What an answer says that is not the present attempt's any more: evidence for a person, nothing else.
bool note_late_answer(PaymentDraft& draft, const PlaceAnswer& answer, const Placement& placement) {
  if (!answer.reply.ok() || answer.reply.value().order_id == placement.provider_order_id) return false;
  draft.attach(answer.reply.exchanges);
  draft.note("evidence",
             "a late answer to attempt " + std::to_string(answer.attempt) + " names the provider's order " +
                 answer.reply.value().order_id,
             placement.id, last_id(answer.reply.exchanges));
  draft.rest_until(draft.payment().due_at);
  return true;
}

bool write_answer(StepContext& context, PaymentDraft& draft, const PlaceAnswer& answer, bool look_for_owner) {
  const std::optional<std::size_t> index = draft.index_of(answer.placement_id);
  if (!index) return false;
  const Placement& placement = draft.placements()[*index];
  const bool awaits = placement.state == PlacementState::kSent || placement.state == PlacementState::kUnknown;
  if (!awaits || placement.attempt != answer.attempt) return note_late_answer(draft, answer, placement);
  draft.attach(answer.reply.exchanges);
  AnswerWriter(context, draft, *index, answer, look_for_owner).write();
  draft.settle(context.settings);
  return true;
}

// `rows` becomes what was stored.
Saved save_answer(StepContext& context, LeasedPayment* leased, const PlaceAnswer& answer, PaymentDetail& rows) {
  // The store refuses an order that is another placement's, as it does rows that have changed; only then is it looked
  // for.
  bool was_refused = false;
  const Decide decide = [&](PaymentDraft& draft) {
    return write_answer(context, draft, answer, std::exchange(was_refused, true));
  };
  try {
    Saved saved = Saved::kLost;
    if (leased && leased->is_held()) saved = leased->save(decide);
    if (saved == Saved::kLost) return edit_payment(context, answer.payment_id, answer.at, "engine", decide, &rows);
    rows.placements = leased->placements();
    return saved;
  } catch (const StoreUnavailable&) {
    return Saved::kUnavailable;
  }
}

void follow_up_refusal(StepContext& context, const PlaceAnswer& answer) {
  const Failure& failure = answer.reply.failure();
  if (failure.code == FailureCode::kNoFunds)
    pause_by_refusal(context, answer.provider, Reason::kNoFunds, words_of(failure), answer.at);
  if (failure.code == FailureCode::kAuth)
    pause_by_refusal(context, answer.provider, Reason::kProviderAuth, words_of(failure), answer.at);
  if (failure.code == FailureCode::kConfig)
    pause_by_refusal(context, answer.provider, Reason::kProviderConfig, words_of(failure), answer.at);
}

bool occupies_its_link(const std::string& placement_id, const std::vector<Placement>& placements) {
  return std::any_of(placements.begin(), placements.end(),
                     [&](const Placement& p) { return p.id == placement_id && occupies_link(p.state); });
}

void follow_up(StepContext& context, const PlaceAnswer& answer, const PaymentDetail& stored) {
  const PlaceVerdict verdict = classify_place(answer.reply);
  if (verdict == PlaceVerdict::kUnknown) return;
  if (verdict == PlaceVerdict::kRefused) follow_up_refusal(context, answer);
  if (verdict == PlaceVerdict::kAccepted) {
    if (occupies_its_link(answer.placement_id, stored.placements)) return;
    deliver_if_told_already(context, answer.payment_id, answer.at);
  }
  // Not where the provider itself says that the link is busy: those who wait would only hear the same.
  if (verdict == PlaceVerdict::kRefused && answer.reply.failure().code == FailureCode::kBusyLink) return;
  context.store.wake_link({answer.provider, answer.service_id, answer.link}, answer.at);
}

// The answer is stored, and what follows from it is only quicker by this: whoever waits for the link has a time of its
// own, and the next refusal pauses the provider.
void follow_up_if_possible(StepContext& context, const PlaceAnswer& answer, const PaymentDetail& stored) {
  try {
    follow_up(context, answer, stored);
  } catch (const StoreUnavailable&) {
    return;
  }
}

}  // namespace

void record_answer(StepContext& context, LeasedPayment* leased, PlaceAnswer answer) {
  PaymentDetail stored;
  const Saved saved = save_answer(context, leased, answer, stored);
  if (saved == Saved::kUnavailable) return context.answers.keep(std::move(answer));
  if (saved == Saved::kSaved) follow_up_if_possible(context, answer, stored);
}

int flush_unsaved_answers(StepContext& context, Time) {
  // One at a time, and each of those kept now once: whatever stops this leaves the others where they are.
  for (int kept = context.answers.size(); kept > 0; --kept) {
    std::optional<PlaceAnswer> answer = context.answers.take_oldest();
    if (!answer) break;
    record_answer(context, nullptr, std::move(*answer));
  }
  return context.answers.size();
}

}  // namespace smmhost
