// See faulty_store.h.
#include "tests/simulation/faulty_store.h"

#include <algorithm>

namespace smmhost::sim {
namespace {

constexpr int kReadFailsPermille = 4;
constexpr int kSeldomReadFailsPermille = 40;  // of what is read so seldom that it would hardly ever fail
constexpr int kWorkFailsPercent = 3;
constexpr int kClaimLostPercent = 2;
constexpr std::size_t kMostLate = 8;

bool same_rows(const std::vector<PaymentDetail>& a, const std::vector<PaymentDetail>& b) {
  const auto same_placement = [](const Placement& x, const Placement& y) {
    return x.id == y.id && x.version == y.version && x.state == y.state;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const PaymentDetail& x, const PaymentDetail& y) {
    return x.payment.version == y.payment.version && x.payment.fence == y.payment.fence &&
           x.payment.state == y.payment.state && x.payment.lease_owner == y.payment.lease_owner &&
           std::equal(x.placements.begin(), x.placements.end(), y.placements.begin(), y.placements.end(),
                      same_placement);
  });
}

}  // namespace

void FaultyStore::fail_now_and_then(const char* what, int permille) {
  if (!world_.faults || !world_.random.permille(permille)) return;
  world_.sometimes_met(std::string("cannot be read: ") + what);
  throw StoreUnavailable("simulated");
}

template <class Read>
auto FaultyStore::read(const char* what, const Read& from_database) {
  fail_now_and_then(what, kReadFailsPermille);
  return from_database();
}

template <class Read>
auto FaultyStore::read_seldom(const char* what, const Read& from_database) {
  fail_now_and_then(what, kSeldomReadFailsPermille);
  return from_database();
}

template <class Work>
auto FaultyStore::work(const char* what, const Work& in_database) {
  if (!world_.faults || !world_.random.percent(kWorkFailsPercent)) return in_database();
  if (world_.random.percent(50)) {
    world_.sometimes_met(std::string("store unavailable: ") + what);
  } else {
    in_database();
    world_.sometimes_met(std::string("done, and its answer lost: ") + what);
  }
  throw StoreUnavailable("simulated");
}

IngestResult FaultyStore::ingest(const Ingest& ingest) {
  if (world_.faults && world_.random.percent(5)) {
    world_.sometimes_met("store unavailable at ingest");
    return {};
  }
  if (world_.faults && world_.random.percent(2)) {
    world_.sometimes_met("ingest in doubt, and it was not made");
    return {.outcome = CommitOutcome::kInDoubt};
  }
  IngestResult result = next().ingest(ingest);
  if (world_.faults && world_.random.percent(3)) {
    world_.sometimes_met("ingest in doubt, and it was made");
    return {.outcome = CommitOutcome::kInDoubt};
  }
  return result;
}

CommitOutcome FaultyStore::commit(const Changes& changes) {
  if (!world_.faults) return commit_watched(changes);
  if (world_.random.percent(1)) {
    world_.sometimes_met("crash before a commit");
    remember_late(changes);
    throw SimulatedCrash{};
  }
  if (world_.random.percent(2)) {
    world_.sometimes_met("store unavailable at a commit");
    remember_late(changes);
    return CommitOutcome::kUnavailable;
  }
  if (world_.random.percent(1)) {
    world_.sometimes_met("commit in doubt, and it was not made");
    remember_late(changes);
    return CommitOutcome::kInDoubt;
  }
  const CommitOutcome outcome = commit_watched(changes);
  if (world_.random.percent(1)) {
    world_.sometimes_met("crash after a commit");
    throw SimulatedCrash{};
  }
  if (outcome == CommitOutcome::kCommitted && world_.random.percent(1)) {
    world_.sometimes_met("commit in doubt, and it was made");
    return CommitOutcome::kInDoubt;
  }
  return outcome;
}

CommitOutcome FaultyStore::replace_services(const std::string& provider, std::span<const ProviderService> services,
                                            Time now) {
  if (world_.faults && world_.random.percent(5)) {
    world_.sometimes_met("store unavailable at replace_services");
    return CommitOutcome::kUnavailable;
  }
  return next().replace_services(provider, services, now);
}

CommitOutcome FaultyStore::commit_watched(const Changes& changes) {
  if (!is_stale(changes)) return next().commit(changes);
  const bool without_fence = has_lost_its_fence(changes);
  world_.sometimes_met(without_fence ? "a write under a lost fence" : "a write of rows that had changed");
  const std::vector<PaymentDetail> before = rows_of(changes);
  const CommitOutcome outcome = next().commit(changes);
  const std::string whose = changes.payments.front().id;
  if (outcome == CommitOutcome::kCommitted) world_.violated("I8: a stale write was taken: " + whose);
  if (!same_rows(before, rows_of(changes))) world_.violated("I8: a stale write changed the rows of " + whose);
  return outcome;
}

void FaultyStore::let_a_late_write_arrive() {
  if (late_.empty()) return;
  const Changes changes = std::move(late_.front());
  late_.pop_front();
  if (!is_stale(changes)) return;
  world_.sometimes_met("a late write of a dead worker");
  commit_watched(changes);
}

void FaultyStore::remember_late(const Changes& changes) {
  if (changes.payments.empty()) return;
  if (late_.size() == kMostLate) late_.pop_front();
  late_.push_back(changes);
}

bool FaultyStore::is_stale(const Changes& changes) {
  return std::any_of(changes.payments.begin(), changes.payments.end(), [&](const Payment& given) {
    const auto stored = next().payment(given.id);
    return stored && stored->payment.version != given.version;
  });
}

