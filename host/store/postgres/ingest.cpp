// What webhooks and polled orders do to the database, for a batch of deliveries of different orders.
#include "host/store/postgres/ingest.h"

#include <span>

#include "core/fulfilment/mutants.h"
#include "host/store/postgres/failure.h"
#include "host/store/postgres/rows.h"
#include "host/store/postgres/statements.h"

namespace smmhost::postgres {
namespace {

using Batch = std::span<IngestRequest* const>;

constexpr int kAttempts = 4;

bool has_order(const Ingest& ingest) {
  return ingest.order_id != 0 || !ingest.new_payments.empty();
}

void add_delivery(Rows& rows, std::int32_t number, const Ingest& ingest) {
  const Delivery& d = ingest.delivery;
  const auto digest = d.digest.empty() ? std::nullopt : std::optional<std::string_view>(d.digest);
  const auto order = has_order(ingest) ? std::optional(ingest.order_id) : std::nullopt;
  rows.add(number, d.received_at, d.source, digest, d.signature, d.event, d.order_id, to_string(d.outcome), d.note,
           d.payload, d.body_bytes, order, ingest.status_alias, ingest.status_at, ingest.cancel);
}

// A line that is there twice is one payment.
void add_payments(Rows& rows, std::int32_t number, const Ingest& ingest) {
  std::set<std::string_view> added;
  for (const Payment& payment : ingest.new_payments)
    if (added.insert(payment.id).second) add_payment(rows, number, payment);
}

std::vector<Call> script_of(Batch batch) {
  Rows deliveries;
  Rows payments;
  std::string orders = "{";
  bool ended = false;
  std::int32_t number = 0;
  for (const IngestRequest* request : batch) {
    const Ingest& ingest = request->ingest;
    ++number;
    add_delivery(deliveries, number, ingest);
    add_payments(payments, number, ingest);
    for (const Payment& payment : ingest.new_payments) ended = ended || is_end(payment.state);
    if (!has_order(ingest)) continue;
    if (orders.size() > 1) orders += ',';
    orders += std::to_string(ingest.order_id);
  }
  Call write{&ingest_statement(ended), {}};
  deliveries.move_to(write.parameters, kDeliveryArrays);
  payments.move_to(write.parameters, kPaymentArrays);
  return {Call{&kLockOrders, {orders + "}"}}, std::move(write)};
}

void read_results(const pqxx::result& rows, Batch batch) {
  for (IngestRequest* request : batch) request->result = {CommitOutcome::kCommitted, false, false, {}};
  for (const pqxx::row& each : rows) {
    RowReader row(each);
    IngestResult& result = batch[static_cast<std::size_t>(row.integer() - 1)]->result;
    result.duplicate_delivery = row.boolean();
    result.no_change = row.boolean();
    if (!row.at_null()) result.created.push_back(row.text());
  }
}

void set_outcomes(Batch batch, CommitOutcome outcome) {
  for (IngestRequest* request : batch) request->result = {outcome, false, false, {}};
}

std::optional<Failure> try_to_write(Connections& connections, Batch batch) {
  Connections::Lease db = connections.take();
  try {
    read_results((*db).run_script(script_of(batch)), batch);
    connections.note_success();
    return std::nullopt;
  } catch (const std::exception& error) {
    return take_failure(error, connections, db);
  }
}

// False where the server refused it.
bool write(Connections& connections, Batch batch) {
  for (int attempt = 1;; ++attempt) {
    const std::optional<Failure> failure = try_to_write(connections, batch);
    if (!failure) return true;
    // Another host inserted the same payment at the same moment by other ways than an order's: it exists now.
    const bool again = failure == Failure::kRetry || failure == Failure::kExists;
    if (again && attempt < kAttempts) continue;
    if (mutant("ack_before_commit")) {  // the shop had its answer already
      set_outcomes(batch, CommitOutcome::kCommitted);
      return true;
    }
    set_outcomes(batch, failure == Failure::kInDoubt ? CommitOutcome::kInDoubt : CommitOutcome::kUnavailable);
    return failure == Failure::kInDoubt;
  }
}

}  // namespace

std::set<std::string> IngestRequest::keys() const {
  std::set<std::string> keys;
  if (!ingest.delivery.digest.empty()) keys.insert("d" + ingest.delivery.digest);
  if (has_order(ingest)) keys.insert("o" + std::to_string(ingest.order_id));
  for (const Payment& payment : ingest.new_payments) keys.insert("p" + payment.id);
  return keys;
}

void ingest_batch(Connections& connections, const std::vector<IngestRequest*>& batch) {
  set_outcomes(batch, CommitOutcome::kUnavailable);
  const Batch all(batch);
  try {
    if (write(connections, all) || batch.size() == 1) return;
    // One delivery that the server refuses must not keep the others out.
    for (std::size_t i = 0; i < batch.size(); ++i) write(connections, all.subspan(i, 1));
  } catch (const StoreUnavailable&) {
    // Whatever was not tried stays unavailable.
  }
}

}  // namespace smmhost::postgres
