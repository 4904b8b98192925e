#include "core/fulfilment/check_providers.h"

#include "core/fulfilment/pause_provider.h"

namespace smmhost {
namespace {

class ProviderCheck {
 public:
  ProviderCheck(StepContext& context, SmmProvider& provider, Time now)
      : context_(context), provider_(provider), now_(now) {}

  // The time after the call.
  Time list_services() {
    read_services();
    return now_;
  }

  // What went wrong, or empty.
  std::string run() {
    remember();
    const ProviderCapabilities able = provider_.capabilities();
    if (able.services) read_services();
    if (able.balance) {
      read_balance();
    } else {
      end_pause_if_over(std::nullopt);
    }
    if (fault_.empty()) fault_ = provider_.unavailable();  // it cannot buy, whatever it was not asked
    if (not_taken_) pause_by_refusal(context_, provider_.name(), Reason::kProviderConfig, fault_, now_);
    return fault_;
  }

 private:
  // A provider that is known by name is missed when it is not configured any more.
  void remember() {
    change_provider_status(context_, provider_.name(), [](ProviderStatus& status) { return status.version == 0; });
  }

  bool is_admitted() {
    const Admission admission = context_.gate(provider_.name()).admit(now_);
    if (!admission.admitted) fault_ = "not asked: " + (admission.why.empty() ? "its rate is used up" : admission.why);
    return admission.admitted;
  }

  template <class T>
  bool is_good(const Reply<T>& reply) {
    now_ = after(reply.exchanges, now_);
    if (reply.ok()) {
      context_.gate(provider_.name()).succeeded(now_);
      not_taken_ = false;
      return true;
    }
    const Failure& failure = reply.failure();
    fault_ = words_of(failure);
    context_.gate(provider_.name()).failed(now_, fault_, failure.retry_after);
    if (failure.code == FailureCode::kAuth)
      pause_by_refusal(context_, provider_.name(), Reason::kProviderAuth, fault_, now_);
    not_taken_ = not_taken_ || failure.code == FailureCode::kConfig;
    return false;
  }

  void read_services() {
    if (!is_admitted()) return;
    const Reply<std::vector<ProviderService>> reply = provider_.services(now_);
    if (!is_good(reply)) return;
    if (reply.value().empty()) {  // a list without services would hold every payment
      fault_ = "lists no services";
      return;
    }
    if (context_.store.replace_services(provider_.name(), reply.value(), now_) != CommitOutcome::kCommitted) return;
    change_provider_status(context_, provider_.name(), [&](ProviderStatus& status) {
      status.services_at = now_;
      return true;
    });
    for (const Reason reason : {Reason::kBadService, Reason::kQuantityOutOfBounds})
      context_.store.wake_held(reason, provider_.name(), "", now_);
  }

  void read_balance() {
    if (!is_admitted()) return;
    const Reply<Money> reply = provider_.balance(now_);
    if (is_good(reply)) end_pause_if_over(reply.value());
  }

  void end_pause_if_over(const std::optional<Money>& balance) {
    Reason ended = Reason::kNone;
    change_provider_status(context_, provider_.name(), [&](ProviderStatus& status) {
      ended = pause_is_over(status, balance, context_.settings.held_recheck, now_) ? status.paused : Reason::kNone;
      if (!balance && ended == Reason::kNone) return false;
      if (balance) {
        status.balance = balance;
        status.balance_at = now_;
      }
      if (ended == Reason::kNone) return true;
      status.paused = Reason::kNone;
      status.pause_detail.clear();
      status.paused_at.reset();
      status.balance_when_paused.reset();
      return true;
    });
    if (ended != Reason::kNone) context_.store.wake_held(ended, provider_.name(), "", now_);
  }

  StepContext& context_;
  SmmProvider& provider_;
  Time now_;
  std::string fault_;
  bool not_taken_ = false;  // no request of ours is taken as it is; a panel may well have no list of services
};

// Says in the end that the asking is over, also where the store goes away meanwhile.
class Asking {
 public:
  Asking(FirstListings& listings, std::string provider) : listings_(listings), provider_(std::move(provider)) {}
  ~Asking() { listings_.finished(provider_); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  FirstListings& listings_;
  const std::string provider_;
};

bool can_list(const SmmProvider* provider) {
  return provider != nullptr && provider->unavailable().empty() && provider->capabilities().services;
}

}  // namespace

bool have_listed(StepContext& context, const std::vector<Route>& routes, Time& now) {
  for (const Route& route : routes) {
    SmmProvider* provider = context.provider(route.provider);
    if (context.first_listings.is_over(route.provider) || !can_list(provider)) continue;
    if (context.store.knows_services(route.provider)) {
      context.first_listings.finished(route.provider);
      continue;
    }
    const FirstListings::Turn turn = context.first_listings.begin(route.provider);
    if (turn == FirstListings::Turn::kAnothers) return false;
    if (turn == FirstListings::Turn::kOver) continue;
    const Asking asking(context.first_listings, route.provider);
    now = ProviderCheck(context, *provider, now).list_services();
  }
  return true;
}

bool pause_is_over(const ProviderStatus& status, const std::optional<Money>& balance, Duration recheck, Time now) {
  if (!ends_by_itself(status.paused)) return false;
  if (!balance) return !status.paused_at || now - *status.paused_at >= recheck;
  if (status.paused != Reason::kNoFunds) return true;  // it understood us, and took the key
  return balance->micros > (status.balance_when_paused ? status.balance_when_paused->micros : 0);
}

JobReport check_all_providers(StepContext& context, Time now) {
  JobReport report;
  for (SmmProvider* provider : context.providers) {
    const std::string fault = ProviderCheck(context, *provider, now).run();
    if (fault.empty()) {
      ++report.handled;
      continue;
    }
    ++report.failed;
    report.summary += provider->name() + ": " + fault + "; ";
  }
  report.summary +=
      std::to_string(report.handled) + " of " + std::to_string(context.providers.size()) + " providers are well";
  return report;
}

}  // namespace smmhost
