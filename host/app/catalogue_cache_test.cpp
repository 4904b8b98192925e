#include "host/app/catalogue_cache.h"

#include <gtest/gtest.h>

#include <utility>

#include "host/store/sqlite/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace smmhost {
namespace {

using namespace std::chrono_literals;

// What reaches the database.
class CountedStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  int reads = 0;
  std::function<void()> during_read = [] {};

  std::optional<Product> product(const std::string& sku) override {
    ++reads;
    auto row = next().product(sku);
    during_read();
    return row;
  }
  std::optional<ProviderStatus> provider(const std::string& name) override {
    ++reads;
    return next().provider(name);
  }
  std::optional<ProviderService> service(const std::string& provider, const std::string& service_id) override {
    ++reads;
    return next().service(provider, service_id);
  }
  bool knows_services(const std::string& provider) override {
    ++reads;
    return next().knows_services(provider);
  }
};

class CatalogueCacheTest : public testing::Test {
 protected:
  void add_product(const std::string& service_id, std::int64_t version = 0) {
    ASSERT_EQ(cache.put_product({.sku = "SKU", .service_id = service_id, .api = "panel", .version = version}),
              CommitOutcome::kCommitted);
  }
  void save_provider(Reason paused, std::int64_t version) {
    ASSERT_EQ(cache.commit({.providers = {{.name = "panel", .paused = paused, .version = version}}}),
              CommitOutcome::kCommitted);
  }
  int reads_of(const std::function<void()>& action) {
    const int before = counted.reads;
    action();
    return counted.reads - before;
  }

  const tests::TemporaryFolder folder;
  SqliteStore real{{.path = folder.file("host.db"), .synchronous = SqliteOptions::Synchronous::kOff}};
  CountedStore counted{real};
  CatalogueCache::Instant now{};
  CatalogueCache cache{counted, [this] { return now; }};
};

TEST_F(CatalogueCacheTest, AsksOnceForWhatEveryPurchaseWants) {
  add_product("7");
  save_provider(Reason::kNone, 0);
  const std::vector<ProviderService> services{{.provider = "panel", .service_id = "7"}};
  ASSERT_EQ(cache.replace_services("panel", services, Time{}), CommitOutcome::kCommitted);
  EXPECT_EQ(reads_of([&] {
              for (int i = 0; i < 10; ++i) {
                EXPECT_EQ(cache.product("SKU")->service_id, "7");
                EXPECT_TRUE(cache.provider("panel"));
                EXPECT_TRUE(cache.knows_services("panel"));
                EXPECT_TRUE(cache.service("panel", "7"));
              }
            }),
            4);
}

TEST_F(CatalogueCacheTest, WhatKeepsAPurchaseBackIsAskedForEachTime) {
  EXPECT_EQ(reads_of([&] {
              for (int i = 0; i < 3; ++i) {
                EXPECT_FALSE(cache.product("SKU"));
                EXPECT_FALSE(cache.knows_services("panel"));
                EXPECT_FALSE(cache.service("panel", "7"));
              }
            }),
            9);
  save_provider(Reason::kNoFunds, 0);
  EXPECT_EQ(reads_of([&] {
              for (int i = 0; i < 3; ++i) EXPECT_EQ(cache.provider("panel")->paused, Reason::kNoFunds);
            }),
            3);
}

TEST_F(CatalogueCacheTest, SeesItsOwnWritesAtOnce) {
  add_product("7");
  EXPECT_EQ(cache.product("SKU")->service_id, "7");
  add_product("8", 1);
  EXPECT_EQ(cache.product("SKU")->service_id, "8");
  save_provider(Reason::kNone, 0);
  EXPECT_EQ(cache.provider("panel")->paused, Reason::kNone);
  save_provider(Reason::kProviderPaused, 1);
  EXPECT_EQ(cache.provider("panel")->paused, Reason::kProviderPaused);
  EXPECT_EQ(cache.delete_product("SKU"), CommitOutcome::kCommitted);
  EXPECT_FALSE(cache.product("SKU"));
}

TEST_F(CatalogueCacheTest, ARefusedWriteIsFollowedByAFreshRead) {
  add_product("7");
  EXPECT_EQ(cache.product("SKU")->version, 1);
  ASSERT_EQ(real.put_product({.sku = "SKU", .service_id = "8", .api = "panel", .version = 1}),
            CommitOutcome::kCommitted);  // as another host does
  EXPECT_EQ(cache.put_product({.sku = "SKU", .service_id = "9", .api = "panel", .version = 1}),
            CommitOutcome::kConflict);
  EXPECT_EQ(cache.product("SKU")->service_id, "8");
}

TEST_F(CatalogueCacheTest, AnotherHostsWritesAreSeenAfterAMomentOrOnNotice) {
  add_product("7");
  EXPECT_EQ(cache.product("SKU")->service_id, "7");
  ASSERT_EQ(real.put_product({.sku = "SKU", .service_id = "8", .api = "panel", .version = 1}),
            CommitOutcome::kCommitted);
  now += CatalogueCache::kFreshFor - 1ms;
  EXPECT_EQ(cache.product("SKU")->service_id, "7");
  now += 1ms;
  EXPECT_EQ(cache.product("SKU")->service_id, "8");

  ASSERT_EQ(real.put_product({.sku = "SKU", .service_id = "9", .api = "panel", .version = 2}),
            CommitOutcome::kCommitted);
  cache.forget();
  EXPECT_EQ(cache.product("SKU")->service_id, "9");
}

TEST_F(CatalogueCacheTest, ARowReadWhileItChangedIsNotKept) {
  add_product("7");
  counted.during_read = [&, changed = false]() mutable {
    if (!std::exchange(changed, true)) add_product("8", 1);
  };
  EXPECT_EQ(cache.product("SKU")->service_id, "7");
  EXPECT_EQ(cache.product("SKU")->service_id, "8");
}

}  // namespace
}  // namespace smmhost
