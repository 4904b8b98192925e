// What one webhook or polled order does to the database.
#include "host/store/sqlite/ingest.h"

#include "host/store/sqlite/rows.h"
#include "host/store/sqlite/statements.h"

namespace smmhost::sqlite {
namespace {

struct StoredDelivery {
  std::int64_t id = 0;
  bool duplicate = false;
};

struct OrderWord {
  std::string status_alias;  // the newest one known
  bool cancelled = false;
};

StoredDelivery store_delivery(Connection& db, const Delivery& d) {
  const auto digest = d.digest.empty() ? std::nullopt : std::optional<std::string_view>(d.digest);
  Query insert = db.query(kInsertDelivery);
  insert.bind(d.received_at, d.source, digest, d.signature, d.event, d.order_id, to_string(d.outcome), d.note,
              d.payload, d.body_bytes);
  insert.next_row();
  const std::int64_t id = insert.integer();
  const bool duplicate = insert.integer() > 1;
  insert.run();
  return {id, duplicate};
}

OrderWord store_order(Connection& db, const Ingest& request) {
  Query upsert = db.query(kUpsertOrder);
  upsert.bind(request.order_id, request.status_alias, request.status_at, request.cancel);
  upsert.next_row();
  OrderWord word{upsert.text(), false};
  word.cancelled = upsert.boolean();
  upsert.run();
  return word;
}

void append_event(Connection& db, const std::string& payment_id, Time at, const char* kind, std::string_view to,
                  const std::string& why) {
  db.query(kInsertEvent).bind(payment_id, "", at, kind, "", to, why, "shop", "").run();
}

std::string origin(const Ingest& request, std::int64_t delivery_id) {
  return " (" + request.delivery.source + ", delivery " + std::to_string(delivery_id) + ")";
}

// Returns whether a payment that exists was changed.
bool tell_existing_payments(Connection& db, const Ingest& request, const OrderWord& word, std::int64_t delivery_id) {
  bool changed = false;
  const Time now = request.delivery.received_at;
  if (request.status_alias == word.status_alias && !word.status_alias.empty()) {
    Query update = db.query(kSetStatusOfOrder);
    update.bind(request.order_id, word.status_alias, now).run();
    changed = update.changed() > 0;
  }
  const bool older_than_paid = request.status_alias != word.status_alias && word.status_alias == "paid";
  if (!request.cancel || (!request.status_alias.empty() && older_than_paid)) return changed;

  std::vector<std::string> cancelled;
  Query cancel = db.query(kCancelOrder);
  cancel.bind(request.order_id, now, request.status_at);
  while (cancel.next_row()) cancelled.push_back(cancel.text());
  for (const std::string& id : cancelled)
    append_event(db, id, now, "shop", "", "the shop's order is " + request.status_alias + origin(request, delivery_id));
  return changed || !cancelled.empty();
}

bool was_deleted(Connection& db, const std::string& payment_id) {
  Query query = db.query(kWasDeleted);
  query.bind(payment_id);
  return query.next_row();
}

bool insert_payment(Connection& db, const Payment& payment) {
  Query insert = db.query(kInsertPayment);
  bind_payment(insert, payment);
  insert.run();
  return insert.changed() > 0;
}

bool add_payment(Connection& db, const Ingest& request, const OrderWord& word, const Payment& given) {
  const bool by_a_person = request.delivery.source == "replay";
  if (!by_a_person && was_deleted(db, given.id)) return false;

  const bool newer_word = !request.status_alias.empty() && request.status_alias != word.status_alias;
  if (!newer_word && !word.cancelled) return insert_payment(db, given);
  Payment payment = given;
  if (newer_word) payment.status_alias = word.status_alias;
  payment.cancel_requested = payment.cancel_requested || word.cancelled;
  return insert_payment(db, payment);
}

}  // namespace

IngestResult ingest(Connection& db, const Ingest& request) {
  IngestResult result;
  const StoredDelivery delivery = store_delivery(db, request.delivery);
  result.duplicate_delivery = delivery.duplicate;
  if (delivery.duplicate) return result;
  if (request.order_id == 0 && request.new_payments.empty()) return result;

  const OrderWord word = store_order(db, request);
  const bool changed = tell_existing_payments(db, request, word, delivery.id);
  for (const Payment& payment : request.new_payments) {
    if (!add_payment(db, request, word, payment)) continue;
    result.created.push_back(payment.id);
    append_event(db, payment.id, request.delivery.received_at, "state", to_string(payment.state),
                 "a paid line arrived" + origin(request, delivery.id));
    if (word.cancelled)
      append_event(db, payment.id, request.delivery.received_at, "shop", "",
                   "the shop has cancelled the order" + origin(request, delivery.id));
  }
  // Whether everything was known already cannot be known before.
  result.no_change = request.delivery.outcome == DeliveryOutcome::kAccepted && !changed && result.created.empty();
  if (result.no_change) db.query(kSetDeliveryOutcome).bind(delivery.id, to_string(DeliveryOutcome::kNoChange)).run();
  return result;
}

}  // namespace smmhost::sqlite
