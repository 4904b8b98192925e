// Contract: many threads at once, and what survives a restart.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/contract/store_contract.h"

namespace smmhost::contract {
namespace {

using testing::SizeIs;

template <class Work>
void on_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST_P(StoreContract, ManyProducersLoseNothing) {
  constexpr int kProducers = 64;
  constexpr int kOrders = 10;
  std::atomic<int> created = 0;
  on_threads(kProducers, [&](int producer) {
    for (int i = 0; i < kOrders; ++i) {
      const std::int64_t order = producer * 1000 + i;
      const std::string id = std::to_string(order) + "_1";
      const IngestResult result = store().ingest(paid_order("d" + id, order, {id}));
      if (result.outcome == CommitOutcome::kCommitted) created += static_cast<int>(result.created.size());
      if (!store().payment(id)) ADD_FAILURE() << "acknowledged, and not there: " << id;
    }
  });
  EXPECT_EQ(created, kProducers * kOrders);
  EXPECT_EQ(store().count_payments()[PaymentState::kReceived], kProducers * kOrders);
}

TEST_P(StoreContract, ManyProducersOfTheSameOrdersCreateEachLineOnce) {
  std::atomic<int> created = 0;
  std::atomic<int> duplicates = 0;
  on_threads(16, [&](int producer) {
    for (int order = 1; order <= 20; ++order) {
      const std::string name = std::to_string(order);
      const IngestResult result = store().ingest(
          paid_order("d" + name + "/" + std::to_string(producer % 4), order, {name + "_1", name + "_2"}));
      created += static_cast<int>(result.created.size());
      duplicates += result.duplicate_delivery ? 1 : 0;
    }
  });
  EXPECT_EQ(created, 40);
  EXPECT_EQ(duplicates, 16 * 20 - 4 * 20);
  EXPECT_THAT(store().list_deliveries(0, 1000), SizeIs(80));
}

TEST_P(StoreContract, OfManyPlacementsThatTakeOneProvidersOrderAtOnceOneGetsIt) {
  constexpr int kPlacements = 16;
  for (int i = 0; i < kPlacements; ++i)
    stored(sample_placement(std::to_string(i) + "_1.1", "link " + std::to_string(i)));
  std::atomic<int> committed = 0;
  on_threads(kPlacements, [&](int i) {
    Placement placement = read_placement(std::to_string(i) + "_1.1");
    placement.provider_order_id = "23501";
    committed += commit_placement(placement) == CommitOutcome::kCommitted ? 1 : 0;
  });
  EXPECT_EQ(committed, 1);
}

TEST_P(StoreContract, NoPaymentIsClaimedTwice) {
  for (int i = 0; i < 10; ++i) {
    std::vector<std::string> lines;
    for (int n = 0; n < 20; ++n) lines.push_back(std::to_string(i) + "_" + std::to_string(n));
    store().ingest(paid_order("d" + std::to_string(i), i, lines));
  }
  std::mutex mutex;
  std::multiset<std::string> claimed;
  on_threads(8, [&](int worker) {
    for (;;) {
      const auto batch = store().claim_due("host " + std::to_string(worker), kNoon, minutes(3), 7);
      if (batch.empty()) return;
      const std::lock_guard lock(mutex);
      for (const Payment& payment : batch) claimed.insert(payment.id);
    }
  });
  EXPECT_EQ(claimed.size(), 200U);
  EXPECT_EQ(std::set(claimed.begin(), claimed.end()).size(), 200U);
}

TEST_P(StoreContract, OfManyCommitsOverOneVersionExactlyOneWins) {
  for (int round = 0; round < 20; ++round) {
    const Payment base = stored(sample_payment("100_" + std::to_string(round)));
    std::atomic<int> won = 0;
    std::atomic<int> lost = 0;
    on_threads(8, [&](int worker) {
      Payment mine = base;
      mine.reason_detail = std::to_string(worker);
      const CommitOutcome outcome = commit_payment(mine);
      if (outcome == CommitOutcome::kCommitted) ++won;
      if (outcome == CommitOutcome::kConflict) ++lost;
    });
    ASSERT_EQ(won, 1);
    ASSERT_EQ(lost, 7);
  }
}

TEST_P(StoreContract, OfManyPlacementsForOneLinkExactlyOneIsSent) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> sent = 0;
    std::atomic<int> busy = 0;
    on_threads(8, [&](int worker) {
      Placement placement = sample_placement(std::to_string(round) + "_" + std::to_string(worker) + ".1",
                                             "https://www.instagram.com/" + std::to_string(round));
      placement.state = PlacementState::kSent;
      const CommitOutcome outcome = commit_placement(placement);
      if (outcome == CommitOutcome::kCommitted) ++sent;
      if (outcome == CommitOutcome::kLinkBusy) ++busy;
    });
    ASSERT_EQ(sent, 1);
    ASSERT_EQ(busy, 7);
  }
}

