// Telling the shop that an order waits for a private profile, once, and that it no longer does.
#pragma once

#include "core/fulfilment/payment_draft.h"
#include "core/fulfilment/step_context.h"

namespace smmhost {

// Row ids of what the engine tells by itself: one an order and status, so that writing it twice is one row.
std::string shop_update_id(std::int64_t order_id, const std::string& status_alias);

// A pending update of the engine, new or revived after it had been superseded; nothing where it is pending, told or
// refused.
std::optional<ShopUpdate> queue_update(StepContext& context, std::int64_t order_id, const std::string& status_alias,
                                       Time now);
// The same where the order's updates were read already.
std::optional<ShopUpdate> queue_update(const std::vector<ShopUpdate>& of_order, std::int64_t order_id,
                                       const std::string& status_alias, Time now);

// True where a line of the order other than `except` still waits for a private profile.
bool some_line_is_private(const std::vector<PaymentDetail>& lines, const std::string& except = {});

// Adds to the draft of a line whose profile was found private.
void notice_private(StepContext& context, PaymentDraft& draft);

// Adds to the draft of a line whose profile was private and opened: takes a notice back that was not told yet, and
// queues status_when_public_again after one that was, once no line of the order is private any more.
void notice_opened(StepContext& context, PaymentDraft& draft);

}  // namespace smmhost
