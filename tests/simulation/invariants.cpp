// See invariants.h.
#include "tests/simulation/invariants.h"

#include <algorithm>
#include <set>

namespace smmhost::sim {
namespace {

bool is_completed_or_later(PaymentState s) {
  return s == PaymentState::kCompleted || s == PaymentState::kDelivered;
}

// Completed, or ended otherwise with a person's decision that takes it for settled or buys it anew under another id.
bool has_served(const Placement& p) {
  if (p.state == PlacementState::kCompleted) return true;
  const bool ended = p.state == PlacementState::kPartial || p.state == PlacementState::kCanceled ||
                     p.state == PlacementState::kRefunded;
  return ended && !p.given_up && p.reason == Reason::kNone;
}

// Whatever became of it afterwards: with `accepted`, that is when the shop is told.
bool was_accepted(const PaymentDetail& line) {
  return line.payment.finished ||
         (!line.placements.empty() && std::all_of(line.placements.begin(), line.placements.end(),
                                                  [](const Placement& p) { return !p.provider_order_id.empty(); }));
}

// How many further payments go on with a line that the shop cancelled and then called paid: each only behind one that
// the cancellation ended.
std::size_t times_taken_up_again(const std::map<std::string, PaymentDetail>& rows, const std::string& id) {
  std::size_t times = 0;
  auto row = rows.find(id);
  while (row != rows.end() && row->second.payment.state == PaymentState::kCancelled) {
    row = rows.find(id + '~' + std::to_string(times + 2));
    if (row != rows.end()) ++times;
  }
  return times;
}

// What no payment waits for in a world without faults, whose panels have money and sell everything they list.
bool is_gone_at_rest(Reason reason) {
  return reason == Reason::kProviderPaused || reason == Reason::kProviderAuth ||
         reason == Reason::kProviderUnreachable || reason == Reason::kNoFunds || reason == Reason::kBadService ||
         reason == Reason::kProfileLookupFailed;
}

}  // namespace

std::map<std::string, PaymentDetail> Invariants::all_rows() {
  std::map<std::string, PaymentDetail> rows;
  for (PaymentDetail& detail : store_.list_payments({.limit = 1000, .with_archived = true})) {
    std::string id = detail.payment.id;
    rows.emplace(std::move(id), std::move(detail));
  }
  return rows;
}

void Invariants::check() {
  auto rows = all_rows();
  every_acknowledged_line_is_stored(rows);
  no_placement_is_bought_twice();
  what_is_recorded_is_what_was_bought(rows);
  the_money_adds_up(rows);
  ends_stay_and_times_do_not_go_back(rows);
  delivered_is_told_once_and_true(rows);
  before_ = std::move(rows);
}

void Invariants::every_acknowledged_line_is_stored(const std::map<std::string, PaymentDetail>& rows) {
  std::size_t known = 0;
  for (const auto& [order_id, order] : world_.shop_orders) {
    std::size_t stored = 0;
    for (const ShopOrderLine& line : order.order.lines) {
      const std::string id = std::to_string(order_id) + "_" + line.item_id;
      known += times_taken_up_again(rows, id);
      if (rows.contains(id))
        ++stored;
      else if (order.acknowledged)
        world_.violated("I1: the acknowledged line " + id + " is not stored");
    }
    // Not acknowledged, and yet stored: the answer was lost. But never a part of an order.
    if (stored != 0 && stored != order.order.lines.size())
      world_.violated("I1: only a part of order " + std::to_string(order_id) + " is stored");
    known += stored;
  }
  if (rows.size() != known)
    world_.violated("I10: " + std::to_string(rows.size()) + " payments for " + std::to_string(known) + " lines");
}

void Invariants::no_placement_is_bought_twice() {
  std::map<std::string, int> bought;
  for (const PanelOrder& order : world_.panel_orders) ++bought[order.placement_id];
  for (const auto& [placement, count] : bought) {
    const int allowed = 1 + world_.approvals[placement];
    if (count > allowed)
      world_.violated("I2: placement " + placement + " was bought " + std::to_string(count) + " times, allowed " +
                      std::to_string(allowed));
  }
}

void Invariants::what_is_recorded_is_what_was_bought(const std::map<std::string, PaymentDetail>& rows) {
  std::map<std::string, const PanelOrder*> ledger;
  for (const PanelOrder& order : world_.panel_orders) ledger[order.provider + "/" + order.id] = &order;
  for (const auto& [id, detail] : rows) {
    for (const Placement& p : detail.placements) {
      if (p.provider_order_id.empty()) {
        if (was_bought(p.state)) world_.violated("I4: " + p.id + " counts as bought without the provider's order id");
        continue;
      }
      const auto it = ledger.find(p.provider + "/" + p.provider_order_id);
      if (it == ledger.end())
        world_.violated("I4: " + p.id + " names an order that " + p.provider + " never accepted");
      else if (it->second->link != p.link)
        world_.violated("I4: " + p.id + " names another link's order");
    }
  }
  // The other way round: what the panel sold and nobody decided about is recorded, or openly unknown.
  for (const PanelOrder& order : world_.panel_orders) {
    const auto placement = store_.placement(order.placement_id);
    if (!placement) {
      world_.violated("I4: the panel sold " + order.id + " for a placement that is not stored");
      continue;
    }
    const bool open = placement->state == PlacementState::kSent || placement->state == PlacementState::kUnknown;
    const bool recorded = placement->provider_order_id == order.id;
    const bool decided = world_.approvals[order.placement_id] > 0 || placement->given_up;
    if (!open && !recorded && !decided)
      world_.violated("I4: the panel sold " + order.id + " for " + placement->id + ", recorded as " +
                      std::string(to_string(placement->state)));
  }
}

// What is recorded as spent and what is not resolved are together what the panels took.
void Invariants::the_money_adds_up(const std::map<std::string, PaymentDetail>& rows) {
  std::map<std::string, const Placement*> by_order;
  for (const auto& [id, detail] : rows) {
    for (const Placement& p : detail.placements) {
      if (p.provider_order_id.empty()) continue;
      const auto [other, is_first] = by_order.try_emplace(p.provider + "/" + p.provider_order_id, &p);
      if (!is_first) world_.violated("I4: one order serves " + other->second->id + " and " + p.id);
    }
  }
  std::map<std::string, std::int64_t> recorded_or_open;
  for (const PanelOrder& order : world_.panel_orders) {
    const auto it = by_order.find(order.provider + "/" + order.id);
    const bool charge_is_known = it != by_order.end() && it->second->charge;
    recorded_or_open[order.provider] += charge_is_known ? it->second->charge->micros : order.charge.micros;
  }
  for (const auto& [provider, paid_in] : world_.paid_in) {
    const std::int64_t spent = paid_in - world_.panel_balance[provider];
    if (recorded_or_open[provider] != spent)
      world_.violated("I4: " + provider + " took " + std::to_string(spent) + ", recorded or open are " +
                      std::to_string(recorded_or_open[provider]));
  }
}

void Invariants::what_is_unresolved_waits_for_a_person(const std::map<std::string, PaymentDetail>& rows) {
  std::set<std::string> in_review;
  for (const Placement& p : store_.list_review()) in_review.insert(p.id);
  for (const auto& [id, detail] : rows) {
    for (const Placement& p : detail.placements) {
      const bool open = p.state == PlacementState::kUnknown && !p.given_up && !is_end(detail.payment.state);
      if (open && !in_review.contains(p.id)) world_.violated("I4: " + p.id + " is unknown and nobody is asked");
      if (!p.provider_order_id.empty() && !p.charge && !p.given_up && !in_review.contains(p.id))
        world_.violated("I4: what " + p.id + " cost is not recorded");
    }
  }
}

void Invariants::unknown_is_left_only_by_proof_or_decision(const std::map<std::string, PaymentDetail>& rows) {
  for (const auto& [id, detail] : rows) {
    for (const Event& event : store_.timeline(id)) {
      if (event.from != "unknown" || event.to == "unknown") continue;
      if (event.actor == "operator") continue;
      if (event.exchange_id.empty())
        world_.violated("I5: " + event.placement_id + " left unknown without a decision or an exchange that proves it");
      world_.sometimes_met("an unknown outcome is proved");
    }
  }
}

void Invariants::ends_stay_and_times_do_not_go_back(const std::map<std::string, PaymentDetail>& rows) {
  for (const auto& [id, was] : before_) {
    const auto it = rows.find(id);
    if (it == rows.end()) {
      world_.violated("I1: the payment " + id + " vanished");
      continue;
    }
    const Payment& now = it->second.payment;
    if (is_end(was.payment.state) && now.state != was.payment.state)
      world_.violated("I6: the ended payment " + id + " changed");
    if (now.updated_at < was.payment.updated_at || now.created_at != was.payment.created_at)
      world_.violated("I6: a time of " + id + " went back");
  }
}

void Invariants::delivered_is_told_once_and_true(const std::map<std::string, PaymentDetail>& rows) {
  for (const auto& [order_id, order] : world_.shop_orders) {
    if (order.delivered_writes > 1) world_.violated("I7: delivered was told twice for " + std::to_string(order_id));
    if (order.private_writes > 1)
      world_.violated("I7: shipment_exception was told twice for " + std::to_string(order_id));
    if (order.delivered_writes == 0) continue;
    for (const ShopOrderLine& line : order.order.lines) {
      const auto it = rows.find(std::to_string(order_id) + "_" + line.item_id);
      const bool served = it != rows.end() && (is_completed_or_later(it->second.payment.state) ||
                                               (world_.delivered_when_accepted && was_accepted(it->second)));
      if (!served) {
        world_.violated("I7: delivered was told for " + std::to_string(order_id) + ", and " + std::to_string(order_id) +
                        "_" + line.item_id + " is not");
        continue;
      }
      for (const Placement& p : it->second.placements)
        if (!has_served(p) && !world_.delivered_when_accepted)
          world_.violated("I7: delivered was told while " + p.id + " is " + std::string(to_string(p.state)));
    }
  }
}

void Invariants::check_at_rest() {
  check();
  what_is_unresolved_waits_for_a_person(before_);
  unknown_is_left_only_by_proof_or_decision(before_);
  for (const auto& [id, detail] : before_) {
    const Payment& p = detail.payment;
    const bool ended = is_end(p.state) || p.state == PaymentState::kCompleted;
    const bool waits =
        p.state == PaymentState::kHeld || p.state == PaymentState::kReview || p.state == PaymentState::kWaitingProfile;
    if (!ended && !waits) world_.violated("L1: " + id + " never came to rest: " + std::string(to_string(p.state)));
    if (waits && p.reason == Reason::kNone) world_.violated("L1: " + id + " waits without a reason");
    if (waits && is_gone_at_rest(p.reason))
      world_.violated("L1: " + id + " waits for what is gone: " + std::string(to_string(p.reason)));
    for (const Placement& placement : detail.placements)
      if (placement.state == PlacementState::kSent) world_.violated("L1: " + placement.id + " is still `sent`");
  }
}

}  // namespace smmhost::sim
