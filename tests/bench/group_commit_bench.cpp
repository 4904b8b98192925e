// How many webhooks a second become durable: SQLite beside plain SQLite with the same durability, 64 producers each;
// PostgreSQL with 32, as many as pgbench has clients where it is compared with it.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <memory>

#include "host/store/postgres/postgres_store.h"
#include "host/store/sqlite/sqlite_store.h"
#include "tests/bench/raw_group_commit.h"
#include "tests/support/temporary_folder.h"

namespace smmhost::bench {
namespace {

constexpr Time kNow = from_unix_ms(1'768'478'400'000);
constexpr int kProducers = 64;
constexpr int kPostgresProducers = 32;

// One order with one line, of the size that real ones have after the sensitive fields are dropped.
Ingest order(std::int64_t number) {
  const std::string digits = std::to_string(number * 0x9E3779B97F4A7C15LL);
  Payment payment;
  payment.id = std::to_string(170'000'000 + number) + "_" + std::to_string(400'000'000 + number);
  payment.order_id = 170'000'000 + number;
  payment.status_alias = "paid";
  payment.customer_name = "Maria da Silva Teste";
  payment.email = "maria.silva@example.com";
  payment.phone_full_number = "11900000000";
  payment.item_sku = "SEGUIDORES-1000";
  payment.item_quantity = 1;
  payment.customization = "httpswww.instagram.commaria.silvaigshMWx0";
  payment.due_at = payment.created_at = payment.updated_at = kNow + Duration{number};
  Ingest ingest;
  ingest.delivery.received_at = payment.created_at;
  ingest.delivery.source = "webhook";
  ingest.delivery.digest = (digits + std::string(64, '7')).substr(0, 64);
  ingest.delivery.signature = "4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das=";
  ingest.delivery.event = "order.paid";
  ingest.delivery.order_id = ingest.order_id = payment.order_id;
  ingest.delivery.payload = std::string(600, 'p');
  ingest.status_alias = "paid";
  ingest.status_at = kNow;
  ingest.new_payments = {payment};
  return ingest;
}

template <class Target>
struct Shared {
  tests::TemporaryFolder folder;
  std::unique_ptr<Target> target;
  std::atomic<std::int64_t> next = 0;
};

SqliteOptions options_in(const tests::TemporaryFolder& folder) {
  SqliteOptions options;
  options.path = folder.file("store.db");
  return options;
}

void group_commit_store(benchmark::State& state) {
  static std::unique_ptr<Shared<SqliteStore>> shared;
  if (state.thread_index() == 0) {
    shared = std::make_unique<Shared<SqliteStore>>();
    shared->target = std::make_unique<SqliteStore>(options_in(shared->folder));
  }
  for (auto _ : state)
    if (shared->target->ingest(order(shared->next++)).created.empty()) state.SkipWithError("not stored");
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) shared.reset();
}
BENCHMARK(group_commit_store)->Threads(kProducers)->UseRealTime()->MinTime(3.0);

void group_commit_raw(benchmark::State& state) {
  static std::unique_ptr<Shared<RawGroupCommit>> shared;
  if (state.thread_index() == 0) {
    shared = std::make_unique<Shared<RawGroupCommit>>();
    shared->target = std::make_unique<RawGroupCommit>(shared->folder.file("raw.db"));
  }
  for (auto _ : state) shared->target->ingest(order(shared->next++));
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) shared.reset();
}
BENCHMARK(group_commit_raw)->Threads(kProducers)->UseRealTime()->MinTime(3.0);

// Into the empty database that SMMHOST_BENCH_POSTGRES names. Orders are counted on over the runs that Google Benchmark
// makes to find its number of iterations.
void group_commit_postgres(benchmark::State& state) {
  static std::unique_ptr<PostgresStore> store;
  static std::atomic<std::int64_t> next = 0;
  const char* url = std::getenv("SMMHOST_BENCH_POSTGRES");
  if (url == nullptr) {
    state.SkipWithError("SMMHOST_BENCH_POSTGRES names no database");
    return;
  }
  if (state.thread_index() == 0) {
    PostgresOptions options;
    options.url = url;
    store = std::make_unique<PostgresStore>(options);
  }
  for (auto _ : state)
    if (store->ingest(order(next++)).created.empty()) state.SkipWithError("not stored");
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) store.reset();
}
BENCHMARK(group_commit_postgres)->Threads(kPostgresProducers)->UseRealTime()->MinTime(3.0);

}  // namespace
}  // namespace smmhost::bench
