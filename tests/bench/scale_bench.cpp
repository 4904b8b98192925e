// What the daily work costs by how many payments have ended long ago: smmhost_scale_bench URL COUNT...
//
//   smmhost_scale_bench sqlite:/tmp/scale.db 10000 10000000
//   smmhost_scale_bench postgresql://user@host/postgres 10000 10000000
//   smmhost_scale_bench postgresql 10000 10000000         a throw-away cluster of its own, Debian's `postgresql`
//
// Each count has a database of its own: the address with _COUNT behind it, which is made and filled (beside the
// database that the address names, in PostgreSQL). All are measured in turn, an operation here, the same there, because
// a machine changes its pace; the last column compares with the first count. A database that is there is kept, so that
// a second run need not fill it again.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/ports/store.h"
#include "host/store/open_store.h"
#include "tests/bench/finished_payments.h"
#include "tests/support/postgres_cluster.h"

namespace smmhost::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr int kRounds = 400;
constexpr int kWarmUp = 50;

struct Operation {
  const char* name;
  std::function<void()> run;
  std::vector<double> micros = {};
};

double quantile(std::vector<double> values, double q) {
  const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

// One open payment at a time goes through the store; it is finished in the end, so that open ones do not pile up.
class DailyWork {
 public:
  explicit DailyWork(const std::string& url) : store_(open_store(url)) {
    for (const Delivery& newest : store_->list_deliveries(0, 1)) next_order_ = newest.order_id + 1;
  }

  // One after the other, each with what the one before left.
  std::vector<Operation> operations() {
    return {{"store an order", [this] { ingest(); }},
            {"claim", [this] { claim(); }},
            {"when is work due", [this] { store_->next_due(); }},
            {"newest 50", [this] { store_->list_payments({.limit = 50}); }},
            {"50 received", [this] { store_->list_payments(received()); }},
            {"counts", [this] { store_->count_payments(); }},
            {"review", [this] { store_->list_review(); }},
            {"orders to tell of", [this] { store_->orders_with_completed(0, 100); }},
            {"finish", [this] { finish(); }}};
  }

 private:
  static PaymentFilter received() { return {.state = PaymentState::kReceived, .limit = 50}; }
  static Time now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

  void ingest() {
    const std::int64_t id = next_order_++;
    Ingest order;
    order.order_id = id;
    order.delivery.order_id = id;
    order.delivery.received_at = now();
    order.delivery.source = "webhook";
    order.delivery.event = "order.paid";
    order.delivery.digest = "bench" + std::to_string(id);
    order.delivery.payload = std::string(600, 'x');
    Payment payment;
    payment.id = std::to_string(id) + "_1";
    payment.order_id = id;
    payment.item_sku = "SEG-1000";
    payment.customization = "@cliente";
    payment.created_at = payment.updated_at = now();
    payment.due_at = now();
    order.new_payments = {payment};
    if (store_->ingest(order).outcome != CommitOutcome::kCommitted) throw std::runtime_error("not stored");
  }
  void claim() {
    const auto claimed = store_->claim_due("bench", now() + std::chrono::seconds{1}, std::chrono::minutes{3}, 1);
    if (claimed.size() != 1) throw std::runtime_error("nothing was claimed");
    claimed_ = claimed[0];
  }
  void finish() {
    claimed_.state = PaymentState::kDelivered;
    claimed_.finished = true;
    claimed_.due_at.reset();
    claimed_.lease_owner.clear();
    if (store_->commit({.payments = {claimed_}}) != CommitOutcome::kCommitted) throw std::runtime_error("not finished");
  }

  std::unique_ptr<Store> store_;
  std::int64_t next_order_ = kFirstFinishedOrder + kMostFinishedOrders;
  Payment claimed_;
};

// A database, and what was measured on it.
struct Measured {
  Measured(std::int64_t finished, const std::string& url) : count(finished), work(url) {}
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;

  std::int64_t count;
  DailyWork work;
  std::vector<Operation> operations = work.operations();  // of this `work`
};

double micros_of(const Operation& operation) {
  const auto start = Clock::now();
  operation.run();
  return Microseconds(Clock::now() - start).count();
}

// Each operation on every database before the next one; who is first changes from round to round.
void measure(const std::vector<std::unique_ptr<Measured>>& databases) {
  for (int round = 0; round < kWarmUp + kRounds; ++round) {
    for (std::size_t i = 0; i < databases.front()->operations.size(); ++i) {
      for (std::size_t turn = 0; turn < databases.size(); ++turn) {
        Operation& operation = databases[(static_cast<std::size_t>(round) + turn) % databases.size()]->operations[i];
        const double micros = micros_of(operation);
        if (round >= kWarmUp) operation.micros.push_back(micros);
      }
    }
  }
}

void print(const Measured& measured, const Measured& base) {
  std::printf("\n%-18s %10s %10s   against the first   (%lld finished payments)\n", "", "p50 us", "p99 us",
              static_cast<long long>(measured.count));
  for (std::size_t i = 0; i < measured.operations.size(); ++i) {
    const std::vector<double>& micros = measured.operations[i].micros;
    const double median = quantile(micros, 0.5);
    std::printf("%-18s %10.0f %10.0f %13.2f\n", measured.operations[i].name, median, quantile(micros, 0.99),
                median / quantile(base.operations[i].micros, 0.5));
  }
  std::fflush(stdout);
}

int run(std::string url, const std::vector<std::int64_t>& counts) {
  std::unique_ptr<tests::PostgresCluster> cluster;
  if (url == "postgresql") {
    cluster = std::make_unique<tests::PostgresCluster>(tests::PostgresCluster::Durability::kFull);
    url = cluster->create_database("scale");
  }
  std::vector<std::unique_ptr<Measured>> databases;
  for (const std::int64_t count : counts) {
    const auto start = Clock::now();
    const std::string filled = database_with_finished_payments(url, count);
    std::printf("%lld filled in %.0f s\n", static_cast<long long>(count),
                std::chrono::duration<double>(Clock::now() - start).count());
    std::fflush(stdout);
    databases.push_back(std::make_unique<Measured>(count, filled));
  }
  ::sync();  // what filling left to write would be waited for by whatever flushes first
  measure(databases);
  for (const auto& database : databases) print(*database, *databases.front());
  return 0;
}

}  // namespace
}  // namespace smmhost::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: smmhost_scale_bench sqlite:PATH|postgresql://...|postgresql COUNT...\n");
    return 2;
  }
  try {
    std::vector<std::int64_t> counts;
    for (int i = 2; i < argc; ++i) counts.push_back(std::stoll(argv[i]));
    return smmhost::bench::run(argv[1], counts);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "smmhost_scale_bench: %s\n", error.what());
    return 1;
  }
}
