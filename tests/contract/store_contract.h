// The contract of core/ports/store.h as tests over any store. An implementation instantiates StoreContract with a
// factory of fresh databases and links every file of this folder.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "core/ports/store.h"

namespace smmhost::contract {

// One database for one test; removed with the object.
class TestDatabase {
 public:
  virtual ~TestDatabase() = default;
  // Opens it, or opens it again after the last store was destroyed.
  virtual std::unique_ptr<Store> open() = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<TestDatabase>()> create;
  bool shared = false;  // several hosts can have it open at once
};

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override {
    database_ = GetParam().create();
    store_ = database_->open();
  }

  Store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = database_->open();
  }

  // What a test needs again and again. Each expects to succeed.
  Payment stored(const Payment& payment);
  Placement stored(const Placement& placement);
  Payment read_payment(const std::string& id);
  Placement read_placement(const std::string& id);
  CommitOutcome commit_payment(const Payment& payment);
  CommitOutcome commit_placement(const Placement& placement);

 private:
  std::unique_ptr<TestDatabase> database_;
  std::unique_ptr<Store> store_;
};

// Samples: every field has a value of its own, so that two that are mixed up are seen.

inline constexpr Time kNoon = from_unix_ms(1'768'478'400'000);  // 2026-01-15T12:00:00Z
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Payment sample_payment(const std::string& id = "100_1", std::int64_t order_id = 100);
Placement sample_placement(const std::string& id = "100_1.1",
                           const std::string& link = "https://www.instagram.com/ana");
ShopUpdate sample_shop_update(std::int64_t order_id = 100, const std::string& status_alias = "delivered");
Exchange sample_exchange(const std::string& id = "x1");
Event sample_event(const std::string& payment_id = "100_1");
Product sample_product(const std::string& sku = "SEG-100");
ProviderStatus sample_provider(const std::string& name = "machinesmm");
Delivery sample_delivery(const std::string& digest);
// A paid order with one line for each payment id.
Ingest paid_order(const std::string& digest, std::int64_t order_id, const std::vector<std::string>& payment_ids,
                  Time status_at = kNoon);
Ingest cancelled_order(const std::string& digest, std::int64_t order_id, Time status_at = kNoon + minutes(5));

}  // namespace smmhost::contract
