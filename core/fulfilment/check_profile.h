// Step: is the customer's profile public, and what exactly is to be bought for? Every purchase needs a link.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/product.h"
#include "core/fulfilment/save_payment.h"

namespace smmhost {

// Where the line's purchases go.
struct PurchaseTargets {
  std::string username;  // empty where the customer named a post
  // kPublic where the profile is known to be so. A post named by its link needs no profile check: its line goes on with
  // the status it has, because nothing was checked.
  ProfileStatus profile_status = ProfileStatus::kPending;
  std::vector<std::string> links;  // at least one; the first takes a split's remainder
  std::vector<Exchange> exchanges;
};

// Nothing where the line cannot go on now: it was then saved as waiting for the profile, as held, or it had changed.
// A profile that was public before is not looked up again; a person may have said so.
std::optional<PurchaseTargets> check_profile(LeasedPayment& leased, Target target);

// Writes what was found into the draft that uses it; the shop is told where the order had waited for a private profile.
void record_profile(StepContext& context, PaymentDraft& draft, const PurchaseTargets& targets);

}  // namespace smmhost
