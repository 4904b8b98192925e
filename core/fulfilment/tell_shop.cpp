#include "core/fulfilment/tell_shop.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/order_rows.h"
#include "core/fulfilment/private_notice.h"

namespace smmhost {
namespace {

constexpr int kMostTries = 50;
constexpr int kClaimedTogether = 10;
constexpr Duration kFresh = std::chrono::seconds{1};
constexpr int kMostRefused = 10'000;
constexpr Duration kWaitForOlder = std::chrono::seconds{5};
// A little less than a day, so that a job that runs once a day finds it.
constexpr Duration kBetweenRefusals = std::chrono::hours{20};
constexpr Duration kRefusedTriedFor = std::chrono::days{14};

bool is_retryable(FailureCode code) {
  switch (code) {
    case FailureCode::kAuth:
    case FailureCode::kRejected:
    case FailureCode::kNotFound:
    case FailureCode::kConfig:
    case FailureCode::kUnsupported:
      return false;
    default:
      return true;
  }
}

bool is_still_true(const StepContext& context, const ShopUpdate& update, const std::vector<PaymentDetail>& lines) {
  if (is_asked_by_person(update)) return true;
  const FulfilmentSettings& settings = context.settings;
  if (update.status_alias == kDelivered) return order_is_deliverable(lines, settings.delivered_when);
  if (update.status_alias == settings.status_when_private) return some_line_is_private(lines);
  if (update.status_alias == settings.status_when_public_again) return !some_line_is_private(lines);
  return true;
}

// The due time of an older update of the same order that is still to be told.
std::optional<Time> waits_for_older(const ShopUpdate& update, const std::vector<ShopUpdate>& all, Time now) {
  for (const ShopUpdate& other : all) {
    const bool older =
        other.created_at < update.created_at || (other.created_at == update.created_at && other.id < update.id);
    if (other.id != update.id && other.state == ShopUpdateState::kPending && older && !is_asked_by_person(update))
      return std::max(now + kWaitForOlder, std::min(other.due_at.value_or(now), now + std::chrono::minutes{1}));
  }
  return std::nullopt;
}

void note_on_lines(const std::vector<PaymentDetail>& lines, const std::string& why,
                   const std::vector<Exchange>& exchanges, Time now, Changes& changes) {
  for (const PaymentDetail& line : lines) {
    Event event{.payment_id = line.payment.id, .at = now, .kind = "shop", .why = why, .actor = "engine"};
    event.exchange_id = last_id(exchanges);
    changes.events.push_back(std::move(event));
  }
  changes.exchanges = exchanges;
}

// Commits what `change` makes of the row, and of the row as it stands where that was another, until it is written or
// does not apply.
using Change = std::function<bool(ShopUpdate&, Changes&)>;
std::optional<ShopUpdate> change_update(StepContext& context, const ShopUpdate& read, const Change& change) {
  std::optional<ShopUpdate> update = read;
  for (int tries = 0; tries < kMostTries; ++tries) {
    Changes changes;
    if (!update || !change(*update, changes)) return update;
    changes.shop_updates.push_back(*update);
    const CommitOutcome outcome = context.store.commit(changes);
    if (outcome == CommitOutcome::kUnavailable) return std::nullopt;
    if (outcome == CommitOutcome::kCommitted) {
      ++update->version;
      return update;
    }
    update = context.store.shop_update(read.id);
  }
  return std::nullopt;
}

OrderRows read_order(Store& store, std::int64_t order_id) {
  return std::move(read_orders(store, {&order_id, 1})[order_id]);
}

class Teller {
 public:
  // `order` as it stands.
  Teller(StepContext& context, ShopUpdate update, OrderRows order, Time now)
      : context_(context), update_(std::move(update)), order_(std::move(order)), now_(now) {}

  // The time after the calls made.
  Time now() const { return now_; }

