// What the routes stand on. Everything is borrowed and must outlive the server.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "host/config/config.h"
#include "host/plugin/plugin_view.h"
#include "host/plugin/reload_outcome.h"
#include "host/server/alerts.h"
#include "host/server/job_runner.h"
#include "host/server/maintenance.h"
#include "host/server/metrics.h"
#include "host/server/operator_actions.h"
#include "host/server/webhook_receiver.h"

namespace smmhost {

// Called after something was stored that may be worked on now, with the payments it concerns (empty: not known which).
// Must not block and must not throw.
using WakeUp = std::function<void(const std::vector<std::string>& payment_ids)>;

struct ServerDeps {
  Store& store;
  OperatorActions& actions;
  JobRunner& jobs;
  const Clock& clock;
  Metrics& metrics;
  WebhookReceiver receive_webhook;
  DeliveryReplayer replay_delivery;
  WakeUp wake;
  // How the plugins of all sections do, and a new copy of one in the place of the old. Thread safe; neither throws.
  std::function<std::vector<PluginView>(Time now)> plugins = [](Time) { return std::vector<PluginView>{}; };
  std::function<ReloadOutcome(const std::string& plugin)> reload_plugin = [](const std::string&) {
    return ReloadOutcome{ReloadOutcome::Result::kUnknownPlugin, "no plugin is loaded here"};
  };
  BackupMaker back_up = {};
  PaidLinesOf paid_lines_of = [](const Delivery&) { return std::vector<std::string>{}; };
  std::vector<std::string> provider_names;  // the configured ones, in file order
  MinBalances min_balances;                 // of the providers that have one
  Secret admin_token;
  int webhooks_per_minute = 6000;  // without a right signature; over it 429
};

}  // namespace smmhost
