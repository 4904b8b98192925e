// Step: following accepted purchases at their providers until they end.
#pragma once

#include "core/fulfilment/save_payment.h"

namespace smmhost {

struct TrackReport {
  int asked = 0;   // placements asked about
  int ended = 0;   // of them ended
  int failed = 0;  // batches without an answer
};

// Asks every provider about the placements that are due, in batches of up to 100, and completes what was accepted by
// one that turns out to have no status. Where nothing is due, or the provider cannot be asked, nothing is taken from
// its rate; a batch that is not let through is due again when its turn comes.
TrackReport track_due_placements(StepContext& context, Time now);

// Purchases at providers that this database knows and the configuration does not: nobody asks about them, and a person
// is told.
void set_aside_unconfigured(StepContext& context, Time now);

// Pure: what one status answer does to the draft's placement. Progress never leads back, an ended placement stays
// ended, and a word that is not known changes no state. False where nothing is worth a write but the next time to ask.
void apply_status(StepContext& context, PaymentDraft& draft, std::size_t index, const OrderStatus& status,
                  const std::string& exchange_id);

// When to ask again: soon for a young purchase, rarely for an old one.
Duration track_interval(const FulfilmentSettings& settings, Duration age);

// The time of the next question about a purchase of that age: after its interval, or up to a quarter of `track_first`
// earlier. All of these times stand on one grid, so that what was bought one after the other is asked about in one call
// and the provider's rate is left to the purchases.
Time next_question(const FulfilmentSettings& settings, Duration age, Time now);

// Whether an accepted purchase counts as completed there: the provider serves, and has no status to ask for. Of one
// that is not configured or cannot be asked now nobody knows that; its purchases stay accepted and are followed later.
bool completes_on_acceptance(const SmmProvider* provider);
void complete_on_acceptance(PaymentDraft& draft, std::size_t index);

}  // namespace smmhost
