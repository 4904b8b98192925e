#include "core/fulfilment/track_placements.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/stalled_purchase.h"

namespace smmhost {
namespace {

constexpr int kBatch = 100;
constexpr int kMostBatches = 1'000;
// Some panels do not know an order for a while after they accepted it.
constexpr int kNotFoundBeforeReview = 8;

bool is_followed(const Placement& p) {
  return p.state == PlacementState::kAccepted || p.state == PlacementState::kInProgress;
}

void note_unknown_order(PaymentDraft& draft, std::size_t index, const std::string& what,
                        const std::string& exchange_id) {
  Placement& placement = draft.edit(index);
  if (++placement.failures < kNotFoundBeforeReview || placement.reason != Reason::kNone) return;
  placement.reason = Reason::kCanceledByProvider;
  placement.reason_detail = what;
  draft.note("evidence", what, placement.id, exchange_id);
}

void end(PaymentDraft& draft, std::size_t index, PlacementState state, Reason reason, const OrderStatus& status,
         const std::string& exchange_id) {
  draft.move(index, state, status.upstream, exchange_id);
  Placement& placement = draft.edit(index);
  placement.due_at.reset();
  if (placement.reason == Reason::kCancelledAfterPurchase && state == PlacementState::kCompleted) return;
  placement.reason = reason;
  placement.reason_detail.clear();
  if (reason == Reason::kPartiallyDelivered && placement.remains)
    placement.reason_detail =
        std::to_string(*placement.remains) + " of " + std::to_string(placement.quantity) + " were not delivered";
  if (reason == Reason::kCanceledByProvider) placement.reason_detail = "the provider says \"" + status.upstream + "\"";
}

void take_numbers(Placement& placement, const OrderStatus& status) {
  if (status.charge) placement.charge = status.charge;
  if (status.start_count) placement.start_count = status.start_count;
  if (status.remains) placement.remains = status.remains;
}

// Known again, or never unknown: what was noted about an order the provider did not know is over.
void forget_not_found(PaymentDraft& draft, std::size_t index) {
  Placement& placement = draft.edit(index);
  placement.failures = 0;
  if (placement.reason != Reason::kCanceledByProvider) return;
  placement.reason = Reason::kNone;
  placement.reason_detail.clear();
}

// The answers of one batch, by order id.
using Answers = std::map<std::string, OrderStatus>;

struct Batch {
  std::string provider;
  Answers answers;
  std::vector<Exchange> exchanges;
  Time at{};
};

OrderStatus answer_for(const Batch& batch, const Placement& placement) {
  const auto found = batch.answers.find(placement.provider_order_id);
  if (found != batch.answers.end()) return found->second;
  return {
      .order_id = placement.provider_order_id, .error = FailureCode::kNotFound, .upstream = "left out of the answer"};
}

bool changes_only_numbers(const FulfilmentSettings& settings, const Placement& placement, const OrderStatus& status,
                          Time now) {
  if (is_stale(settings, placement, now)) return false;
  if (status.error || placement.failures != 0 || placement.reason != Reason::kNone) return false;
  const bool same_word = status.progress == OrderProgress::kPending || (status.progress == OrderProgress::kInProgress &&
                                                                        placement.state == PlacementState::kInProgress);
  return same_word && placement.reason_detail.empty();
}

// Placements that only go on: one commit for all of them, without touching their payments.
std::vector<Placement> save_unchanged(StepContext& context, const Batch& batch,
                                      const std::vector<Placement>& placements) {
  Changes changes;
  changes.durability = Durability::kWithNext;
  std::vector<Placement> rest;
  for (const Placement& placement : placements) {
    const OrderStatus status = answer_for(batch, placement);
    if (!changes_only_numbers(context.settings, placement, status, batch.at)) {
      rest.push_back(placement);
      continue;
    }
    Placement next = placement;
    take_numbers(next, status);
    next.due_at = next_question(context.settings, age_of(next, batch.at), batch.at);
    next.updated_at = std::max(next.updated_at, batch.at);
    changes.placements.push_back(std::move(next));
  }
  if (changes.placements.empty()) return rest;
  const CommitOutcome outcome = context.store.commit(changes);
  return outcome == CommitOutcome::kCommitted ? rest : placements;
}

// What is to be done with the followed placement of that index of a draft.
using Follow = std::function<void(PaymentDraft&, std::size_t, const Placement& claimed)>;

// Returns how many of the placements ended. What a provider says about an order it says again, so nothing of it need be
// flushed; what the shop is told of it is, and this with it.
int save_followed(StepContext& context, const std::vector<Placement>& placements,
                  const std::vector<Exchange>& exchanges, Time at, const Follow& follow) {
  std::vector<char> ended(placements.size(), 0);
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < placements.size(); ++i) {
    edits.push_back({placements[i].payment_id, [&, i](PaymentDraft& draft) {
                       const auto index = draft.index_of(placements[i].id);
                       if (!index || !is_followed(draft.placements()[*index])) return false;
                       follow(draft, *index, placements[i]);
                       ended[i] = is_followed(draft.placements()[*index]) ? 0 : 1;
                       if (ended[i] != 0) draft.attach(exchanges);
                       draft.settle(context.settings);
                       return true;
                     }});
  }
  edit_payments(context, edits, at, "engine");
  std::vector<ServiceLink> freed;
  std::vector<Payment> lines;
  for (std::size_t i = 0; i < placements.size(); ++i) {
    if (edits[i].saved != Saved::kSaved || ended[i] == 0) continue;
    freed.push_back({placements[i].provider, placements[i].service_id, placements[i].link});
    lines.push_back(std::move(edits[i].rows.payment));
  }
  if (freed.empty()) return 0;
  context.store.wake_links(freed, at);
  deliver_if_told_already(context, lines, at);
  return static_cast<int>(freed.size());
}

int save_statuses(StepContext& context, const Batch& batch, const std::vector<Placement>& placements) {
  return save_followed(context, placements, batch.exchanges, batch.at,
                       [&](PaymentDraft& draft, std::size_t index, const Placement& claimed) {
                         apply_status(context, draft, index, answer_for(batch, claimed), last_id(batch.exchanges));
                       });
}

// They were accepted while the provider could not be asked what it has.
int complete_all(StepContext& context, const std::vector<Placement>& accepted, Time now) {
  return save_followed(context, accepted, {}, now, [](PaymentDraft& draft, std::size_t index, const Placement&) {
    complete_on_acceptance(draft, index);
  });
}

// Of placements that could not be asked about.
void set_aside_stale(StepContext& context, const std::vector<Placement>& followed, Time now) {
  std::vector<Placement> stale;
  std::copy_if(followed.begin(), followed.end(), std::back_inserter(stale), [&](const Placement& placement) {
    return placement.reason == Reason::kNone && is_stale(context.settings, placement, now);
  });
  save_followed(context, stale, {}, now, [&](PaymentDraft& draft, std::size_t index, const Placement&) {
    stall_if_stale(context.settings, draft, index);
  });
}

std::vector<std::string> order_ids(const std::vector<Placement>& placements) {
  std::vector<std::string> ids;
  ids.reserve(placements.size());
  for (const Placement& p : placements) ids.push_back(p.provider_order_id);
  return ids;
}

// False where the provider gives no answer now.
bool track_batch(StepContext& context, SmmProvider& provider, const std::vector<Placement>& placements, Time now,
                 TrackReport& report) {
  ProviderGate& gate = context.gate(provider.name());
  const std::vector<std::string> ids = order_ids(placements);
  Reply<std::vector<OrderStatus>> reply = provider.status(ids, now);
  Batch batch{provider.name(), {}, context.complete(std::move(reply.exchanges), provider.name(), "status"), {}};
  batch.at = after(batch.exchanges, now);
  report.asked += static_cast<int>(ids.size());
  if (!reply.ok()) {
    ++report.failed;
    gate.failed(batch.at, words_of(reply.failure()), reply.failure().retry_after);
    set_aside_stale(context, placements, batch.at);
    return false;
  }
  gate.succeeded(batch.at);
  for (const OrderStatus& status : reply.value()) batch.answers[status.order_id] = status;
  report.ended += save_statuses(context, batch, save_unchanged(context, batch, placements));
  return true;
}

std::vector<Placement> claim(StepContext& context, const std::string& provider, Time now) {
  return context.store.claim_tracking(provider, now, context.settings.lease, kBatch);
}

// Nothing was asked about them. A row that was changed since the claim comes back when its lease has run out.
void put_back(StepContext& context, const std::vector<Placement>& claimed, Time due) {
  Changes all;
  all.placements = claimed;
  for (Placement& placement : all.placements) placement.due_at = due;
  if (context.store.commit(all) != CommitOutcome::kConflict) return;
  for (const Placement& placement : all.placements) {
    Changes one;
    one.placements = {placement};
    context.store.commit(one);
  }
}

// Everything that is due waits for the same turn, so that it takes one place in the gate's queue.
void wait_for_turn(StepContext& context, const std::string& provider, std::vector<Placement> claimed, Time retry_at,
                   Time now) {
  const Time due = std::max(retry_at, now + std::chrono::milliseconds{1});
  for (int batches = 0; batches < kMostBatches && !claimed.empty(); ++batches) {
    put_back(context, claimed, due);
    set_aside_stale(context, claimed, now);
    claimed = claim(context, provider, now);
  }
}

// The gate is asked last: a token, the trial of an open breaker and a place in its queue are for calls that are made.
void track_provider(StepContext& context, SmmProvider& provider, Time now, TrackReport& report) {
  for (int batches = 0; batches < kMostBatches; ++batches) {
    std::vector<Placement> due = claim(context, provider.name(), now);
    if (due.empty()) return;
    const bool were_all = due.size() < kBatch;
    if (!provider.unavailable().empty())
      return wait_for_turn(context, provider.name(), std::move(due), now + context.settings.track_first, now);
    if (completes_on_acceptance(&provider)) {
      report.ended += complete_all(context, due, now);
    } else {
      const Admission admission = context.gate(provider.name()).admit(now);
      if (!admission.admitted) return wait_for_turn(context, provider.name(), std::move(due), admission.retry_at, now);
      if (!track_batch(context, provider, due, now, report)) return;
    }
    if (were_all) return;
  }
}

void take_status(StepContext& context, PaymentDraft& draft, std::size_t index, const OrderStatus& status,
                 const std::string& exchange_id) {
  if (status.error == FailureCode::kNotFound)
    return note_unknown_order(draft, index, "the provider does not know this order: " + status.upstream, exchange_id);
  if (status.error)
    return note_word(context, draft, index, std::string{to_string(*status.error)} + ": " + status.upstream,
                     exchange_id);

  forget_not_found(draft, index);
  take_numbers(draft.edit(index), status);
  switch (status.progress) {
    case OrderProgress::kUnrecognised:
      return note_word(context, draft, index, status.upstream, exchange_id);
    case OrderProgress::kProblem:
      return note_problem(context, draft, index, status.upstream, exchange_id);
    case OrderProgress::kPending:
      return forget_words(context.settings, draft, index);
    case OrderProgress::kInProgress:
      forget_words(context.settings, draft, index);
      if (draft.placements()[index].state == PlacementState::kAccepted)
        draft.move(index, PlacementState::kInProgress, status.upstream, exchange_id);
      return;
    case OrderProgress::kCompleted:
      return end(draft, index, PlacementState::kCompleted, Reason::kNone, status, exchange_id);
    case OrderProgress::kPartial:
      return end(draft, index, PlacementState::kPartial, Reason::kPartiallyDelivered, status, exchange_id);
    case OrderProgress::kCanceled:
      return end(draft, index, PlacementState::kCanceled, Reason::kCanceledByProvider, status, exchange_id);
    case OrderProgress::kRefunded:
      return end(draft, index, PlacementState::kRefunded, Reason::kCanceledByProvider, status, exchange_id);
  }
}

// Claimed, so that of several hosts one does it; asked for again as rarely as anything is, for the section may come
// back.
void set_aside_all_of(StepContext& context, const std::string& provider, Time now) {
  const std::string why = "no provider \"" + provider + "\" is configured: nobody asks how far it is";
  for (int batches = 0; batches < kMostBatches; ++batches) {
    const std::vector<Placement> open = claim(context, provider, now);
    if (open.empty()) return;
    put_back(context, open, now + context.settings.track_longest);
    std::vector<Placement> unexplained;
    std::copy_if(open.begin(), open.end(), std::back_inserter(unexplained),
                 [](const Placement& placement) { return placement.reason == Reason::kNone; });
    save_followed(context, unexplained, {}, now,
                  [&](PaymentDraft& draft, std::size_t index, const Placement&) { stall(draft, index, why); });
  }
}

}  // namespace

