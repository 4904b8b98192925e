// The counters behind GET /metrics. What the store knows is read when they are asked for; the rest is counted as it
// happens.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/time.h"
#include "core/fulfilment/engine.h"
#include "core/ports/store.h"
#include "host/plugin/plugin_view.h"
#include "host/server/alerts.h"

namespace smmhost {

// Thread safe. Labels hold configured names and words of the domain only, never anything a client sent.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // `outcome`: accepted, no_change, ignored, not_understood, duplicate, bad_signature, unavailable, rate_limited.
  void webhook(std::string_view outcome);
  void http_request(std::string_view method, std::string_view route, int status, Duration took);
  // `peer`: a configured provider or checker, or "yampi"; `result`: "ok" or the failure's word.
  void provider_call(std::string_view peer, std::string_view operation, std::string_view result);
  // What came of one purchase that was sent: accepted, rejected, not_sent, unknown.
  void placement(std::string_view provider, std::string_view outcome);
  void job_run(std::string_view job, bool succeeded);

  // Everything in the Prometheus text format, with payments by state, the review list, providers and breakers as they
  // are in `store` and `gates` now, and the alerts and plugins given. Throws StoreUnavailable like the store's reads.
  std::string text(Store& store, const std::vector<GateView>& gates, const std::vector<Alert>& alerts,
                   const std::vector<PluginView>& plugins);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smmhost