TEST_P(StoreContract, AConflictBesideOthersDoesNotUndoThem) {
  const Payment stale = stored(sample_payment("stale_1"));
  stored(stale);
  std::atomic<int> wrong = 0;
  on_threads(16, [&](int worker) {
    for (int i = 0; i < 20; ++i) {
      if (worker % 2 == 0) {
        wrong += commit_payment(stale) == CommitOutcome::kConflict ? 0 : 1;
        continue;
      }
      const std::string id = std::to_string(worker) + "_" + std::to_string(i);
      wrong += commit_payment(sample_payment(id)) == CommitOutcome::kCommitted && store().payment(id) ? 0 : 1;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(store().count_payments()[PaymentState::kReceived], 8 * 20 + 1);
}

TEST_P(StoreContract, ReadersSeeACommitWholeOrNotAtAll) {
  store().ingest(paid_order("d1", 100, {"100_1", "100_2"}));
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!done) {
      const auto both = store().payments_of_order(100);
      if (both.size() != 2 || both[0].payment.version != both[1].payment.version) ++torn;
    }
  });
  for (int i = 0; i < 200; ++i) {
    Changes changes;
    changes.payments = {read_payment("100_1"), read_payment("100_2")};
    EXPECT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  }
  done = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

TEST_P(StoreContract, EverythingIsThereAfterARestart) {
  store().ingest(paid_order("d1", 100, {"100_1"}));
  store().ingest(cancelled_order("d2", 200));
  Changes changes;
  changes.placements = {sample_placement()};
  changes.shop_updates = {sample_shop_update()};
  changes.providers = {sample_provider()};
  changes.exchanges = {sample_exchange()};
  changes.events = {sample_event()};
  ASSERT_EQ(store().commit(changes), CommitOutcome::kCommitted);
  ASSERT_EQ(store().put_product(sample_product()), CommitOutcome::kCommitted);
  ASSERT_THAT(store().claim_due("a", kNoon, minutes(3), 1), SizeIs(1));

  reopen();
  EXPECT_EQ(read_payment("100_1").lease_owner, "a");
  EXPECT_EQ(read_payment("100_1").fence, 1);
  EXPECT_EQ(read_placement("100_1.1").quantity, 300);
  EXPECT_TRUE(store().shop_update("100/delivered"));
  EXPECT_TRUE(store().provider("machinesmm"));
  EXPECT_TRUE(store().exchange("x1"));
  EXPECT_THAT(store().timeline("100_1"), SizeIs(2));
  EXPECT_TRUE(store().product("SEG-100"));
  EXPECT_EQ(store().count_payments()[PaymentState::kReceived], 1);
  EXPECT_TRUE(store().ingest(paid_order("d1", 100, {"100_1"})).duplicate_delivery);
  store().ingest(paid_order("d3", 200, {"200_1"}, kNoon));
  EXPECT_TRUE(read_payment("200_1").cancel_requested) << "the cancellation before the restart";
}

}  // namespace
}  // namespace smmhost::contract
