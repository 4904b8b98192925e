#include "core/fulfilment/check_invariants.h"

#include <algorithm>
#include <array>

#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/past.h"
#include "core/fulfilment/private_notice.h"

namespace smmhost {
namespace {

constexpr int kPage = 1000;
constexpr int kMostTries = 20;
constexpr std::size_t kMostShown = 20;
// A machine's clock may be set back a little between two readings.
constexpr Duration kClockSlack = std::chrono::minutes{1};

enum Invariant : std::size_t { kI1, kI2, kI3, kI4, kI5, kI6, kI7, kI8, kI9, kCount };

constexpr std::array<const char*, kCount> kWhat{
    "every paid line that was taken is stored",
    "no purchase was made twice",
    "every request had a committed intent",
    "what counts as bought has the provider's order; what is unresolved waits for a person",
    "an unknown outcome is left only by proof or a person's decision",
    "ended states and times stand",
    "`delivered` is told once and only of what was done",
    "no write of a lost lease stands",
    "every kept webhook had a signature",
};

// One payment with everything that belongs to it.
struct Line {
  PaymentDetail rows;
  std::vector<Event> timeline;
  std::vector<Exchange> exchanges;
  std::vector<ShopUpdate> shop_updates;
  bool imported = false;

  const Payment& payment() const { return rows.payment; }
};

bool is_state_of(const Event& event, const std::string& placement_id) {
  return event.placement_id == placement_id && !event.to.empty();
}

bool is_hex_of(const std::string& text, std::size_t length) {
  return text.size() == length &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

class Checker {
 public:
  Checker(Store& store, const PaidLinesOf& paid_lines_of) : store_(store), paid_lines_of_(paid_lines_of) {
    for (std::size_t i = 0; i < kCount; ++i)
      reports_.push_back({.name = "I" + std::to_string(i + 1), .what = kWhat[i]});
  }

  std::vector<InvariantReport> run() {
    check_deliveries();
    check_payments();
    return std::move(reports_);
  }

 private:
  void violated(Invariant invariant, const std::string& what) {
    InvariantReport& report = reports_[invariant];
    ++report.violated;
    if (report.shown.size() < kMostShown) report.shown.push_back(what);
  }
  void expect(Invariant invariant, bool holds, const std::string& otherwise) {
    if (!holds) violated(invariant, otherwise);
  }

  void check_deliveries() {
    std::int64_t before = 0;
    for (;;) {
      const std::vector<Delivery> page = store_.list_deliveries(before, kPage);
      for (const Delivery& delivery : page) check_delivery(delivery);
      if (page.size() < static_cast<std::size_t>(kPage)) return;
      before = page.back().id;
    }
  }

  void check_delivery(const Delivery& delivery) {
    const std::string name = "delivery " + std::to_string(delivery.id);
    if (delivery.source == "webhook") {
      ++reports_[kI9].checked;
      // A signature is 32 bytes in base64; the digest tells the bytes that it was made of.
      expect(kI9, delivery.signature.size() == 44 && is_hex_of(delivery.digest, 64), name + " was kept unsigned");
    }
    if (delivery.outcome != DeliveryOutcome::kAccepted) return;
    for (const std::string& id : paid_lines_of_(delivery)) {
      ++reports_[kI1].checked;
      const bool known = store_.payment(id) || store_.was_deleted(id) ||
                         store_.mark(imported_order_mark(delivery.order_id)).has_value();
      if (!known)
        expect(kI1, false, std::string(name).append(" was answered, and its line ").append(id) + " is not stored");
    }
  }

  void check_payments() {
    PaymentFilter filter{.limit = kPage, .with_archived = true};
    for (;;) {
      const std::vector<PaymentDetail> page = store_.list_payments(filter);
      for (const PaymentDetail& rows : page) check_payment(rows.payment.id);
      if (page.size() < static_cast<std::size_t>(kPage)) return;
      filter.after = page.back().payment.id;
    }
  }

  void check_payment(const std::string& id) {
    const std::optional<Line> line = read_whole(id);
    if (!line) return;
    check_states(*line);
    check_delivered(*line);
    for (const Placement& placement : line->rows.placements) check_placement(*line, placement);
  }

  // Nothing where the payment was deleted, or changes all the time.
  std::optional<Line> read_whole(const std::string& id) {
    for (int tries = 0; tries < kMostTries; ++tries) {
      std::optional<PaymentDetail> rows = store_.payment(id);
      if (!rows) return std::nullopt;
      Line line{.rows = std::move(*rows)};
      line.timeline = store_.timeline(id);
      for (const Placement& placement : line.rows.placements) {
        const std::vector<Exchange> exchanges = store_.exchanges_of(placement.id);
        line.exchanges.insert(line.exchanges.end(), exchanges.begin(), exchanges.end());
      }
      line.shop_updates = store_.shop_updates_of(line.payment().order_id);
      line.imported = store_.mark(imported_order_mark(line.payment().order_id)).has_value();
      const std::optional<PaymentDetail> again = store_.payment(id);
      if (again && is_unchanged(line.rows, *again)) return line;
    }
    return std::nullopt;
  }

  static bool is_unchanged(const PaymentDetail& before, const PaymentDetail& after) {
    if (before.payment.version != after.payment.version || before.placements.size() != after.placements.size())
      return false;
    for (std::size_t i = 0; i < before.placements.size(); ++i)
      if (before.placements[i].version != after.placements[i].version) return false;
    return true;
  }

  void check_states(const Line& line) {
    const Payment& payment = line.payment();
    ++reports_[kI6].checked;
    ++reports_[kI8].checked;
    expect(kI6, payment.created_at <= payment.updated_at, payment.id + " was changed before it was made");
    // Every claim raises both; a write never lowers one.
    expect(kI8, payment.fence >= 0 && payment.version > payment.fence,
           payment.id + " has a fence that was never given");
    const auto ended = std::find_if(line.timeline.begin(), line.timeline.end(), [&](const Event& event) {
      const auto state = parse_payment_state(event.to);
      return event.placement_id.empty() && state && is_end(*state);
    });
    if (ended == line.timeline.end()) return;
    const bool left = std::any_of(std::next(ended), line.timeline.end(),
                                  [&](const Event& event) { return is_state_of(event, "") && event.to != ended->to; });
    expect(kI6, !left && to_string(payment.state) == ended->to, payment.id + " had ended and changed");
  }

  void check_delivered(const Line& line) {
    const Payment& payment = line.payment();
    std::vector<const ShopUpdate*> told;
    for (const ShopUpdate& update : line.shop_updates)
      if (update.status_alias == kDelivered && update.state == ShopUpdateState::kTold) told.push_back(&update);
    if (told.empty() && payment.state != PaymentState::kDelivered) return;
    ++reports_[kI7].checked;
    expect(kI7, !told.empty() || line.imported, payment.id + " is delivered, and the shop was not told");
    const std::string own = shop_update_id(payment.order_id, kDelivered);
    for (const ShopUpdate* update : told) {
      if (update->id != own || payment.archived || !update->told_at) continue;
      if (payment.created_at > *update->told_at) continue;
      expect(kI7, was_done_by(line, *update->told_at), payment.id + " was not done when the shop was told `delivered`");
    }
  }

  // `placed` counts: the operator may have chosen that an accepted order is a delivered one.
  static bool was_done_by(const Line& line, Time told_at) {
    if (line.imported && line.payment().finished) return true;
    return std::any_of(line.timeline.begin(), line.timeline.end(), [&](const Event& event) {
      return event.placement_id.empty() && event.at <= told_at &&
             (event.to == to_string(PaymentState::kCompleted) || event.to == to_string(PaymentState::kPlaced) ||
              event.to == to_string(PaymentState::kDelivered));
    });
  }

  void check_placement(const Line& line, const Placement& placement) {
    check_purchases(line, placement);
    check_requests(line, placement);
    check_books(line, placement);
    check_unknown(line, placement);
    ++reports_[kI6].checked;
    expect(kI6, placement.created_at <= placement.updated_at, placement.id + " was changed before it was made");
  }

  void check_purchases(const Line& line, const Placement& placement) {
    ++reports_[kI2].checked;
    int accepted = 0;
    int approved = 1;
    for (const Event& event : line.timeline) {
      if (event.placement_id != placement.id) continue;
      if (event.to == to_string(PlacementState::kAccepted) && event.actor != "operator") ++accepted;
      if (event.kind == "decision") ++approved;
    }
    expect(kI2, accepted <= approved, placement.id + " was accepted more than once");
    if (placement.provider_order_id.empty()) return;
    const auto owner = store_.placement_by_provider_order(placement.provider, placement.provider_order_id);
    expect(kI2, !owner || owner->id == placement.id,
           placement.id + " and " + (owner ? owner->id : "another") + " name the same order at " + placement.provider);
  }

  void check_requests(const Line& line, const Placement& placement) {
    for (const Exchange& exchange : line.exchanges) {
      if (exchange.placement_id != placement.id || exchange.operation != "place") continue;
      ++reports_[kI3].checked;
      const bool intended = std::any_of(line.timeline.begin(), line.timeline.end(), [&](const Event& event) {
        return event.placement_id == placement.id && event.to == to_string(PlacementState::kSent) &&
               (exchange.started_at == Time{} || event.at <= exchange.started_at + kClockSlack);
      });
      expect(kI3, intended, placement.id + " was sent before it was marked as sent");
    }
  }

  void check_books(const Line& line, const Placement& placement) {
    ++reports_[kI4].checked;
    const bool has_order = !placement.provider_order_id.empty();
    expect(kI4, has_order || !was_bought(placement.state),
           placement.id + " counts as bought, without the provider's order");
    const bool before_answer = placement.state == PlacementState::kIntent || placement.state == PlacementState::kSent;
    expect(kI4, !has_order || !before_answer, placement.id + " has the provider's order and counts as not bought");
    if (placement.state != PlacementState::kUnknown || placement.given_up || is_end(line.payment().state)) return;
    expect(kI4, line.payment().state == PaymentState::kReview,
           placement.id + " has an unknown outcome, and its payment does not wait for a person");
  }

  void check_unknown(const Line& line, const Placement& placement) {
    for (const Event& event : line.timeline) {
      if (event.placement_id != placement.id || event.from != to_string(PlacementState::kUnknown)) continue;
      if (event.to == event.from) continue;
      ++reports_[kI5].checked;
      expect(kI5, event.actor == "operator" || !event.exchange_id.empty(),
             placement.id + " left its unknown outcome without proof or decision");
    }
  }

  Store& store_;
  const PaidLinesOf& paid_lines_of_;
  std::vector<InvariantReport> reports_;
};

}  // namespace

std::vector<InvariantReport> check_invariants(Store& store, const PaidLinesOf& paid_lines_of) {
  return Checker(store, paid_lines_of).run();
}

}  // namespace smmhost
