// Crash points, for tests of builds with SMMHOST_TEST_HOOKS: with SMMHOST_CRASH_AT=<point>#<n> in the environment, the
// process dies of SIGKILL when the point is reached for the n-th time. The points stand before and after every write to
// the store and every request sent:
//   ingest.before     ingest.after       one webhook's (or polled order's) transaction
//   commit.before     commit.after       one step of the engine
//   claim.before      claim.after        a lease on a payment, on placements to ask about, or on shop updates
//   leases.before     leases.after       what a start takes back from the host that died
//   wake.before       wake.after         payments that waited for a cause, or for a link, become due
//   job.before        job.after          the row of a periodic job
//   product.before    product.after      a product, put or deleted
//   services.before   services.after     a provider's list of services
//   delete.before     delete.after       a payment that a person deletes
//   anonymise.before  anonymise.after    personal data past its retention
//   send.before       send.after         one outgoing request: before its first byte, and after its answer
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ports/store.h"
#include "host/net/http_transport.h"

namespace smmhost {

// All of them.
std::span<const std::string_view> crash_point_names();

class CrashPoint {
 public:
  // "commit.after#3"; nullopt for what names no point.
  static std::optional<CrashPoint> parse(std::string_view text);

  const std::string& name() const { return name_; }
  int count() const { return count_; }

 private:
  CrashPoint(std::string name, int count) : name_(std::move(name)), count_(count) {}
  std::string name_;
  int count_;
};

// Counts how often the point is reached, over all decorators that share it. Thread safe.
class CrashTrigger {
 public:
  explicit CrashTrigger(CrashPoint point) : point_(std::move(point)) {}
  void reach(std::string_view name);

 private:
  CrashPoint point_;
  std::atomic<int> reached_{0};
};

// Decorators around what they are given, which is borrowed and must outlive them.
std::unique_ptr<Store> crashing_store(Store& next, std::shared_ptr<CrashTrigger> trigger);
std::unique_ptr<HttpTransport> crashing_transport(HttpTransport& next, std::shared_ptr<CrashTrigger> trigger);

}  // namespace smmhost