bool FaultyStore::has_lost_its_fence(const Changes& changes) {
  return std::any_of(changes.payments.begin(), changes.payments.end(), [&](const Payment& given) {
    const auto stored = next().payment(given.id);
    return stored && stored->payment.fence != given.fence;
  });
}

std::vector<PaymentDetail> FaultyStore::rows_of(const Changes& changes) {
  std::vector<PaymentDetail> rows;
  for (const Payment& given : changes.payments)
    if (auto stored = next().payment(given.id)) rows.push_back(std::move(*stored));
  return rows;
}

bool FaultyStore::loses_a_claim() {
  if (!world_.faults || !world_.random.percent(kClaimLostPercent)) return false;
  world_.sometimes_met("a claim that the database lost");
  return true;
}

Payment FaultyStore::as_claimed(Payment payment, const std::string& owner, Time due) {
  payment.due_at = due;
  payment.lease_owner = owner;
  ++payment.fence;
  ++payment.version;
  return payment;
}

std::vector<Payment> FaultyStore::claim_due(const std::string& owner, Time now, Duration lease, int limit) {
  if (loses_a_claim()) {
    std::vector<Payment> claimed;
    for (const PaymentDetail& row : next().list_payments({.limit = 1000, .with_archived = true}))
      if (row.payment.due_at && *row.payment.due_at <= now && claimed.size() < static_cast<std::size_t>(limit))
        claimed.push_back(as_claimed(row.payment, owner, now + lease));
    return claimed;
  }
  return work("claim_due", [&] { return next().claim_due(owner, now, lease, limit); });
}

std::optional<Payment> FaultyStore::claim(const std::string& id, const std::string& owner, Time now, Duration lease) {
  return work("claim", [&] { return next().claim(id, owner, now, lease); });
}

std::vector<Placement> FaultyStore::claim_tracking(const std::string& provider, Time now, Duration lease, int limit) {
  return work("claim_tracking", [&] { return next().claim_tracking(provider, now, lease, limit); });
}

std::vector<ShopUpdate> FaultyStore::claim_shop_updates(Time now, Duration lease, int limit) {
  return work("claim_shop_updates", [&] { return next().claim_shop_updates(now, lease, limit); });
}

int FaultyStore::break_leases(const std::string& owner, Time now, Duration lease) {
  return work("break_leases", [&] { return next().break_leases(owner, now, lease); });
}

int FaultyStore::wake_held(Reason reason, const std::string& provider, const std::string& sku, Time now) {
  return work("wake_held", [&] { return next().wake_held(reason, provider, sku, now); });
}

int FaultyStore::wake_links(std::span<const ServiceLink> links, Time now) {
  return work("wake_links", [&] { return next().wake_links(links, now); });
}

std::vector<PaymentDetail> FaultyStore::payments(std::span<const std::string> ids) {
  return read("payments", [&] { return next().payments(ids); });
}

std::optional<Placement> FaultyStore::placement(const std::string& id) {
  return read_seldom("placement", [&] { return next().placement(id); });
}

std::vector<PaymentDetail> FaultyStore::payments_of_orders(std::span<const std::int64_t> order_ids) {
  return read("payments_of_orders", [&] { return next().payments_of_orders(order_ids); });
}

std::vector<PaymentDetail> FaultyStore::list_payments(const PaymentFilter& filter) {
  return read_seldom("list_payments", [&] { return next().list_payments(filter); });
}

std::vector<std::int64_t> FaultyStore::orders_with_completed(std::int64_t after, int limit) {
  return read_seldom("orders_with_completed", [&] { return next().orders_with_completed(after, limit); });
}

bool FaultyStore::link_occupied(const std::string& provider, const std::string& service, const std::string& link) {
  return read_seldom("link_occupied", [&] { return next().link_occupied(provider, service, link); });
}

std::optional<Placement> FaultyStore::placement_by_provider_order(const std::string& provider, const std::string& id) {
  return read_seldom("placement_by_provider_order", [&] { return next().placement_by_provider_order(provider, id); });
}

std::optional<ShopUpdate> FaultyStore::shop_update(const std::string& id) {
  return read_seldom("shop_update", [&] { return next().shop_update(id); });
}

std::vector<ShopUpdate> FaultyStore::shop_updates_of_orders(std::span<const std::int64_t> order_ids) {
  return read_seldom("shop_updates_of_orders", [&] { return next().shop_updates_of_orders(order_ids); });
}

std::vector<ShopUpdate> FaultyStore::refused_shop_updates(int limit) {
  return read_seldom("refused_shop_updates", [&] { return next().refused_shop_updates(limit); });
}

std::optional<Product> FaultyStore::product(const std::string& sku) {
  return read("product", [&] { return next().product(sku); });
}

std::optional<std::string> FaultyStore::mark(const std::string& name) {
  return read_seldom("mark", [&] { return next().mark(name); });
}

std::optional<ProviderStatus> FaultyStore::provider(const std::string& name) {
  return read("provider", [&] { return next().provider(name); });
}

std::optional<ProviderService> FaultyStore::service(const std::string& provider, const std::string& id) {
  return read_seldom("service", [&] { return next().service(provider, id); });
}

bool FaultyStore::knows_services(const std::string& provider) {
  return read_seldom("knows_services", [&] { return next().knows_services(provider); });
}

}  // namespace smmhost::sim