  // Tells it, or sees that it need not be told. The row afterwards.
  std::optional<ShopUpdate> run(TellReport& report) {
    if (const auto due = waits_for_older(update_, order_.updates, now_)) return postpone(*due);
    if (!is_still_true(context_, update_, order_.lines)) return supersede();

    Reply<Told> reply = context_.shop.tell_status(update_.order_id, update_.status_alias, now_);
    exchanges_ = context_.complete(std::move(reply.exchanges), "yampi", "tell_status");
    now_ = after(exchanges_, now_);
    ++report.tried;
    if (reply.ok() && reply.value() != Told::kNotAllowed) {
      ++report.told;
      return told(reply.value());
    }
    ++report.failed;
    if (reply.ok())
      return refused("the shop does not allow \"" + update_.status_alias + "\" from the order's present status");
    if (!is_retryable(reply.failure().code)) return refused(words_of(reply.failure()));
    return again(reply.failure());
  }

 private:
  std::optional<ShopUpdate> postpone(Time due) {
    return change_update(context_, update_, [&](ShopUpdate& row, Changes&) {
      if (row.state != ShopUpdateState::kPending) return false;
      row.due_at = due;
      return true;
    });
  }

  std::optional<ShopUpdate> supersede() {
    return change_update(context_, update_, [&](ShopUpdate& row, Changes& changes) {
      const std::vector<PaymentDetail> lines = context_.store.payments_of_order(row.order_id);
      if (row.state != ShopUpdateState::kPending || is_still_true(context_, row, lines)) return false;
      row.state = ShopUpdateState::kSuperseded;
      row.due_at.reset();
      note_on_lines(lines, "the shop was not told \"" + row.status_alias + "\": it is no longer true", {}, now_,
                    changes);
      return true;
    });
  }

  // It was told, whatever the row says by now. What the engine tells is about the whole order, whose lines conflict
  // where they changed during the call; what a person asks to be told is not, and a line may have completed meanwhile.
  std::optional<ShopUpdate> told(Told how) {
    bool is_old = is_asked_by_person(update_);
    return change_update(context_, update_, [&](ShopUpdate& row, Changes& changes) {
      if (row.state == ShopUpdateState::kTold) return false;
      if (std::exchange(is_old, true)) order_ = read_order(context_.store, update_.order_id);
      row.state = ShopUpdateState::kTold;
      ++row.attempts;
      row.last_error.clear();
      row.due_at.reset();
      row.told_at = std::max(row.created_at, now_);
      supersede_refusals(row, changes);
      const char* had = how == Told::kAlreadySo ? "the shop had \"" : "the shop was told \"";
      note_on_lines(order_.lines, had + row.status_alias + (how == Told::kAlreadySo ? "\" already" : "\""), exchanges_,
                    now_, changes);
      if (row.status_alias == kDelivered)
        add_delivered_lines(order_.lines, context_.settings.delivered_when, now_, changes);
      if (row.status_alias == context_.settings.status_when_private) tell_that_it_opened(row, changes);
      return true;
    });
  }

  // What was refused has been told by this row, so nothing is left to be done about it.
  void supersede_refusals(const ShopUpdate& told, Changes& changes) {
    for (const ShopUpdate& other : order_.updates) {
      if (other.id == told.id || other.status_alias != told.status_alias) continue;
      if (other.state != ShopUpdateState::kRefused) continue;
      ShopUpdate& superseded = changes.shop_updates.emplace_back(other);
      superseded.state = ShopUpdateState::kSuperseded;
      superseded.due_at.reset();
    }
  }

  // The profile opened while the shop was being told that it is private.
  void tell_that_it_opened(const ShopUpdate& row, Changes& changes) {
    const std::string& status = context_.settings.status_when_public_again;
    const std::vector<PaymentDetail> lines = context_.store.payments_of_order(row.order_id);
    if (is_asked_by_person(row) || status.empty() || lines.empty() || some_line_is_private(lines)) return;
    if (auto update = queue_update(context_, row.order_id, status, now_)) changes.shop_updates.push_back(*update);
  }

