// POST /api/webhook: verify, read, commit, answer. Nothing on the network happens before the answer.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "host/server/json_body.h"
#include "host/server/problem.h"
#include "host/server/rate_limit.h"
#include "host/server/routes.h"

namespace smmhost {
namespace {

constexpr char kSignatureHeader[] = "X-Yampi-Hmac-SHA256";
constexpr Duration kBetweenWarnings = std::chrono::seconds{10};

// A flood of forged webhooks must not become a flood of log lines.
class ForgeryLog {
 public:
  void note(Time now, const std::string& request_id) {
    ++unreported_;
    std::int64_t last = last_.load();
    const std::int64_t at = to_unix_ms(now);
    if (at - last < kBetweenWarnings.count() || !last_.compare_exchange_strong(last, at)) return;
    spdlog::warn("webhook refused: missing or wrong signature count={} request_id={}", unreported_.exchange(0),
                 request_id);
  }

 private:
  std::atomic<std::int64_t> last_{0};
  std::atomic<int> unreported_{0};
};

class WebhookRoute {
 public:
  explicit WebhookRoute(const ServerDeps& deps)
      : deps_(deps), forged_(deps.webhooks_per_minute, std::max(1.0, deps.webhooks_per_minute / 4.0)) {}

  ServerResponse operator()(const ServerRequest& request) {
    const Time now = deps_.clock.now();
    const auto ingest = deps_.receive_webhook(request.body, request.header(kSignatureHeader).value_or(""), now);
    if (!ingest) return refuse(request, now);
    return store(*ingest, request);
  }

 private:
  // Only what fails is counted: whoever posts forgeries, however many, does not keep the shop's own posts out. Nor is
  // it counted by address, because behind a reverse proxy the shop has the same one.
  ServerResponse refuse(const ServerRequest& request, Time now) {
    forgeries_.note(now, request.id);
    if (!forged_.allow(RateLimit::Clock::now())) {
      deps_.metrics.webhook("rate_limited");
      return problem(429, "Too many posts without a right signature came.").with("Retry-After", "60");
    }
    deps_.metrics.webhook("bad_signature");
    return problem(401, "The signature is missing or does not fit the body.",
                   "The webhook's own secret signs, not the API's secret key.")
        .with("WWW-Authenticate", "X-Yampi-Hmac-SHA256");
  }

  ServerResponse store(const Ingest& ingest, const ServerRequest& request) {
    const IngestResult result = deps_.store.ingest(ingest);
    if (result.outcome != CommitOutcome::kCommitted) {
      deps_.metrics.webhook("unavailable");
      spdlog::error("webhook not stored order_id={} in_doubt={} request_id={} why=\"{}\"", ingest.delivery.order_id,
                    result.outcome == CommitOutcome::kInDoubt, request.id, deps_.store.write_trouble().value_or(""));
      return store_unavailable();
    }
    const DeliveryOutcome outcome = result.no_change ? DeliveryOutcome::kNoChange : ingest.delivery.outcome;
    deps_.metrics.webhook(result.duplicate_delivery ? "duplicate" : to_string(outcome));
    spdlog::info("webhook stored event=\"{}\" order_id={} outcome={} created={} duplicate={} request_id={}",
                 ingest.delivery.event, ingest.delivery.order_id, to_string(outcome), result.created.size(),
                 result.duplicate_delivery, request.id);
    if (!result.created.empty() || ingest.cancel) deps_.wake(result.created);
    return json_response(200, {{"status", "OK"}});
  }

  const ServerDeps& deps_;
  ForgeryLog forgeries_;
  RateLimit forged_;
};

}  // namespace

void add_webhook_route(Router& router, const ServerDeps& deps) {
  const auto route = std::make_shared<WebhookRoute>(deps);
  router.add("POST", "/api/webhook", Access::kPublic,
             [route](const ServerRequest& request) { return (*route)(request); });
}

}  // namespace smmhost
