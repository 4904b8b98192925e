// What an operator should look at now.
#include "host/server/alerts.h"

#include <algorithm>

#include "core/domain/job.h"
#include "core/fulfilment/pause_provider.h"

namespace smmhost {
namespace {

constexpr int kMostRefused = 1000;
constexpr std::size_t kMostNamed = 5;

std::optional<Alert> refused_by_store(Store& store) {
  const std::optional<std::string> why = store.write_trouble();
  if (!why) return std::nullopt;
  return Alert{.kind = "store_refuses_writes",
               .subject = "store",
               .message = "the database takes no writes, so webhooks are answered 503 and nothing is bought: " + *why};
}

// What a person had asked to be told is left out: the person has seen the refusal.
std::optional<Alert> refused_by_shop(Store& store) {
  std::vector<ShopUpdate> refused = store.refused_shop_updates(kMostRefused);
  std::erase_if(refused, [](const ShopUpdate& update) { return is_asked_by_person(update); });
  if (refused.empty()) return std::nullopt;
  const ShopUpdate& newest = refused.front();
  Alert alert{.kind = "shop_refused", .subject = "yampi", .since = refused.back().created_at};
  alert.message = "refused statuses: " + std::to_string(refused.size()) + "; the newest: \"" + newest.status_alias +
                  "\" of order " + std::to_string(newest.order_id) + ": " + newest.last_error;
  return alert;
}

std::optional<Alert> low_balance(const ProviderStatus& status, const MinBalances& min_balances) {
  if (!balance_is_low(status, min_balances)) return std::nullopt;
  Alert alert{.kind = "low_balance", .subject = status.name, .since = status.balance_at};
  alert.message = "the balance " + decimal_text(status.balance->micros) + " " + status.balance->currency +
                  " is below min_balance " + decimal_text(min_balances.at(status.name));
  return alert;
}

// As the job watch_webhook left it: "{since} {message}"; empty where nothing is wrong.
std::optional<Alert> webhook_off(Store& store) {
  const std::string trouble = store.mark("webhook_trouble").value_or("");
  const std::size_t blank = trouble.find(' ');
  if (blank == std::string::npos) return std::nullopt;
  return Alert{.kind = "webhook_off",
               .subject = "yampi",
               .message = trouble.substr(blank + 1),
               .since = parse_iso8601(trouble.substr(0, blank))};
}

// A person's own pause is no alert.
std::optional<Alert> paused_by_refusal(const ProviderStatus& status) {
  if (!ends_by_itself(status.paused)) return std::nullopt;
  return Alert{.kind = "provider_paused",
               .subject = status.name,
               .message = std::string(to_string(status.paused)) + ": " + status.pause_detail,
               .since = status.paused_at};
}

// One of a provider: what waits there for a person because it does not end.
std::vector<Alert> stalled_purchases(Store& store) {
  std::map<std::string, std::vector<Placement>> stalled;
  for (Placement& waiting : store.list_review())
    if (waiting.reason == Reason::kStalled) stalled[waiting.provider].push_back(std::move(waiting));
  std::vector<Alert> alerts;
  for (const auto& [provider, purchases] : stalled) {
    const auto oldest =
        std::min_element(purchases.begin(), purchases.end(),
                         [](const Placement& a, const Placement& b) { return a.answered_at < b.answered_at; });
    alerts.push_back({.kind = "stalled",
                      .subject = provider,
                      .message = "purchases without an end in sight: " + std::to_string(purchases.size()) +
                                 "; the oldest: " + oldest->id + ": " + oldest->reason_detail,
                      .since = oldest->answered_at});
  }
  return alerts;
}

// The services of products' routes that their configured provider lists no more, with the SKUs; by provider.
class VanishedServices {
 public:
  explicit VanishedServices(const AlertSources& sources) : sources_(sources) {
    for (const Product& product : sources.store.list_products())
      for (const Route& route : product.all_routes())
        if (is_gone(route)) gone_[route.provider].push_back(route.service_id + " of " + product.sku);
  }

  const std::map<std::string, std::vector<std::string>>& by_provider() const { return gone_; }

 private:
  // Each service is asked for once, though many products may have it.
  bool is_gone(const Route& route) {
    const auto [known, is_new] = known_.try_emplace({route.provider, route.service_id}, false);
    if (is_new) known->second = look(route);
    return known->second;
  }

  bool look(const Route& route) const {
    const auto& names = sources_.providers;
    if (std::find(names.begin(), names.end(), route.provider) == names.end()) return false;
    return sources_.store.knows_services(route.provider) && !sources_.store.service(route.provider, route.service_id);
  }

  const AlertSources& sources_;
  std::map<std::pair<std::string, std::string>, bool> known_;
  std::map<std::string, std::vector<std::string>> gone_;
};

std::vector<Alert> vanished_services(const AlertSources& sources) {
  std::vector<Alert> alerts;
  const VanishedServices vanished(sources);
  for (const auto& [provider, services] : vanished.by_provider()) {
    Alert alert{.kind = "service_gone", .subject = provider, .message = "not listed any more: service "};
    for (std::size_t i = 0; i < services.size() && i < kMostNamed; ++i)
      alert.message += (i == 0 ? "" : ", ") + services[i];
    if (services.size() > kMostNamed) alert.message += " and " + std::to_string(services.size() - kMostNamed) + " more";
    if (const auto status = sources.store.provider(provider)) alert.since = status->services_at;
    alerts.push_back(std::move(alert));
  }
  return alerts;
}

std::optional<Alert> refused_key(const GateView& gate) {
  if (!gate.key_refused_since) return std::nullopt;
  return Alert{.kind = "key_refused",
               .subject = gate.name,
               .message = "our key is refused: " + gate.key_refusal,
               .since = gate.key_refused_since};
}

// What is switched off is not expected to succeed again.
std::optional<Alert> failed_job(const JobView& job) {
  if (!job.last_result.starts_with(kJobFailed) || job.schedule == "off") return std::nullopt;
  return Alert{.kind = "job_failed", .subject = job.name, .message = job.last_result, .since = job.last_run};
}

}  // namespace

bool balance_is_low(const ProviderStatus& status, const MinBalances& min_balances) {
  const auto bound = min_balances.find(status.name);
  return bound != min_balances.end() && status.balance && status.balance->micros < bound->second;
}

std::vector<Alert> current_alerts(const AlertSources& sources) {
  std::vector<Alert> alerts;
  const auto add = [&](std::optional<Alert> alert) {
    if (alert) alerts.push_back(std::move(*alert));
  };
  const auto is_provider = [&](const std::string& name) {
    return std::find(sources.providers.begin(), sources.providers.end(), name) != sources.providers.end();
  };
  add(refused_by_store(sources.store));
  add(refused_by_shop(sources.store));
  add(webhook_off(sources.store));
  for (Alert& alert : stalled_purchases(sources.store)) alerts.push_back(std::move(alert));
  for (const ProviderStatus& status : sources.store.list_providers()) {
    if (!is_provider(status.name)) continue;
    add(paused_by_refusal(status));
    add(low_balance(status, sources.min_balances));
  }
  for (Alert& alert : vanished_services(sources)) alerts.push_back(std::move(alert));
  // A provider that refuses the key is paused.
  for (const GateView& gate : sources.gates)
    if (!is_provider(gate.name)) add(refused_key(gate));
  for (const JobView& job : sources.jobs) add(failed_job(job));
  return alerts;
}

}  // namespace smmhost