  std::optional<ShopUpdate> refused(const std::string& why) {
    return change_update(context_, update_, [&](ShopUpdate& row, Changes& changes) {
      if (row.state != ShopUpdateState::kPending) return false;
      row.state = ShopUpdateState::kRefused;
      ++row.attempts;
      row.last_error = why;
      row.due_at = now_ + kBetweenRefusals;
      note_on_lines(context_.store.payments_of_order(row.order_id),
                    "the shop refused \"" + row.status_alias + "\": " + why, exchanges_, now_, changes);
      return true;
    });
  }

  std::optional<ShopUpdate> again(const Failure& failure) {
    return change_update(context_, update_, [&](ShopUpdate& row, Changes&) {
      if (row.state != ShopUpdateState::kPending) return false;
      ++row.attempts;
      row.last_error = words_of(failure);
      row.due_at = now_ + std::max(context_.backoff(row.attempts), failure.retry_after.value_or(Duration::zero()));
      return true;
    });
  }

  StepContext& context_;
  const ShopUpdate update_;
  OrderRows order_;  // as it was read last
  Time now_;
  std::vector<Exchange> exchanges_;
};

// Claimed but not told.
void put_back(StepContext& context, std::span<const ShopUpdate> claimed, Time due) {
  if (claimed.empty()) return;
  Changes changes;
  changes.shop_updates.assign(claimed.begin(), claimed.end());
  for (ShopUpdate& update : changes.shop_updates) update.due_at = due;
  context.store.commit(changes);  // where it is not taken, they come back when their lease has run out
}

// Tells them one after the other until one fails or the program is to stop; the others are put back, due at `now`.
// `time` moves on with the calls. Returns how many were handled.
int tell_claimed(StepContext& context, std::span<const ShopUpdate> claimed, Time now, TellReport& report, Time& time) {
  std::vector<std::int64_t> order_ids;
  for (const ShopUpdate& update : claimed) order_ids.push_back(update.order_id);
  std::map<std::int64_t, OrderRows> orders = read_orders(context.store, order_ids);
  const Time read_at = time;
  for (std::size_t i = 0; i < claimed.size(); ++i) {
    // Read again where much may have happened to the order since: a slow call, or another update of the same order.
    auto read = orders.extract(claimed[i].order_id);
    const bool is_fresh = read && time - read_at <= kFresh;
    OrderRows order = is_fresh ? std::move(read.mapped()) : read_order(context.store, claimed[i].order_id);

    const int failed = report.failed;
    Teller teller(context, claimed[i], std::move(order), time);
    teller.run(report);
    time = std::max(time, teller.now());
    if (report.failed == failed && !context.is_stopping()) continue;
    put_back(context, claimed.subspan(i + 1), now);
    return static_cast<int>(i) + 1;
  }
  return static_cast<int>(claimed.size());
}

// What was waiting is older than the person's word and must not be told after it.
void supersede_waiting(StepContext& context, std::int64_t order_id) {
  for (const ShopUpdate& waiting : context.store.shop_updates_of(order_id)) {
    if (waiting.state != ShopUpdateState::kPending) continue;
    change_update(context, waiting, [](ShopUpdate& row, Changes&) {
      if (row.state != ShopUpdateState::kPending) return false;
      row.state = ShopUpdateState::kSuperseded;
      row.due_at.reset();
      return true;
    });
  }
}

// "{order}/{status}/{n}", the first n that is free.
std::optional<ShopUpdate> queue_for_person(StepContext& context, std::int64_t order_id, const std::string& status,
                                           Time now) {
  for (int n = 1;; ++n) {
    ShopUpdate update;
    update.id = shop_update_id(order_id, status) + '/' + std::to_string(n);
    if (context.store.shop_update(update.id)) continue;
    update.order_id = order_id;
    update.status_alias = status;
    update.created_at = now;
    update.due_at = now + context.settings.lease;  // tried right now by the caller
    Changes changes;
    changes.shop_updates = {update};
    if (context.store.commit(changes) == CommitOutcome::kUnavailable) return std::nullopt;
    return context.store.shop_update(update.id);
  }
}

// By the word that words_of() begins with.
bool is_of_our_configuration(const ShopUpdate& refused) {
  for (const FailureCode code : {FailureCode::kAuth, FailureCode::kConfig})
    if (refused.last_error.starts_with(to_string(code))) return true;
  return false;
}

bool is_worth_another_try(const ShopUpdate& refused, Refusals which, Time now) {
  if (which == Refusals::kOfOurConfiguration) return is_of_our_configuration(refused);
  return now - refused.created_at < kRefusedTriedFor && (!refused.due_at || *refused.due_at <= now);
}

// The shop took the same status from another row, or (but for `delivered`, which is the last word) a later one.
bool is_overtaken(const ShopUpdate& refused, const std::vector<ShopUpdate>& all) {
  return std::any_of(all.begin(), all.end(), [&](const ShopUpdate& other) {
    if (other.id == refused.id || other.state != ShopUpdateState::kTold) return false;
    if (other.status_alias == refused.status_alias) return true;
    return refused.status_alias != kDelivered && other.told_at && *other.told_at >= refused.created_at;
  });
}

bool queue_again(StepContext& context, const ShopUpdate& refused, Refusals which, Time now) {
  bool queued = false;
  change_update(context, refused, [&](ShopUpdate& row, Changes& changes) {
    queued = false;
    if (row.state != ShopUpdateState::kRefused) return false;
    const std::vector<PaymentDetail> lines = context.store.payments_of_order(row.order_id);
    if (!is_still_true(context, row, lines) || is_overtaken(row, context.store.shop_updates_of(row.order_id))) {
      row.state = ShopUpdateState::kSuperseded;
      row.due_at.reset();
      return true;
    }
    if (!is_worth_another_try(row, which, now)) return false;
    row.state = ShopUpdateState::kPending;
    row.due_at = now;
    note_on_lines(lines, "the shop will be told \"" + row.status_alias + "\" again", {}, now, changes);
    queued = true;
    return true;
  });
  return queued;
}

}  // namespace

int queue_refused_again(StepContext& context, Refusals which, Time now) {
  int queued = 0;
  for (const ShopUpdate& refused : context.store.refused_shop_updates(kMostRefused))
    if (!is_asked_by_person(refused) && queue_again(context, refused, which, now)) ++queued;
  return queued;
}

TellReport tell_shop_updates(StepContext& context, Time now, int limit) {
  TellReport report;
  Time time = now;
  for (int handled = 0; handled < limit;) {
    // A shop that does not answer is asked about one at a time, so that none waits for the others in vain.
    const int most = report.failed > 0 ? 1 : std::min(kClaimedTogether, limit - handled);
    // What is put off comes due after `now` and is not claimed again; the lease is counted from the time it has become.
    const std::vector<ShopUpdate> claimed =
        context.store.claim_shop_updates(now, context.settings.lease + (time - now), most);
    if (claimed.empty()) break;
    const int done = tell_claimed(context, claimed, now, report, time);
    handled += done;
    const auto were = static_cast<int>(claimed.size());
    if (were < most && done == were) break;  // nothing is left, and nothing was put back
  }
  return report;
}

std::optional<ShopUpdate> tell_as_person(StepContext& context, std::int64_t order_id, const std::string& status_alias,
                                         Time now) {
  supersede_waiting(context, order_id);
  const std::optional<ShopUpdate> update = queue_for_person(context, order_id, status_alias, now);
  if (!update) return std::nullopt;
  TellReport report;
  return Teller(context, *update, read_order(context.store, order_id), now).run(report);
}

}  // namespace smmhost
