#include "core/fulfilment/stalled_purchase.h"

namespace smmhost {
namespace {

std::string noted(const std::string& word) {
  return "the provider says \"" + word + "\"";
}

// Since when the latest note about the purchase says this; nullopt where it says something else.
std::optional<Time> noted_since(Store& store, const Placement& placement, const std::string& what) {
  const std::vector<Event> timeline = store.timeline(placement.payment_id);
  for (auto event = timeline.rbegin(); event != timeline.rend(); ++event) {
    if (event->placement_id != placement.id || event->kind != "note") continue;
    return event->why == what ? std::optional(event->at) : std::nullopt;
  }
  return std::nullopt;
}

// Since when it says so without a break.
Time note_since(StepContext& context, PaymentDraft& draft, std::size_t index, const std::string& word,
                const std::string& exchange_id) {
  Placement& placement = draft.edit(index);
  const std::string what = noted(word);
  const bool unbroken = placement.reason != Reason::kNone || placement.reason_detail == what;
  const std::optional<Time> since = unbroken ? noted_since(context.store, placement, what) : std::nullopt;
  if (placement.reason == Reason::kNone) placement.reason_detail = what;
  if (!since) draft.note("note", what, placement.id, exchange_id);
  return since.value_or(draft.now());
}

}  // namespace

Duration age_of(const Placement& followed, Time now) {
  return now - followed.answered_at.value_or(followed.sent_at.value_or(followed.created_at));
}

bool is_stale(const FulfilmentSettings& settings, const Placement& followed, Time now) {
  return age_of(followed, now) >= settings.stale_after;
}

void stall(PaymentDraft& draft, std::size_t index, const std::string& why, const std::string& exchange_id) {
  if (is_end(draft.payment().state) || draft.placements()[index].reason != Reason::kNone) return;
  Placement& placement = draft.edit(index);
  placement.reason = Reason::kStalled;
  placement.reason_detail = why;
  draft.note("evidence", why, placement.id, exchange_id);
}

void stall_if_stale(const FulfilmentSettings& settings, PaymentDraft& draft, std::size_t index,
                    const std::string& exchange_id) {
  const Placement& placement = draft.placements()[index];
  if (!is_stale(settings, placement, draft.now())) return;
  std::string why = "no end since it was accepted at " + to_iso8601(draft.now() - age_of(placement, draft.now()));
  if (!placement.reason_detail.empty()) why += "; " + placement.reason_detail;
  stall(draft, index, why, exchange_id);
}

void note_problem(StepContext& context, PaymentDraft& draft, std::size_t index, const std::string& word,
                  const std::string& exchange_id) {
  const Time since = note_since(context, draft, index, word, exchange_id);
  if (draft.now() - since < context.settings.problem_after) return;
  stall(draft, index, noted(word) + " since " + to_iso8601(since), exchange_id);
}

void note_word(StepContext& context, PaymentDraft& draft, std::size_t index, const std::string& word,
               const std::string& exchange_id) {
  note_since(context, draft, index, word, exchange_id);
}

void forget_words(const FulfilmentSettings& settings, PaymentDraft& draft, std::size_t index) {
  Placement& placement = draft.edit(index);
  if (placement.reason == Reason::kStalled && !is_stale(settings, placement, draft.now()))
    placement.reason = Reason::kNone;
  if (placement.reason == Reason::kNone) placement.reason_detail.clear();
}

}  // namespace smmhost
