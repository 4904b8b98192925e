#include "host/app/catalogue_cache.h"

#include <utility>

namespace smmhost {

CatalogueCache::CatalogueCache(Store& next, std::function<Instant()> now)
    : ForwardingStore(next), now_(std::move(now)), filled_at_(now_()) {}

void CatalogueCache::empty() {
  ++generation_;
  filled_at_ = now_();
  products_.clear();
  providers_.clear();
  services_.clear();
  lists_.clear();
}

void CatalogueCache::forget() {
  const std::lock_guard lock(mutex_);
  empty();
}

template <class Row, class Read, class Keeps>
std::optional<Row> CatalogueCache::remembered(Remembered<Row>& rows, const std::string& key, const Read& read,
                                              const Keeps& keeps) {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    if (now_() - filled_at_ >= kFreshFor) empty();
    const auto found = rows.find(key);
    if (found != rows.end()) return found->second;
    generation = generation_;
  }
  std::optional<Row> row = read();
  if (!row || !keeps(*row)) return row;
  const std::lock_guard lock(mutex_);
  if (generation == generation_) rows.insert_or_assign(key, *row);
  return row;
}

// What was read while the write ran may be either, and is not kept: the generation has changed.
template <class Write>
auto CatalogueCache::forgetting(const Write& write) {
  auto outcome = write();
  forget();
  return outcome;
}

std::optional<Product> CatalogueCache::product(const std::string& sku) {
  return remembered(
      products_, sku, [&] { return next().product(sku); }, [](const Product&) { return true; });
}

std::optional<ProviderStatus> CatalogueCache::provider(const std::string& name) {
  return remembered(
      providers_, name, [&] { return next().provider(name); },
      [](const ProviderStatus& status) { return status.paused == Reason::kNone; });
}

std::optional<ProviderService> CatalogueCache::service(const std::string& provider, const std::string& service_id) {
  return remembered(
      services_, provider + '\n' + service_id, [&] { return next().service(provider, service_id); },
      [](const ProviderService&) { return true; });
}

bool CatalogueCache::knows_services(const std::string& provider) {
  return remembered(
             lists_, provider, [&] { return std::optional(next().knows_services(provider)); },
             [](bool knows) { return knows; })
      .value_or(false);
}

CommitOutcome CatalogueCache::commit(const Changes& changes) {
  if (changes.providers.empty()) return next().commit(changes);
  return forgetting([&] { return next().commit(changes); });
}

CommitOutcome CatalogueCache::put_product(const Product& product) {
  return forgetting([&] { return next().put_product(product); });
}

CommitOutcome CatalogueCache::delete_product(const std::string& sku) {
  return forgetting([&] { return next().delete_product(sku); });
}

CommitOutcome CatalogueCache::replace_services(const std::string& provider, std::span<const ProviderService> services,
                                               Time now) {
  return forgetting([&] { return next().replace_services(provider, services, now); });
}

}  // namespace smmhost
