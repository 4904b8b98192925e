// What an operator should look at now.
#include "host/server/alerts.h"

#include <algorithm>

#include "core/fulfilment/pause_provider.h"

namespace smmhost {
namespace {

constexpr int kMostRefused = 1000;

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

}  // namespace

bool balance_is_low(const ProviderStatus& status, const MinBalances& min_balances) {
  const auto bound = min_balances.find(status.name);
  return bound != min_balances.end() && status.balance && status.balance->micros < bound->second;
}

std::vector<Alert> current_alerts(Store& store, const std::vector<std::string>& names,
                                  const MinBalances& min_balances) {
  std::vector<Alert> alerts;
  if (auto alert = refused_by_shop(store)) alerts.push_back(std::move(*alert));
  for (Alert& alert : stalled_purchases(store)) alerts.push_back(std::move(alert));
  for (const ProviderStatus& status : store.list_providers()) {
    if (std::find(names.begin(), names.end(), status.name) == names.end()) continue;
    if (auto alert = paused_by_refusal(status)) alerts.push_back(std::move(*alert));
    if (auto alert = low_balance(status, min_balances)) alerts.push_back(std::move(*alert));
  }
  return alerts;
}

}  // namespace smmhost
