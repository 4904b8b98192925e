// A store that remembers for a moment what every purchase asks for and hardly ever changes: products, whether a
// provider is paused, what services it lists.
//
// Remembered is only what lets buying go on. What is missing, paused or not listed is asked for again each time, so
// that a payment that is looked at again because somebody mended the cause finds it mended. A write through this object
// forgets what it changed, and so does one that did not succeed: who edits a row reads it anew. What another host of
// the same database writes is seen after `kFreshFor`, or at once where forget() is called on its notice. Thread safety:
// all functions, from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

#include "host/app/forwarding_store.h"

namespace smmhost {

class CatalogueCache final : public ForwardingStore {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kFreshFor{500};

  // `next` is borrowed and must outlive it. `now` is any clock that never goes back.
  explicit CatalogueCache(Store& next, std::function<Instant()> now = &std::chrono::steady_clock::now);

  void forget();

  std::optional<Product> product(const std::string& sku) override;
  std::optional<ProviderStatus> provider(const std::string& name) override;
  std::optional<ProviderService> service(const std::string& provider, const std::string& service_id) override;
  bool knows_services(const std::string& provider) override;

  CommitOutcome commit(const Changes& changes) override;
  CommitOutcome put_product(const Product& product) override;
  CommitOutcome delete_product(const std::string& sku) override;
  CommitOutcome replace_services(const std::string& provider, std::span<const ProviderService> services,
                                 Time now) override;

 private:
  // Of one kind of row; an old generation is never found.
  template <class Row>
  using Remembered = std::map<std::string, Row, std::less<>>;

  template <class Row, class Read, class Keeps>
  std::optional<Row> remembered(Remembered<Row>& rows, const std::string& key, const Read& read, const Keeps& keeps);
  template <class Write>
  auto forgetting(const Write& write);
  void empty();  // with the lock held

  std::function<Instant()> now_;
  std::mutex mutex_;
  std::uint64_t generation_ = 0;  // grows with every forgetting, so that what was read before it is not kept after it
  Instant filled_at_{};
  Remembered<Product> products_;
  Remembered<ProviderStatus> providers_;
  Remembered<ProviderService> services_;
  Remembered<bool> lists_;
};

}  // namespace smmhost
