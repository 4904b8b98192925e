#include "core/fulfilment/reconcile_unknown.h"

#include <algorithm>

#include "core/fulfilment/classify_place.h"
#include "core/fulfilment/mutants.h"
#include "core/fulfilment/record_answer.h"

namespace smmhost {
namespace {

// How far a provider's clock may be behind ours.
constexpr Duration kClockSlack = std::chrono::minutes{2};
// After this the provider's list will not show the order any more.
constexpr Duration kLookFor = std::chrono::hours{24};

struct Evidence {
  std::vector<std::string> notes;
  std::vector<Exchange> exchanges;
};

bool is_still_unknown(const PaymentDraft& draft, const Placement& seen) {
  const auto index = draft.index_of(seen.id);
  if (!index) return false;
  const Placement& present = draft.placements()[*index];
  return present.state == PlacementState::kUnknown && present.attempt == seen.attempt;
}

// Decided by what was sent, and not by what is configured today: a plugin that was installed since, another url or
// another account knows nothing of the key, and would buy again.
bool can_be_asked_again(const SmmProvider& provider, const Placement& seen) {
  return !seen.idempotent_at.empty() && provider.capabilities().idempotent_at == seen.idempotent_at;
}

// For a person who sees a provider that takes request keys; empty where it asks nobody to wonder.
std::string why_not_asked_again(const SmmProvider& provider, const Placement& seen) {
  if (provider.capabilities().idempotent_at == seen.idempotent_at) return {};
  if (seen.idempotent_at.empty()) return "not asked again: nothing says that the purchase was sent with a request key";
  return "not asked again: only " + seen.idempotent_at + " knows its request key, and that is not the provider now";
}

bool can_be_proved(const SmmProvider* provider, const Placement& seen) {
  return provider && (provider->capabilities().reconcile || can_be_asked_again(*provider, seen));
}

std::optional<Time> next_look(StepContext& context, const Placement& seen, Time now) {
  const Duration age = now - seen.sent_at.value_or(now);
  if (!can_be_proved(context.provider(seen.provider), seen) || age > kLookFor) return std::nullopt;
  return now + std::clamp(age, context.settings.track_first, context.settings.track_longest);
}

bool could_be_ours(StepContext& context, const Placement& seen, const FoundOrder& order) {
  const bool same = order.service_id == seen.service_id && order.link == seen.link && order.quantity == seen.quantity;
  if (!same || order.order_id.empty() || !order.created_at || !seen.sent_at) return false;
  if (*order.created_at < *seen.sent_at - kClockSlack) return false;
  return !context.store.placement_by_provider_order(seen.provider, order.order_id);
}

// The one order that can only be this purchase; nothing where there is none, or more than one.
std::optional<FoundOrder> find_proof(LeasedPayment& leased, SmmProvider& provider, const Placement& seen,
                                     Evidence& evidence) {
  StepContext& context = leased.context();
  if (!provider.capabilities().reconcile || !seen.sent_at || !context.gate(seen.provider).admit(leased.now()).admitted)
    return std::nullopt;
  Reply<std::vector<FoundOrder>> reply =
      provider.find_orders({seen.service_id, seen.link, seen.quantity, *seen.sent_at}, leased.now());
  reply.exchanges =
      context.complete(std::move(reply.exchanges), seen.provider, "reconcile", seen.payment_id, seen.id, seen.attempt);
  leased.saw(reply.exchanges);
  evidence.exchanges.insert(evidence.exchanges.end(), reply.exchanges.begin(), reply.exchanges.end());
  if (!reply.ok()) {
    context.gate(seen.provider).failed(leased.now(), words_of(reply.failure()), reply.failure().retry_after);
    evidence.notes.push_back("the provider's list of orders could not be read: " + words_of(reply.failure()));
    return std::nullopt;
  }
  context.gate(seen.provider).succeeded(leased.now());
  std::vector<FoundOrder> candidates;
  std::copy_if(reply.value().begin(), reply.value().end(), std::back_inserter(candidates),
               [&](const FoundOrder& order) { return could_be_ours(context, seen, order); });
  evidence.notes.push_back("the provider lists " + std::to_string(candidates.size()) +
                           " order(s) that can be this one");
  if (candidates.size() != 1) return std::nullopt;
  return candidates.front();
}

void accept_proof(LeasedPayment& leased, const Placement& seen, const FoundOrder& order, const Evidence& evidence) {
  StepContext& context = leased.context();
  PlaceAnswer proof{seen.payment_id,
                    seen.id,
                    seen.attempt,
                    seen.provider,
                    seen.service_id,
                    seen.link,
                    {PlacedOrder{order.order_id, order.charge}, evidence.exchanges},
                    leased.now()};
  leased.save([&](PaymentDraft& draft) {
    if (!is_still_unknown(draft, seen)) return false;
    draft.note("evidence", "proved by the provider's own list of orders: order " + order.order_id, seen.id,
               last_id(evidence.exchanges));
    draft.rest_until(draft.now());
    return true;
  });
  if (leased.is_held()) record_answer(context, &leased, std::move(proof));
}

// Buys at most once, because the provider knows the key. Only where nobody has stopped buying.
void ask_again_with_same_key(LeasedPayment& leased, SmmProvider& provider, const Placement& seen) {
  StepContext& context = leased.context();
  const std::optional<ProviderStatus> status = context.store.provider(seen.provider);
  if (status && status->paused != Reason::kNone) return;
  if (!context.gate(seen.provider).admit(leased.now()).admitted) return;
  const Saved saved = leased.save([&](PaymentDraft& draft) {
    if (!is_still_unknown(draft, seen) || draft.payment().cancel_requested) return false;
    draft.note("evidence", "asked again with the same request key", seen.id);
    draft.rest_until(draft.now());
    return true;
  });
  if (saved != Saved::kSaved) return context.gate(seen.provider).withdrawn();
  Reply<PlacedOrder> reply = provider.place(
      {seen.service_id, seen.link, seen.quantity, seen.request_key, seen.attempt, seen.idempotent_at}, leased.now());
  reply.exchanges =
      context.complete(std::move(reply.exchanges), seen.provider, "place", seen.payment_id, seen.id, seen.attempt);
  leased.saw(reply.exchanges);
  if (classify_place(reply) != PlaceVerdict::kAccepted) {
    // A refusal of the second call says nothing certain about the first.
    if (!reply.ok())
      context.gate(seen.provider).failed(leased.now(), words_of(reply.failure()), reply.failure().retry_after);
    leased.save([&](PaymentDraft& draft) {
      draft.attach(reply.exchanges);
      draft.note("evidence", reply.ok() ? "answered without an order id" : words_of(reply.failure()), seen.id,
                 last_id(reply.exchanges));
      draft.rest_until(draft.now());
      return true;
    });
    return;
  }
  context.gate(seen.provider).succeeded(leased.now());
  record_answer(context, &leased,
                {seen.payment_id, seen.id, seen.attempt, seen.provider, seen.service_id, seen.link, std::move(reply),
                 leased.now()});
}

void compare_balance(LeasedPayment& leased, SmmProvider& provider, const Placement& seen, Evidence& evidence) {
  StepContext& context = leased.context();
  if (!provider.capabilities().balance || !context.gate(seen.provider).admit(leased.now()).admitted) return;
  const std::optional<ProviderStatus> before = context.store.provider(seen.provider);
  Reply<Money> reply = provider.balance(leased.now());
  reply.exchanges =
      context.complete(std::move(reply.exchanges), seen.provider, "balance", seen.payment_id, seen.id, seen.attempt);
  leased.saw(reply.exchanges);
  evidence.exchanges.insert(evidence.exchanges.end(), reply.exchanges.begin(), reply.exchanges.end());
  if (!reply.ok())
    return context.gate(seen.provider).failed(leased.now(), words_of(reply.failure()), reply.failure().retry_after);
  context.gate(seen.provider).succeeded(leased.now());
  std::string note = "balance now " + decimal_text(reply.value().micros) + ' ' + reply.value().currency;
  if (before && before->balance && before->balance_at)
    note += ", before " + decimal_text(before->balance->micros) + " at " + to_iso8601(*before->balance_at);
  evidence.notes.push_back(note);
}

// The balance tells something only close to the purchase; where there is only one look, that one takes it.
bool is_time_for_balance(const Placement& seen, Time now, StepContext& context) {
  const bool only_look = !can_be_proved(context.provider(seen.provider), seen);
  return only_look || now - seen.sent_at.value_or(now) < context.settings.track_first;
}

const Placement* find_unknown(const LeasedPayment& leased, const std::string& id) {
  const auto found = std::find_if(leased.placements().begin(), leased.placements().end(), [&](const Placement& p) {
    return p.id == id && p.state == PlacementState::kUnknown;
  });
  return found == leased.placements().end() ? nullptr : &*found;
}

}  // namespace

void give_unknown(LeasedPayment& leased, std::string placement_id) {
  leased.save([&](PaymentDraft& draft) {
    const auto index = draft.index_of(placement_id);
    if (!index || draft.placements()[*index].state != PlacementState::kSent) return false;
    const std::string why = "the host stopped before an answer was stored";
    const bool rescue = mutant("rescue_by_time");
    draft.move(*index, rescue ? PlacementState::kIntent : PlacementState::kUnknown, why);
    Placement& placement = draft.edit(*index);
    placement.reason = rescue ? Reason::kNone : Reason::kOutcomeUnknown;
    placement.reason_detail = why;
    placement.due_at = draft.now();
    draft.settle(leased.context().settings);
    return true;
  });
}

void reconcile_unknown(LeasedPayment& leased, const std::string& placement_id) {
  StepContext& context = leased.context();
  const Placement* found = find_unknown(leased, placement_id);
  if (!found) return;
  const Placement seen = *found;  // `placement_id` may be of the leased payment, which is read again below
  Evidence evidence;
  if (SmmProvider* provider = context.provider(seen.provider)) {
    if (const auto proof = find_proof(leased, *provider, seen, evidence))
      return accept_proof(leased, seen, *proof, evidence);
    if (is_time_for_balance(seen, leased.now(), context)) compare_balance(leased, *provider, seen, evidence);
    if (can_be_asked_again(*provider, seen))
      ask_again_with_same_key(leased, *provider, seen);
    else if (std::string why = why_not_asked_again(*provider, seen); !why.empty())
      evidence.notes.push_back(std::move(why));
    if (!leased.is_held() || !find_unknown(leased, seen.id)) return;
  }
  leased.save([&](PaymentDraft& draft) {
    if (!is_still_unknown(draft, seen)) return false;
    draft.attach(evidence.exchanges);
    for (const std::string& note : evidence.notes) draft.note("evidence", note, seen.id, last_id(evidence.exchanges));
    draft.edit(*draft.index_of(seen.id)).due_at = next_look(context, seen, draft.now());
    draft.settle(context.settings);
    return true;
  });
}

}  // namespace smmhost
