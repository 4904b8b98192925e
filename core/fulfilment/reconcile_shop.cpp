#include "core/fulfilment/reconcile_shop.h"

#include <algorithm>
#include <set>

#include "core/fulfilment/guard_ingest.h"
#include "core/fulfilment/line_ids.h"

namespace smmhost {
namespace {

constexpr int kMostPages = 1'000;

// True where there is nothing to be learnt from the order: its lines are stored, and none has ended by a cancellation
// that holds no more.
bool is_known(Store& store, const ShopOrder& order) {
  std::set<std::string> stored;
  for (const PaymentDetail& line : store.payments_of_order(order.order_id)) {
    if (line.payment.state == PaymentState::kCancelled && is_cancellation(line.payment.status_alias)) return false;
    stored.insert(line.payment.id);
  }
  const std::vector<std::string> lines = payment_ids_of(order);
  return std::all_of(lines.begin(), lines.end(), [&](const std::string& id) { return stored.contains(id); });
}

// The same order in the same state is one delivery, however often it is polled.
Delivery delivery_of(const ShopOrder& order, Time now) {
  const std::int64_t updated = order.updated_at ? to_unix_ms(*order.updated_at) : 0;
  Delivery delivery;
  delivery.received_at = now;
  delivery.source = "poll";
  delivery.event = "order.paid";
  delivery.digest = "poll:" + std::to_string(order.order_id) + ':' + order.status_alias + ':' + std::to_string(updated);
  return delivery;
}

struct Counts {
  int seen = 0;
  int stored = 0;
  int failed = 0;
};

void take(StepContext& context, const Past& past, const ShopOrder& order, Time now, Counts& counts) {
  ++counts.seen;
  if (is_known(context.store, order)) return;
  Ingest ingest = ingest_order(order, delivery_of(order, now), now);
  guard_ingest(context.store, past, ingest);
  if (ingest.moved_on && ingest.new_payments.empty()) return;
  const IngestResult result = context.store.ingest(ingest);
  if (result.outcome != CommitOutcome::kCommitted) ++counts.failed;
  if (!result.created.empty()) ++counts.stored;
}

JobReport report_of(const Counts& counts, const std::string& fault) {
  JobReport report{.handled = counts.stored, .failed = counts.failed};
  report.summary = std::to_string(counts.seen) + " paid orders at the shop, " + std::to_string(counts.stored) +
                   " of them were missing";
  if (!fault.empty()) {
    ++report.failed;
    report.summary += "; stopped: " + fault;
  }
  return report;
}

}  // namespace

JobReport reconcile_shop_orders(StepContext& context, Time now) {
  Counts counts;
  const Past past = read_past(context.store);
  for (int page = 1; page <= kMostPages; ++page) {
    const Reply<ShopOrderPage> reply = context.shop.paid_orders(now - context.settings.reconcile_window, page, now);
    if (!reply.ok()) return report_of(counts, words_of(reply.failure()));
    for (const ShopOrder& order : reply.value().orders) take(context, past, order, now, counts);
    if (reply.value().last) break;
  }
  return report_of(counts, {});
}

}  // namespace smmhost
