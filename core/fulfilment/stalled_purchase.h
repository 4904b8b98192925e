// Accepted purchases without an end in sight: a person is asked, and they are followed on all the same.
//
//   the provider has said for `problem_after` that it has a problem with it (Fail, Error)
//   it was accepted `stale_after` ago and has not ended, whatever the provider says or does not say
//   its provider is not configured any more, so that nobody asks
//
// What the provider says later still counts: an end ends it, and a young purchase that goes on again leaves the review.
#pragma once

#include <string>

#include "core/fulfilment/payment_draft.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

// Since a purchase was accepted, by the provider or by a person's word.
Duration age_of(const Placement& followed, Time now);

bool is_stale(const FulfilmentSettings& settings, const Placement& followed, Time now);

// All of these are for a followed placement of the draft. Another cause that waits for a person stays, and a payment
// that has ended stays as it is.
void stall(PaymentDraft& draft, std::size_t index, const std::string& why, const std::string& exchange_id = {});
void stall_if_stale(const FulfilmentSettings& settings, PaymentDraft& draft, std::size_t index,
                    const std::string& exchange_id = {});
// The provider's word says that it has a problem. Once for as long as it says the same it is noted.
void note_problem(StepContext& context, PaymentDraft& draft, std::size_t index, const std::string& word,
                  const std::string& exchange_id);
// Any other word that changes no state, noted likewise.
void note_word(StepContext& context, PaymentDraft& draft, std::size_t index, const std::string& word,
               const std::string& exchange_id);
// The provider works on it: what was noted is over, unless the purchase is stale.
void forget_words(const FulfilmentSettings& settings, PaymentDraft& draft, std::size_t index);

}  // namespace smmhost