Duration track_interval(const FulfilmentSettings& settings, Duration age) {
  return std::clamp(age / 4, settings.track_first, settings.track_longest);
}

Time next_question(const FulfilmentSettings& settings, Duration age, Time now) {
  const Duration grid = std::max<Duration>(settings.track_first / 4, std::chrono::milliseconds{1});
  const Duration due = (now + track_interval(settings, age)).time_since_epoch();
  return Time{due / grid * grid};
}

bool completes_on_acceptance(const SmmProvider* provider) {
  return provider != nullptr && provider->unavailable().empty() && !provider->capabilities().status;
}

void complete_on_acceptance(PaymentDraft& draft, std::size_t index) {
  end(draft, index, PlacementState::kCompleted, Reason::kNone,
      {.upstream = "the provider reports no status: accepted counts as completed"}, {});
}

void apply_status(StepContext& context, PaymentDraft& draft, std::size_t index, const OrderStatus& status,
                  const std::string& exchange_id) {
  if (!is_followed(draft.placements()[index])) return;
  draft.edit(index).due_at =
      next_question(context.settings, age_of(draft.placements()[index], draft.now()), draft.now());
  take_status(context, draft, index, status, exchange_id);
  if (is_followed(draft.placements()[index])) stall_if_stale(context.settings, draft, index, exchange_id);
}

TrackReport track_due_placements(StepContext& context, Time now) {
  TrackReport report;
  for (SmmProvider* provider : context.providers) track_provider(context, *provider, now, report);
  return report;
}

void set_aside_unconfigured(StepContext& context, Time now) {
  for (const ProviderStatus& known : context.store.list_providers())
    if (context.provider(known.name) == nullptr) set_aside_all_of(context, known.name, now);
}

}  // namespace smmhost
