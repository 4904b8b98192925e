// The engine's face: each function takes one step, and turns a store that cannot be reached into "nothing done".
#include "core/fulfilment/engine.h"

#include <algorithm>

#include "core/fulfilment/check_providers.h"
#include "core/fulfilment/decide_review.h"
#include "core/fulfilment/deliver_orders.h"
#include "core/fulfilment/hold_payment.h"
#include "core/fulfilment/pause_provider.h"
#include "core/fulfilment/reconcile_shop.h"
#include "core/fulfilment/record_answer.h"
#include "core/fulfilment/step_context.h"
#include "core/fulfilment/tell_shop.h"
#include "core/fulfilment/track_placements.h"
#include "core/fulfilment/work_payment.h"

namespace smmhost {
namespace {

constexpr int kClaim = 50;
// What one run of a job handles at most, so that it ends even while new work keeps coming.
constexpr int kMostOfAJob = 100'000;
constexpr int kMostTold = 1'000;

template <class T, class Step>
T unless_unavailable(T otherwise, const Step& step) {
  try {
    return step();
  } catch (const StoreUnavailable&) {
    return otherwise;
  }
}

template <class Step>
JobReport job(const Step& step) {
  try {
    return step();
  } catch (const StoreUnavailable& fault) {
    return {.failed = 1, .summary = std::string{"the store is unavailable: "} + fault.what()};
  }
}

// Marks a payment as worked on by this thread.
class InWork {
 public:
  InWork(StepContext& context, const std::string& payment_id)
      : context_(context), payment_id_(payment_id), mine_(context.begin_work(payment_id)) {}
  ~InWork() {
    if (mine_) context_.end_work(payment_id_);
  }
  InWork(const InWork&) = delete;
  InWork& operator=(const InWork&) = delete;

  bool is_mine() const { return mine_; }

 private:
  StepContext& context_;
  const std::string payment_id_;
  const bool mine_;
};

std::string count_of(int n, const char* what) {
  return std::to_string(n) + ' ' + what;
}

}  // namespace

class Engine::Impl {
 public:
  Impl(EnginePorts ports, FulfilmentSettings settings, const std::vector<GateConfig>& gates)
      : context_(std::move(ports), std::move(settings), gates) {}

  StepContext& context() { return context_; }

  std::vector<PaymentDetail> claim_due(Time now, int limit) {
    if (context_.answers.size() > 0) flush_unsaved_answers(context_, now);
    return rows_of(context_.store, context_.store.claim_due(context_.owner, now, context_.settings.lease, limit), now);
  }

  void work_on_claimed(PaymentDetail claimed, Time now) {
    const InWork in_work(context_, claimed.payment.id);
    work_payment(context_, std::move(claimed), now);
  }

  int work_due(Time now, int limit) {
    std::vector<PaymentDetail> claimed = claim_due(now, limit);
    for (PaymentDetail& payment : claimed) work_on_claimed(std::move(payment), now);
    return static_cast<int>(claimed.size());
  }

  bool work_on(const std::string& payment_id, Time now) {
    const InWork in_work(context_, payment_id);
    if (!in_work.is_mine()) return false;
    auto claimed = context_.store.claim(payment_id, context_.owner, now, context_.settings.lease);
    if (!claimed) return false;
    for (PaymentDetail& rows : rows_of(context_.store, {std::move(*claimed)}, now))
      work_payment(context_, std::move(rows), now);
    return true;
  }

  int work_all_due(Time now) {
    int handled = 0;
    while (handled < kMostOfAJob) {
      const int claimed = work_due(now, kClaim);
      if (claimed == 0) break;
      handled += claimed;
    }
    return handled;
  }

  JobReport check_profiles(Time now) {
    JobReport report;
    PaymentFilter filter{.state = PaymentState::kWaitingProfile, .limit = 1000};
    for (;;) {
      const std::vector<PaymentDetail> page = context_.store.list_payments(filter);
      for (const PaymentDetail& waiting : page)
        if (waiting.payment.due_at && *waiting.payment.due_at <= now && work_on(waiting.payment.id, now))
          ++report.handled;
      if (page.size() < static_cast<std::size_t>(filter.limit)) break;
      filter.after = page.back().payment.id;
    }
    report.summary = count_of(report.handled, "profiles checked again");
    return report;
  }

  // A cause that has a time of its own (a backoff, a link that is busy there, look-ups that are paid for) is left to
  // that time.
  void wake_all_held(Time now) {
    for (int i = 0; i <= static_cast<int>(Reason::kGivenUp); ++i) {
      const Reason reason = static_cast<Reason>(i);
      const bool has_its_time =
          reason == Reason::kLinkBusy || reason == Reason::kProviderUnreachable || reason == Reason::kNoPosts;
      if (!clears_by_itself(reason) || has_its_time || lies_in_product(reason)) continue;
      context_.store.wake_held(reason, "", "", now);
    }
    wake_held_by_product(now);
  }

