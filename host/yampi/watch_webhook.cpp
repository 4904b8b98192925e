#include "host/yampi/watch_webhook.h"

#include <algorithm>
#include <iterator>

#include "core/fulfilment/step_context.h"

namespace smmhost {
namespace {

constexpr std::string_view kOwnPath = "/api/webhook";

std::string_view without_slashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::vector<ShopWebhook> those_that(const std::vector<ShopWebhook>& all,
                                    const std::function<bool(const ShopWebhook&)>& is_own) {
  std::vector<ShopWebhook> own;
  std::copy_if(all.begin(), all.end(), std::back_inserter(own), is_own);
  return own;
}

std::string named(const ShopWebhook& webhook) {
  return "webhook " + std::to_string(webhook.id);
}

// What is wrong; empty where a webhook of this host is active.
std::string trouble_with(YampiClient& yampi, const std::vector<ShopWebhook>& own, const YampiConfig& config, Time now,
                         JobReport& report) {
  if (own.empty()) return "no webhook at Yampi has this host's address; orders arrive by reconcile_shop only";
  if (std::any_of(own.begin(), own.end(), [](const ShopWebhook& webhook) { return webhook.active; })) return {};
  const ShopWebhook& off = own.front();
  const std::string is_off = named(off) + " is switched off at Yampi; orders arrive by reconcile_shop only";
  if (!config.reenable_webhook) return is_off + "; switch it on in Yampi's panel";
  const Reply<bool> enabled = yampi.enable_webhook(off, now);
  if (!enabled.ok()) return is_off + ", and it could not be switched on: " + words_of(enabled.failure());
  ++report.handled;
  return {};
}

void set_mark(Store& store, const std::string& trouble, Time now) {
  const std::string before = store.mark(kWebhookTrouble).value_or("");
  const std::size_t blank = before.find(' ');
  const bool same = blank == std::string::npos ? trouble.empty() : before.substr(blank + 1) == trouble;
  if (same) return;
  Changes changes;
  changes.marks = {{kWebhookTrouble, trouble.empty() ? std::string{} : to_iso8601(now) + ' ' + trouble}};
  if (store.commit(changes) != CommitOutcome::kCommitted)
    throw StoreUnavailable("what was found about the webhook could not be kept");
}

}  // namespace

std::vector<ShopWebhook> own_webhooks(const std::vector<ShopWebhook>& all, const YampiConfig& config) {
  const std::string& secret = config.webhook_secret.reveal();
  auto own =
      those_that(all, [&](const ShopWebhook& webhook) { return !secret.empty() && webhook.secret.reveal() == secret; });
  if (!own.empty()) return own;
  return those_that(all, [&](const ShopWebhook& webhook) {
    const std::string_view url = without_slashes(webhook.url);
    return config.webhook_url.empty() ? url.ends_with(kOwnPath) : url == without_slashes(config.webhook_url);
  });
}

JobReport watch_webhook(YampiClient& yampi, Store& store, const YampiConfig& config, Time now) {
  const Reply<std::vector<ShopWebhook>> listed = yampi.webhooks(now);
  if (!listed.ok()) return {.failed = 1, .summary = "Yampi was not to be asked: " + words_of(listed.failure())};
  JobReport report;
  const std::string trouble = trouble_with(yampi, own_webhooks(listed.value(), config), config, now, report);
  set_mark(store, trouble, now);
  report.failed = trouble.empty() ? 0 : 1;
  report.summary = !trouble.empty()     ? trouble
                   : report.handled > 0 ? "the webhook was switched off and is switched on again"
                                        : "the webhook is active";
  return report;
}

}  // namespace smmhost
