#include "core/fulfilment/tell_shop.h"

#include <algorithm>

#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/private_notice.h"

namespace smmhost {
namespace {

constexpr int kMostTries = 50;
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

class Teller {
 public:
  Teller(StepContext& context, ShopUpdate update, Time now)
      : context_(context), update_(std::move(update)), now_(now) {}

  // The time after the calls made.
  Time now() const { return now_; }

  // Tells it, or sees that it need not be told. The row afterwards.
  std::optional<ShopUpdate> run(TellReport& report) {
    const std::vector<PaymentDetail> lines = context_.store.payments_of_order(update_.order_id);
    if (const auto due = waits_for_older(update_, context_.store.shop_updates_of(update_.order_id), now_))
      return postpone(*due);
    if (!is_still_true(context_, update_, lines)) return supersede();

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

  // It was told, whatever the row says by now.
  std::optional<ShopUpdate> told(Told how) {
    return change_update(context_, update_, [&](ShopUpdate& row, Changes& changes) {
      if (row.state == ShopUpdateState::kTold) return false;
      const std::vector<PaymentDetail> lines = context_.store.payments_of_order(row.order_id);
      row.state = ShopUpdateState::kTold;
      ++row.attempts;
      row.last_error.clear();
      row.due_at.reset();
      row.told_at = std::max(row.created_at, now_);
      supersede_refusals(row, changes);
      const char* had = how == Told::kAlreadySo ? "the shop had \"" : "the shop was told \"";
      note_on_lines(lines, had + row.status_alias + (how == Told::kAlreadySo ? "\" already" : "\""), exchanges_, now_,
                    changes);
      if (row.status_alias == kDelivered) add_delivered_lines(lines, context_.settings.delivered_when, now_, changes);
      if (row.status_alias == context_.settings.status_when_private) tell_that_it_opened(row, lines, changes);
      return true;
    });
  }

  // What was refused has been told by this row, so nothing is left to be done about it.
  void supersede_refusals(const ShopUpdate& told, Changes& changes) {
    for (ShopUpdate& other : context_.store.shop_updates_of(told.order_id)) {
      if (other.id == told.id || other.status_alias != told.status_alias) continue;
      if (other.state != ShopUpdateState::kRefused) continue;
      other.state = ShopUpdateState::kSuperseded;
      other.due_at.reset();
      changes.shop_updates.push_back(std::move(other));
    }
  }

  // The profile opened while the shop was being told that it is private.
  void tell_that_it_opened(const ShopUpdate& row, const std::vector<PaymentDetail>& lines, Changes& changes) {
    const std::string& status = context_.settings.status_when_public_again;
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
  Time now_;
  std::vector<Exchange> exchanges_;
};

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
  for (int claimed = 0; claimed < limit; ++claimed) {
    // What is put off comes due after `now` and is not claimed again; the lease is counted from the time it has become.
    const std::vector<ShopUpdate> next =
        context.store.claim_shop_updates(now, context.settings.lease + (time - now), 1);
    if (next.empty()) break;
    Teller teller(context, next.front(), time);
    teller.run(report);
    time = std::max(time, teller.now());
  }
  return report;
}

std::optional<ShopUpdate> tell_as_person(StepContext& context, std::int64_t order_id, const std::string& status_alias,
                                         Time now) {
  supersede_waiting(context, order_id);
  const std::optional<ShopUpdate> update = queue_for_person(context, order_id, status_alias, now);
  if (!update) return std::nullopt;
  TellReport report;
  return Teller(context, *update, now).run(report);
}

}  // namespace smmhost
