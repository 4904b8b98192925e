#include "core/fulfilment/deliver_orders.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/fulfilment/mutants.h"
#include "core/fulfilment/order_rows.h"
#include "core/fulfilment/private_notice.h"
#include "core/fulfilment/take_up_again.h"

namespace smmhost {
namespace {

constexpr int kPage = 500;
constexpr std::size_t kDeliveriesTogether = 100;
constexpr int kMostTries = 50;

bool line_is_done(const Payment& line, DeliveredWhen when) {
  if (mutant("deliver_early") && line.state == PaymentState::kPlaced) return true;
  if (line.state == PaymentState::kCompleted || line.state == PaymentState::kDelivered) return true;
  return when == DeliveredWhen::kAccepted && line.finished && line.state == PaymentState::kPlaced;
}

bool becomes_delivered(const Payment& line, DeliveredWhen when) {
  return line.state != PaymentState::kDelivered && line_is_done(line, when);
}

// With `accepted`, an order can be deliverable while none of its lines is completed.
std::vector<std::int64_t> orders_of_bought_lines(Store& store) {
  std::set<std::int64_t> orders;
  PaymentFilter filter{.state = PaymentState::kPlaced, .limit = 1000};
  for (;;) {
    const std::vector<PaymentDetail> page = store.list_payments(filter);
    for (const PaymentDetail& line : page)
      if (line.payment.finished) orders.insert(line.payment.order_id);
    if (page.size() < static_cast<std::size_t>(filter.limit)) return {orders.begin(), orders.end()};
    filter.after = page.back().payment.id;
  }
}

bool is_told_delivery(const ShopUpdate& update) {
  return update.status_alias == kDelivered && update.state == ShopUpdateState::kTold;
}

bool was_told_delivered(const std::vector<ShopUpdate>& updates) {
  return std::any_of(updates.begin(), updates.end(), is_told_delivery);
}

// The word to the shop that the order's lines allow now.
std::optional<ShopUpdate> delivery_of(StepContext& context, std::int64_t order_id, const OrderRows& order, Time now) {
  if (!order_is_deliverable(order.lines, context.settings.delivered_when)) return std::nullopt;
  if (was_told_delivered(order.updates)) {
    deliver_if_told_already(context, order.lines.front().payment.id, now);
    return std::nullopt;
  }
  return queue_update(order.updates, order_id, kDelivered, now);
}

// Returns how many were stored. One that another writer changed meanwhile does not keep the others back.
int store_together(Store& store, std::vector<ShopUpdate> updates) {
  const CommitOutcome outcome = store.commit({.shop_updates = updates});
  if (outcome == CommitOutcome::kCommitted) return static_cast<int>(updates.size());
  if (outcome != CommitOutcome::kConflict || updates.size() < 2) return 0;
  int stored = 0;
  for (ShopUpdate& update : updates) stored += store_together(store, {std::move(update)});
  return stored;
}

// Many at a time: a commit each would make an evening's deliveries wait for as many flushes of the disk.
int queue_deliveries(StepContext& context, std::span<const std::int64_t> order_ids, Time now) {
  int queued = 0;
  for (std::size_t begin = 0; begin < order_ids.size(); begin += kDeliveriesTogether) {
    const auto some = order_ids.subspan(begin, std::min(kDeliveriesTogether, order_ids.size() - begin));
    std::vector<ShopUpdate> updates;
    for (const auto& [order_id, order] : read_orders(context.store, some))
      if (auto update = delivery_of(context, order_id, order, now)) updates.push_back(std::move(*update));
    if (!updates.empty()) queued += store_together(context.store, std::move(updates));
  }
  return queued;
}

}  // namespace

bool order_is_deliverable(const std::vector<PaymentDetail>& lines, DeliveredWhen when) {
  int counted = 0;
  for (const PaymentDetail& line : lines) {
    if (line.payment.archived) continue;
    if (line.payment.state == PaymentState::kCancelled && is_taken_up_again(line.payment, lines)) continue;
    if (!line_is_done(line.payment, when)) return false;
    ++counted;
  }
  return counted > 0;
}

int queue_deliverable_orders(StepContext& context, Time now) {
  int queued = 0;
  std::int64_t last = 0;
  for (;;) {
    const std::vector<std::int64_t> page = context.store.orders_with_completed(last, kPage);
    queued += queue_deliveries(context, page, now);
    if (page.size() < static_cast<std::size_t>(kPage)) break;
    last = page.back();
  }
  if (context.settings.delivered_when == DeliveredWhen::kAccepted || mutant("deliver_early"))
    queued += queue_deliveries(context, orders_of_bought_lines(context.store), now);
  return queued;
}

void add_delivered_lines(const std::vector<PaymentDetail>& lines, DeliveredWhen when, Time now, Changes& changes) {
  for (const PaymentDetail& line : lines) {
    if (!becomes_delivered(line.payment, when)) continue;
    Payment delivered = line.payment;
    Event event{.payment_id = delivered.id, .at = now, .kind = "state", .actor = "engine"};
    event.from = to_string(delivered.state);
    event.to = to_string(PaymentState::kDelivered);
    event.why = "the shop was told \"delivered\"";
    delivered.state = PaymentState::kDelivered;
    delivered.reason = Reason::kNone;
    delivered.reason_detail.clear();
    delivered.finished = true;
    delivered.due_at.reset();
    delivered.lease_owner.clear();
    delivered.updated_at = std::max(delivered.updated_at, now);
    changes.payments.push_back(std::move(delivered));
    changes.events.push_back(std::move(event));
  }
}

void deliver_if_told_already(StepContext& context, std::span<const Payment> lines, Time now) {
  std::vector<std::int64_t> order_ids;
  for (const Payment& line : lines)
    if (becomes_delivered(line, context.settings.delivered_when)) order_ids.push_back(line.order_id);
  if (order_ids.empty()) return;
  std::set<std::int64_t> told;
  for (const ShopUpdate& update : context.store.shop_updates_of_orders(order_ids))
    if (is_told_delivery(update)) told.insert(update.order_id);
  for (const Payment& line : lines)
    if (told.contains(line.order_id)) deliver_if_told_already(context, line.id, now);
}

void deliver_if_told_already(StepContext& context, const std::string& payment_id, Time now) {
  for (int tries = 0; tries < kMostTries; ++tries) {
    const std::optional<PaymentDetail> line = context.store.payment(payment_id);
    if (!line || !becomes_delivered(line->payment, context.settings.delivered_when)) return;
    if (!was_told_delivered(context.store.shop_updates_of(line->payment.order_id))) return;
    Changes changes;
    add_delivered_lines(context.store.payments_of_order(line->payment.order_id), context.settings.delivered_when, now,
                        changes);
    const CommitOutcome outcome = context.store.commit(changes);
    if (outcome != CommitOutcome::kConflict && outcome != CommitOutcome::kInDoubt) return;
  }
}

}  // namespace smmhost