  // Only those whose product has changed so that the cause is gone: to look at the others would change nothing.
  void wake_held_by_product(Time now) {
    for (const Product& product : context_.store.list_products()) {
      const std::vector<Route> routes = product.all_routes();
      context_.store.wake_held(Reason::kUnknownSku, "", product.sku, now);
      if (target_of_type(product.type)) context_.store.wake_held(Reason::kUnknownServiceType, "", product.sku, now);
      if (std::any_of(routes.begin(), routes.end(), [&](const Route& r) { return context_.provider(r.provider); }))
        context_.store.wake_held(Reason::kUnknownProvider, "", product.sku, now);
    }
  }

  JobReport process_payments(Time now) {
    if (context_.store.count_payments()[PaymentState::kHeld] > 0) wake_all_held(now);
    JobReport report{.handled = work_all_due(now)};
    report.summary = count_of(report.handled, "payments worked on");
    return report;
  }

  JobReport track_placements(Time now) {
    set_aside_unconfigured(context_, now);
    const TrackReport tracked = track_due_placements(context_, now);
    return {tracked.asked, tracked.failed,
            count_of(tracked.asked, "purchases asked about, ") + count_of(tracked.ended, "ended")};
  }

  JobReport update_delivered(Time now) {
    queue_refused_again(context_, Refusals::kOfAnyCause, now);
    const int queued = queue_deliverable_orders(context_, now);
    const TellReport told = tell_shop_updates(context_, now, kMostTold);
    return {told.told, told.failed,
            count_of(queued, "orders delivered, ") + count_of(told.told, "statuses told to the shop")};
  }

 private:
  StepContext context_;
};

Engine::Engine(EnginePorts ports, FulfilmentSettings settings, const std::vector<GateConfig>& gates)
    : impl_(std::make_unique<Impl>(std::move(ports), std::move(settings), gates)) {}

Engine::~Engine() = default;

int Engine::recover(Time now) {
  StepContext& context = impl_->context();
  return unless_unavailable(0, [&] {
    const int taken_back = context.store.break_leases(context.owner, now, context.settings.lease);
    queue_refused_again(context, Refusals::kOfOurConfiguration, now);
    return taken_back;
  });
}

std::vector<PaymentDetail> Engine::claim_due(Time now, int limit) {
  return unless_unavailable(std::vector<PaymentDetail>(), [&] { return impl_->claim_due(now, limit); });
}

void Engine::work_on_claimed(PaymentDetail claimed, Time now) {
  unless_unavailable(false, [&] {
    impl_->work_on_claimed(std::move(claimed), now);
    return true;
  });
}

int Engine::work_due(Time now, int limit) {
  return unless_unavailable(0, [&] { return impl_->work_due(now, limit); });
}

bool Engine::work_on(const std::string& payment_id, Time now) {
  return unless_unavailable(false, [&] { return impl_->work_on(payment_id, now); });
}

int Engine::track_due(Time now) {
  return unless_unavailable(0, [&] { return track_due_placements(impl_->context(), now).asked; });
}

int Engine::tell_shop_due(Time now, int limit) {
  return unless_unavailable(0, [&] { return tell_shop_updates(impl_->context(), now, limit).tried; });
}

int Engine::flush_unsaved(Time now) {
  StepContext& context = impl_->context();
  return unless_unavailable(context.answers.size(), [&] { return flush_unsaved_answers(context, now); });
}

JobReport Engine::check_profiles(Time now) {
  return job([&] { return impl_->check_profiles(now); });
}

JobReport Engine::process_payments(Time now) {
  return job([&] { return impl_->process_payments(now); });
}

JobReport Engine::track_placements(Time now) {
  return job([&] { return impl_->track_placements(now); });
}

JobReport Engine::update_delivered(Time now) {
  return job([&] { return impl_->update_delivered(now); });
}

JobReport Engine::reconcile_shop(Time now) {
  return job([&] { return reconcile_shop_orders(impl_->context(), now); });
}

JobReport Engine::check_providers(Time now) {
  return job([&] { return check_all_providers(impl_->context(), now); });
}

DecisionOutcome Engine::decide(const std::string& id, const Decision& decision, Time now) {
  return unless_unavailable(DecisionOutcome::kUnavailable,
                            [&] { return decide_review(impl_->context(), id, decision, now); });
}

CommitOutcome Engine::pause_provider(const std::string& name, const std::string& why, Time now) {
  return unless_unavailable(CommitOutcome::kUnavailable,
                            [&] { return pause_by_person(impl_->context(), name, why, now); });
}

CommitOutcome Engine::resume_provider(const std::string& name, Time now) {
  return unless_unavailable(CommitOutcome::kUnavailable, [&] { return resume(impl_->context(), name, now); });
}

std::optional<ShopUpdate> Engine::tell_shop_now(std::int64_t order_id, const std::string& status_alias, Time now) {
  return unless_unavailable(std::optional<ShopUpdate>{},
                            [&] { return tell_as_person(impl_->context(), order_id, status_alias, now); });
}

std::vector<GateView> Engine::gates(Time now) const {
  return impl_->context().gate_views(now);
}

const FulfilmentSettings& Engine::settings() const {
  return impl_->context().settings;
}

}  // namespace smmhost
