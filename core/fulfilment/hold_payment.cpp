#include "core/fulfilment/hold_payment.h"

#include <algorithm>

namespace smmhost {
namespace {

constexpr Duration kLongestRecheck = std::chrono::hours{6};

}  // namespace

bool lies_in_product(Reason reason) {
  return reason == Reason::kUnknownSku || reason == Reason::kUnknownServiceType || reason == Reason::kUnknownProvider;
}

std::optional<Time> recheck_of(const StepContext& context, const Payment& payment, Reason reason, Time now) {
  if (!clears_by_itself(reason)) return std::nullopt;
  const Duration usual = context.settings.held_recheck;
  if (reason == Reason::kLinkBusy) return now + context.settings.busy_link_wait;
  if (!lies_in_product(reason)) return now + usual;
  return now + std::clamp((now - payment.created_at) / 4, usual, std::max<Duration>(usual, kLongestRecheck));
}

bool is_same_request(const Payment& asked, const Payment& present) {
  return !is_end(present.state) && !present.cancel_requested && present.finished == asked.finished &&
         present.customization == asked.customization && present.item_sku == asked.item_sku &&
         present.item_quantity == asked.item_quantity && present.profile_status == asked.profile_status;
}

void hold_payment(LeasedPayment& leased, const Obstacle& obstacle, const std::function<void(PaymentDraft&)>& change) {
  const Payment asked = leased.payment();
  leased.save([&](PaymentDraft& draft) {
    if (!is_same_request(asked, draft.payment())) return false;
    if (change) change(draft);
    draft.drop_unbought("the payment is held");
    draft.move(PaymentState::kHeld, obstacle.reason, obstacle.detail);
    draft.rest_until(recheck_of(leased.context(), asked, obstacle.reason, leased.now()));
    return true;
  });
}

}  // namespace smmhost
