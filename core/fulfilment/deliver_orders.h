// Step: an order is delivered at the shop when all of its lines are. Statuses are per order there, never per line.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/fulfilment/step_context.h"

namespace smmhost {

inline constexpr const char* kDelivered = "delivered";

// Pure: at least one line, and every line completed (or, where the operator chose `accepted`, bought). A line that was
// cancelled or given up keeps its order from being told delivered by itself: a person may tell it. An archived line
// does not count, nor a cancelled one that another payment goes on with.
bool order_is_deliverable(const std::vector<PaymentDetail>& lines, DeliveredWhen when);

// Queues one `delivered` an order, for all orders that are deliverable. Returns how many were queued.
int queue_deliverable_orders(StepContext& context, Time now);

// The changes that go with `delivered` having been told: its completed lines become delivered. (With `accepted`, bought
// lines too.)
void add_delivered_lines(const std::vector<PaymentDetail>& lines, DeliveredWhen when, Time now, Changes& changes);

// For a line that completes after a person had already told the shop `delivered`.
void deliver_if_told_already(StepContext& context, const std::string& payment_id, Time now);
// The same for lines as they were just stored.
void deliver_if_told_already(StepContext& context, std::span<const Payment> lines, Time now);

}  // namespace smmhost
