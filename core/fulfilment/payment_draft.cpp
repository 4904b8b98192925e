#include "core/fulfilment/payment_draft.h"

#include <algorithm>

#include "core/fulfilment/cancel_payment.h"
#include "core/fulfilment/settle_payment.h"

namespace smmhost {

namespace {

// The timeline outlives the customer's data, so the customer's own words stay out of it.
bool quotes_the_customer(Reason reason) {
  return reason == Reason::kUsernameNotUnderstood || reason == Reason::kPostLinkForProfileService;
}

std::string why_of(Reason reason, const std::string& detail) {
  if (reason == Reason::kNone) return detail;
  std::string why{to_string(reason)};
  return detail.empty() || quotes_the_customer(reason) ? why : why + ": " + detail;
}

}  // namespace

PaymentDraft::PaymentDraft(PaymentDetail rows, Time now, std::string actor)
    : rows_(std::move(rows)),
      now_(now),
      actor_(std::move(actor)),
      changed_(rows_.placements.size(), false),
      next_(now) {
  rows_.payment.updated_at = std::max(rows_.payment.updated_at, now_);
}

std::optional<std::size_t> PaymentDraft::index_of(const std::string& placement_id) const {
  for (std::size_t i = 0; i < rows_.placements.size(); ++i)
    if (rows_.placements[i].id == placement_id) return i;
  return std::nullopt;
}

Placement& PaymentDraft::edit(std::size_t index) {
  changed_.at(index) = true;
  Placement& placement = rows_.placements.at(index);
  placement.updated_at = std::max(placement.updated_at, now_);
  return placement;
}

Placement& PaymentDraft::add(Placement placement, const std::string& why) {
  placement.id = rows_.payment.id + '.' + std::to_string(rows_.placements.size() + 1);
  placement.payment_id = rows_.payment.id;
  placement.state = PlacementState::kIntent;
  placement.version = 0;
  placement.created_at = now_;
  placement.updated_at = now_;
  Event added = event("state", placement.id);
  added.to = to_string(PlacementState::kIntent);
  added.why = why;
  events_.push_back(std::move(added));
  changed_.push_back(true);
  return rows_.placements.emplace_back(std::move(placement));
}

void PaymentDraft::move(PaymentState to, Reason reason, const std::string& detail) {
  Payment& payment = rows_.payment;
  const bool same = payment.state == to && payment.reason == reason;
  if (!same) {
    Event moved = event("state", {});
    moved.from = to_string(payment.state);
    moved.to = to_string(to);
    moved.why = why_of(reason, detail);
    events_.push_back(std::move(moved));
  }
  payment.state = to;
  payment.reason = reason;
  payment.reason_detail = reason == Reason::kNone ? std::string{} : detail;
}

void PaymentDraft::move(std::size_t index, PlacementState to, const std::string& why, const std::string& exchange_id) {
  Placement& placement = edit(index);
  Event moved = event("state", placement.id);
  moved.from = to_string(placement.state);
  moved.to = to_string(to);
  moved.why = why;
  moved.exchange_id = exchange_id;
  events_.push_back(std::move(moved));
  placement.state = to;
}

void PaymentDraft::note(const std::string& kind, const std::string& why, const std::string& placement_id,
                        const std::string& exchange_id) {
  Event noted = event(kind, placement_id);
  noted.why = why;
  noted.exchange_id = exchange_id;
  events_.push_back(std::move(noted));
}

void PaymentDraft::attach(const std::vector<Exchange>& exchanges) {
  exchanges_.insert(exchanges_.end(), exchanges.begin(), exchanges.end());
}

void PaymentDraft::tell(ShopUpdate update) {
  shop_updates_.push_back(std::move(update));
}

void PaymentDraft::drop(std::size_t index, const std::string& why) {
  move(index, PlacementState::kCanceled, why);
  Placement& placement = edit(index);
  placement.reason = Reason::kNone;
  placement.reason_detail.clear();
  placement.due_at.reset();
}

void PaymentDraft::drop_unbought(const std::string& why) {
  for (std::size_t i = 0; i < rows_.placements.size(); ++i)
    if (is_unbought(rows_.placements[i])) drop(i, why);
}

void PaymentDraft::settle(const FulfilmentSettings& settings) {
  if (rows_.payment.cancel_requested && !is_end(rows_.payment.state)) cancel_payment(*this);
  if (rows_.placements.empty()) return;
  // The engine itself never leaves a finished payment with something to buy: a person said that it is done.
  if (rows_.payment.finished) drop_unbought("marked finished by a person before it was bought");
  const bool has_purchases = !std::all_of(rows_.placements.begin(), rows_.placements.end(), was_dropped);
  if (!has_purchases && !rows_.payment.finished) return;
  const Settled settled = settle_payment(rows_.payment, rows_.placements, settings.delivered_when);
  move(settled.state, settled.reason, settled.detail);
  rows_.payment.finished = settled.finished;
  next_ = settled.due_at;
}

Event PaymentDraft::event(const std::string& kind, const std::string& placement_id) const {
  Event event;
  event.payment_id = rows_.payment.id;
  event.placement_id = placement_id;
  event.at = now_;
  event.kind = kind;
  event.actor = actor_;
  return event;
}

Changes PaymentDraft::changes() const {
  Changes changes;
  changes.payments = {rows_.payment};
  for (std::size_t i = 0; i < changed_.size(); ++i)
    if (changed_[i]) changes.placements.push_back(rows_.placements[i]);
  changes.shop_updates = shop_updates_;
  changes.exchanges = exchanges_;
  changes.events = events_;
  return changes;
}

PaymentDetail PaymentDraft::committed() const {
  PaymentDetail after = rows_;
  ++after.payment.version;
  for (std::size_t i = 0; i < changed_.size(); ++i)
    if (changed_[i]) ++after.placements[i].version;
  return after;
}

bool PaymentDraft::landed_in(const PaymentDetail& stored) const {
  const PaymentDetail mine = committed();
  if (stored.payment.version != mine.payment.version || stored.payment.fence != mine.payment.fence ||
      stored.payment.lease_owner != mine.payment.lease_owner || stored.payment.state != mine.payment.state ||
      stored.payment.reason != mine.payment.reason || stored.placements.size() != mine.placements.size())
    return false;
  for (std::size_t i = 0; i < mine.placements.size(); ++i) {
    const Placement& theirs = stored.placements[i];
    const Placement& ours = mine.placements[i];
    if (theirs.version != ours.version || theirs.state != ours.state || theirs.attempt != ours.attempt) return false;
  }
  return true;
}

}  // namespace smmhost
