// The SQLite store: durable webhooks a second by the number of concurrent senders, and what a claim costs when most
// payments have ended long ago.
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "host/store/open_store.h"
#include "tests/support/temporary_folder.h"

namespace {

using smmhost::CommitOutcome;
using smmhost::Ingest;
using smmhost::Payment;
using smmhost::PaymentState;

// A database in a folder of its own, which goes away with it.
class Database {
 public:
  smmhost::Store& store() { return *store_; }

  // One webhook with one payment, as new as can be.
  Ingest next_order(PaymentState state = PaymentState::kReceived) {
    const std::int64_t n = ++last_;
    Ingest ingest;
    ingest.order_id = n;
    ingest.delivery.order_id = n;
    ingest.delivery.source = "webhook";
    ingest.delivery.event = "order.paid";
    ingest.delivery.digest = std::string(48, 'a') + std::to_string(1'000'000'000'000'000 + n);
    ingest.delivery.payload = std::string(600, 'x');
    Payment payment;
    payment.id = std::to_string(n) + "_1";
    payment.order_id = n;
    payment.item_sku = "SEG-1000";
    payment.item_quantity = 1;
    payment.customization = "@cliente.teste";
    payment.state = state;
    if (state == PaymentState::kReceived) payment.due_at = smmhost::from_unix_ms(n);
    ingest.new_payments.push_back(std::move(payment));
    return ingest;
  }

 private:
  const smmhost::tests::TemporaryFolder folder_;
  const std::unique_ptr<smmhost::Store> store_ = smmhost::open_store("sqlite:" + folder_.file("bench.db"));
  std::atomic<std::int64_t> last_{0};
};

// Google Benchmark runs a threaded benchmark's first and last lines in every thread; the first one owns the database.
std::unique_ptr<Database> shared_database;

void durable_ingest(benchmark::State& state) {
  if (state.thread_index() == 0) shared_database = std::make_unique<Database>();
  for (auto _ : state) {
    if (shared_database->store().ingest(shared_database->next_order()).outcome != CommitOutcome::kCommitted)
      state.SkipWithError("not committed");
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) shared_database.reset();
}
BENCHMARK(durable_ingest)->ThreadRange(1, 64)->UseRealTime();

// Many senders at once, because each alone would wait for the disk every time.
void fill(Database& database, std::int64_t payments) {
  constexpr std::int64_t kSenders = 64;
  std::vector<std::thread> senders;
  for (std::int64_t sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&database, count = payments / kSenders] {
      for (std::int64_t n = 0; n < count; ++n) database.store().ingest(database.next_order(PaymentState::kDelivered));
    });
  }
  for (std::thread& sender : senders) sender.join();
}

void claim_among_finished(benchmark::State& state) {
  Database database;
  fill(database, state.range(0));
  std::int64_t now = 1'000'000'000;
  for (auto _ : state) {
    state.PauseTiming();
    database.store().ingest(database.next_order());
    state.ResumeTiming();
    if (database.store().claim_due("bench", smmhost::from_unix_ms(++now), std::chrono::hours{24 * 365}, 1).size() != 1)
      state.SkipWithError("nothing claimed");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(claim_among_finished)->Arg(1'024)->Arg(65'536)->UseRealTime();

}  // namespace
