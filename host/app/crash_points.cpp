#include "host/app/crash_points.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>

#include "host/app/forwarding_store.h"

namespace smmhost {
namespace {

constexpr std::array<std::string_view, 22> kPoints{
    "ingest.before",    "ingest.after",    "commit.before",   "commit.after",   "claim.before",  "claim.after",
    "leases.before",    "leases.after",    "wake.before",     "wake.after",     "job.before",    "job.after",
    "product.before",   "product.after",   "services.before", "services.after", "delete.before", "delete.after",
    "anonymise.before", "anonymise.after", "send.before",     "send.after"};

class CrashingStore final : public ForwardingStore {
 private:
  template <class Call>
  auto around(std::string_view before, std::string_view after, Call call) {
    trigger_->reach(before);
    auto result = call();
    trigger_->reach(after);
    return result;
  }

 public:
  CrashingStore(Store& next, std::shared_ptr<CrashTrigger> trigger)
      : ForwardingStore(next), trigger_(std::move(trigger)) {}

  IngestResult ingest(const Ingest& ingest) override {
    return around("ingest.before", "ingest.after", [&] { return next().ingest(ingest); });
  }
  CommitOutcome commit(const Changes& changes) override {
    return around("commit.before", "commit.after", [&] { return next().commit(changes); });
  }
  std::vector<Payment> claim_due(const std::string& owner, Time now, Duration lease, int limit) override {
    return around("claim.before", "claim.after", [&] { return next().claim_due(owner, now, lease, limit); });
  }
  std::optional<Payment> claim(const std::string& payment_id, const std::string& owner, Time now,
                               Duration lease) override {
    return around("claim.before", "claim.after", [&] { return next().claim(payment_id, owner, now, lease); });
  }
  std::vector<Placement> claim_tracking(const std::string& provider, Time now, Duration lease, int limit) override {
    return around("claim.before", "claim.after", [&] { return next().claim_tracking(provider, now, lease, limit); });
  }
  std::vector<ShopUpdate> claim_shop_updates(Time now, Duration lease, int limit) override {
    return around("claim.before", "claim.after", [&] { return next().claim_shop_updates(now, lease, limit); });
  }
  int break_leases(const std::string& owner, Time now, Duration lease) override {
    return around("leases.before", "leases.after", [&] { return next().break_leases(owner, now, lease); });
  }
  int wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) override {
    return around("wake.before", "wake.after", [&] { return next().wake_held(reason, provider, sku, now); });
  }
  int wake_links(std::span<const ServiceLink> links, Time now) override {
    return around("wake.before", "wake.after", [&] { return next().wake_links(links, now); });
  }
  CommitOutcome put_job(const JobRun& job) override {
    return around("job.before", "job.after", [&] { return next().put_job(job); });
  }
  CommitOutcome put_product(const Product& product) override {
    return around("product.before", "product.after", [&] { return next().put_product(product); });
  }
  CommitOutcome delete_product(const std::string& sku) override {
    return around("product.before", "product.after", [&] { return next().delete_product(sku); });
  }
  CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                 Time now) override {
    return around("services.before", "services.after",
                  [&] { return next().replace_services(provider, services, now); });
  }
  CommitOutcome delete_payment(const std::string& id) override {
    return around("delete.before", "delete.after", [&] { return next().delete_payment(id); });
  }
  int anonymise(Time before, int limit) override {
    return around("anonymise.before", "anonymise.after", [&] { return next().anonymise(before, limit); });
  }

 private:
  std::shared_ptr<CrashTrigger> trigger_;
};

class CrashingTransport final : public HttpTransport {
 public:
  CrashingTransport(HttpTransport& next, std::shared_ptr<CrashTrigger> trigger)
      : next_(next), trigger_(std::move(trigger)) {}

  HttpResult send(const HttpRequest& request) override {
    trigger_->reach("send.before");
    HttpResult result = next_.send(request);
    trigger_->reach("send.after");
    return result;
  }

 private:
  HttpTransport& next_;
  std::shared_ptr<CrashTrigger> trigger_;
};

}  // namespace

std::span<const std::string_view> crash_point_names() {
  return kPoints;
}

std::optional<CrashPoint> CrashPoint::parse(std::string_view text) {
  const std::size_t hash = text.find('#');
  if (hash == std::string_view::npos) return std::nullopt;
  const std::string_view name = text.substr(0, hash), number = text.substr(hash + 1);
  int count = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
  if (error != std::errc{} || end != number.data() + number.size() || count < 1) return std::nullopt;
  if (std::find(kPoints.begin(), kPoints.end(), name) == kPoints.end()) return std::nullopt;
  return CrashPoint{std::string{name}, count};
}

void CrashTrigger::reach(std::string_view name) {
  if (name != point_.name()) return;
  if (++reached_ != point_.count()) return;
  kill(getpid(), SIGKILL);
  pause();  // the signal is delivered to the process; this thread must do nothing more
}

std::unique_ptr<Store> crashing_store(Store& next, std::shared_ptr<CrashTrigger> trigger) {
  return std::make_unique<CrashingStore>(next, std::move(trigger));
}

std::unique_ptr<HttpTransport> crashing_transport(HttpTransport& next, std::shared_ptr<CrashTrigger> trigger) {
  return std::make_unique<CrashingTransport>(next, std::move(trigger));
}

}  // namespace smmhost
