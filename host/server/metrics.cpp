// The counters behind GET /metrics.
#include "host/server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace smmhost {
namespace {

using CounterFamily = prometheus::Family<prometheus::Counter>;
using GaugeFamily = prometheus::Family<prometheus::Gauge>;
using HistogramFamily = prometheus::Family<prometheus::Histogram>;

constexpr double kMicrosPerUnit = 1e6;

CounterFamily& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

GaugeFamily& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

constexpr PaymentState kAllStates[] = {
    PaymentState::kReceived, PaymentState::kWaitingProfile, PaymentState::kReady,     PaymentState::kPlacing,
    PaymentState::kPlaced,   PaymentState::kCompleted,      PaymentState::kDelivered, PaymentState::kHeld,
    PaymentState::kReview,   PaymentState::kCancelled};

}  // namespace

class Metrics::Impl {
 public:
  prometheus::Registry counted;
  CounterFamily& webhooks = counter(counted, "smmhost_webhooks_total", "Webhooks by what became of them");
  CounterFamily& requests = counter(counted, "smmhost_http_requests_total", "HTTP requests answered");
  HistogramFamily& seconds = prometheus::BuildHistogram()
                                 .Name("smmhost_http_request_seconds")
                                 .Help("Time from a request's first byte to its answer's last")
                                 .Register(counted);
  CounterFamily& calls = counter(counted, "smmhost_provider_calls_total", "Calls to providers, checkers and the shop");
  CounterFamily& placements = counter(counted, "smmhost_placements_total", "Purchases sent, by what came of them");
  CounterFamily& jobs = counter(counted, "smmhost_job_runs_total", "Runs of periodic jobs");
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::webhook(std::string_view outcome) {
  impl_->webhooks.Add({{"outcome", std::string(outcome)}}).Increment();
}

void Metrics::http_request(std::string_view method, std::string_view route, int status, Duration took) {
  const std::string where = route.empty() ? "unmatched" : std::string(route);
  impl_->requests.Add({{"method", std::string(method)}, {"route", where}, {"status", std::to_string(status)}})
      .Increment();
  impl_->seconds.Add({{"route", where}}, prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.02, 0.1, 0.5, 1, 5})
      .Observe(std::chrono::duration<double>(took).count());
}

void Metrics::provider_call(std::string_view peer, std::string_view operation, std::string_view result) {
  impl_->calls
      .Add({{"peer", std::string(peer)}, {"operation", std::string(operation)}, {"result", std::string(result)}})
      .Increment();
}

void Metrics::placement(std::string_view provider, std::string_view outcome) {
  impl_->placements.Add({{"provider", std::string(provider)}, {"outcome", std::string(outcome)}}).Increment();
}

void Metrics::job_run(std::string_view job, bool succeeded) {
  impl_->jobs.Add({{"job", std::string(job)}, {"result", succeeded ? "ok" : "failed"}}).Increment();
}

std::string Metrics::text(Store& store, const std::vector<GateView>& gates, const std::vector<Alert>& alerts,
                          const std::vector<PluginView>& plugins) {
  prometheus::Registry present;
  auto& payments = gauge(present, "smmhost_payments", "Payments by state");
  const auto counts = store.count_payments();
  for (const PaymentState state : kAllStates) {
    const auto found = counts.find(state);
    payments.Add({{"state", std::string(to_string(state))}})
        .Set(found == counts.end() ? 0 : static_cast<double>(found->second));
  }
  gauge(present, "smmhost_review", "Placements that wait for a person's decision")
      .Add({})
      .Set(static_cast<double>(store.list_review().size()));
  auto& paused = gauge(present, "smmhost_provider_paused", "1 while nothing is bought at the provider");
  auto& balance = gauge(present, "smmhost_provider_balance", "Balance at the provider, in its currency");
  for (const ProviderStatus& provider : store.list_providers()) {
    paused.Add({{"provider", provider.name}}).Set(provider.paused == Reason::kNone ? 0 : 1);
    if (provider.balance)
      balance.Add({{"provider", provider.name}, {"currency", provider.balance->currency}})
          .Set(static_cast<double>(provider.balance->micros) / kMicrosPerUnit);
  }
  auto& open = gauge(present, "smmhost_breaker_open", "1 while calls are not made because too many failed");
  for (const GateView& gate : gates) open.Add({{"peer", gate.name}}).Set(gate.open ? 1 : 0);

  auto& alert = gauge(present, "smmhost_alert", "1 for everything that an operator should look at");
  for (const Alert& each : alerts) alert.Add({{"kind", each.kind}, {"subject", each.subject}}).Set(1);

  auto& usable = gauge(present, "smmhost_plugin_usable", "0 while a section's plugin is not loaded or in quarantine");
  auto& faults = gauge(present, "smmhost_plugin_faults", "What a plugin did wrong since it was loaded");
  auto& restarts = gauge(present, "smmhost_plugin_restarts", "Times a plugin's process was started again");
  for (const PluginView& plugin : plugins) {
    const prometheus::Labels labels{{"section", plugin.section}, {"plugin", plugin.plugin}};
    usable.Add(labels).Set(plugin.state == "not_loaded" || plugin.state == "quarantined" ? 0 : 1);
    faults.Add(labels).Set(static_cast<double>(plugin.faults));
    restarts.Add(labels).Set(static_cast<double>(plugin.restarts));
  }

  const prometheus::TextSerializer serializer;
  return serializer.Serialize(impl_->counted.Collect()) + serializer.Serialize(present.Collect());
}

}  // namespace smmhost
