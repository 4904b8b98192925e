// Work on a store while its database is taken away, and the question afterwards whether what was acknowledged is there.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "host/store/postgres/postgres_store.h"
#include "tests/contract/store_contract.h"

namespace smmhost::tests {

// Producers that store orders and commit changes to them until told to stop, and remember what they were told.
class Load {
 public:
  explicit Load(PostgresStore& store) {
    for (int i = 0; i < kProducers; ++i) threads_.emplace_back([this, &store, i] { produce(store, i); });
  }

  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  bool comes_on(int more) const {
    const int target = acknowledged + more;
    for (int i = 0; i < 3000 && acknowledged < target; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    return acknowledged >= target;
  }
  // Every acknowledged order is there, with every acknowledged change; what was in doubt is there whole or not at all.
  void check(PostgresStore& store) const {
    for (int producer = 0; producer < kProducers; ++producer) {
      for (const Told& told : told_[static_cast<std::size_t>(producer)]) {
        const auto found = store.payment(told.id);
        if (told.stored) {
          EXPECT_TRUE(found) << told.id << " was acknowledged";
        }
        if (!found) continue;
        EXPECT_EQ(store.timeline(told.id).size(), found->payment.version > 1 ? 2U : 1U) << told.id;
        if (told.changed) {
          EXPECT_EQ(found->payment.version, 2) << told.id;
        }
      }
    }
  }

  std::atomic<int> acknowledged = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> in_doubt = 0;

 private:
  static constexpr int kProducers = 8;
  struct Told {
    std::string id;
    bool stored = false;
    bool changed = false;
  };

  void produce(PostgresStore& store, int producer) {
    for (int i = 1; !stopping_; ++i) {
      const std::int64_t order = producer * 1'000'000 + i;
      Told told{std::to_string(order) + "_1"};
      told.stored = store_order(store, order, told.id);
      if (told.stored) told.changed = change(store, told.id);
      told_[static_cast<std::size_t>(producer)].push_back(told);
    }
  }

  bool store_order(PostgresStore& store, std::int64_t order, const std::string& id) {
    const IngestResult result = store.ingest(contract::paid_order("d" + id, order, {id}));
    if (result.outcome == CommitOutcome::kCommitted) {
      ++acknowledged;
      return true;
    }
    ++(result.outcome == CommitOutcome::kInDoubt ? in_doubt : refused);
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return false;
  }

  bool change(PostgresStore& store, const std::string& id) {
    try {
      const auto read = store.payment(id);
      if (!read) {
        ADD_FAILURE() << id << " was acknowledged and is not there";
        return false;
      }
      Changes changes;
      changes.payments = {read->payment};
      changes.payments[0].state = PaymentState::kReady;
      changes.events = {contract::sample_event(id)};
      const CommitOutcome outcome = store.commit(changes);
      EXPECT_NE(outcome, CommitOutcome::kConflict) << "a write was repeated by itself: " << id;
      if (outcome == CommitOutcome::kInDoubt) ++in_doubt;
      return outcome == CommitOutcome::kCommitted;
    } catch (const StoreUnavailable&) {
      return false;
    }
  }

  std::vector<std::thread> threads_;
  std::array<std::vector<Told>, kProducers> told_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace smmhost::tests
