// The store on one SQLite file: everything that only reads.
#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

#include "host/store/sqlite/list_payments.h"
#include "host/store/sqlite/rows.h"
#include "host/store/sqlite/sqlite_store.h"
#include "host/store/sqlite/statements.h"

namespace smmhost {
namespace {

using sqlite::Connection;
using sqlite::Query;

template <class Row>
std::vector<Row> all(Query& query, Row (*read)(Query&)) {
  std::vector<Row> rows;
  while (query.next_row()) rows.push_back(read(query));
  return rows;
}

template <class Row>
std::optional<Row> first(Query& query, Row (*read)(Query&)) {
  if (!query.next_row()) return std::nullopt;
  return read(query);
}

template <class Id>
std::set<Id> each_once(std::span<const Id> ids) {
  return {ids.begin(), ids.end()};
}

template <class Row>
void append(std::vector<Row>& rows, std::vector<Row> more) {
  rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

template <class Read>
auto SqliteStore::read(Read operation) {
  try {
    return readers_->run(operation);
  } catch (const std::exception& error) {
    throw StoreUnavailable(std::string("the database cannot be read: ") + error.what());
  }
}

std::optional<Time> SqliteStore::next_due() {
  return read([](Connection& db) {
    std::optional<Time> earliest;
    for (const std::string* sql : {&sqlite::kEarliestDue, &sqlite::kEarliestFollowed, &sqlite::kEarliestShopUpdate}) {
      Query query = db.query(*sql);
      if (!query.next_row()) continue;
      const std::optional<Time> due = query.maybe_time();
      if (due && (!earliest || *due < *earliest)) earliest = due;
    }
    return earliest;
  });
}

std::vector<PaymentDetail> SqliteStore::payments(std::span<const std::string> ids) {
  return read([&](Connection& db) {
    std::vector<PaymentDetail> details;
    for (const std::string& id : each_once(ids)) {
      Query query = db.query(sqlite::kPaymentById);
      if (auto payment = first(query.bind(id), sqlite::read_payment))
        details.push_back({std::move(*payment), sqlite::placements_of(db, id)});
    }
    return details;
  });
}

std::optional<Placement> SqliteStore::placement(const std::string& id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kPlacementById);
    return first(query.bind(id), sqlite::read_placement);
  });
}

std::vector<PaymentDetail> SqliteStore::payments_of_orders(std::span<const std::int64_t> order_ids) {
  return read([&](Connection& db) {
    std::vector<Payment> lines;
    for (const std::int64_t order_id : each_once(order_ids)) {
      Query query = db.query(sqlite::kPaymentsOfOrder);
      append(lines, all(query.bind(order_id), sqlite::read_payment));
    }
    return sqlite::with_placements(db, std::move(lines));
  });
}

std::vector<PaymentDetail> SqliteStore::list_payments(const PaymentFilter& filter) {
  return read([&](Connection& db) { return sqlite::list_payments(db, filter); });
}

std::map<PaymentState, std::int64_t> SqliteStore::count_payments() {
  return read([](Connection& db) {
    std::map<PaymentState, std::int64_t> counts;
    Query query = db.query(sqlite::kCountPayments);
    while (query.next_row()) {
      const auto state = parse_payment_state(query.text_view());
      if (state) counts[*state] = query.integer();
    }
    return counts;
  });
}

std::vector<std::int64_t> SqliteStore::orders_with_completed(std::int64_t after, int limit) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kOrdersWithCompleted);
    query.bind(after, limit);
    std::vector<std::int64_t> orders;
    while (query.next_row()) orders.push_back(query.integer());
    return orders;
  });
}

std::vector<Placement> SqliteStore::list_review() {
  return read([](Connection& db) {
    Query query = db.query(sqlite::kReview);
    std::vector<Placement> waiting = all(query, sqlite::read_placement);
    std::sort(waiting.begin(), waiting.end(), [](const Placement& a, const Placement& b) {
      return std::pair(a.created_at, std::string_view(a.id)) < std::pair(b.created_at, std::string_view(b.id));
    });
    return waiting;
  });
}

bool SqliteStore::was_deleted(const std::string& payment_id) {
  return read([&](Connection& db) {
    if (Query present = db.query(sqlite::kPaymentById); present.bind(payment_id).next_row()) return false;
    Query deleted = db.query(sqlite::kWasDeleted);
    return deleted.bind(payment_id).next_row();
  });
}

std::optional<std::string> SqliteStore::mark(const std::string& name) {
  return read([&](Connection& db) -> std::optional<std::string> {
    Query query = db.query(sqlite::kMark);
    if (!query.bind(name).next_row()) return std::nullopt;
    return query.text();
  });
}

bool SqliteStore::link_occupied(const std::string& provider, const std::string& service_id, const std::string& link) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kLinkOccupied);
    return query.bind(provider, service_id, link).next_row();
  });
}

std::vector<ServiceLink> SqliteStore::waited_for(std::span<const ServiceLink> links) {
  return read([&](Connection& db) {
    std::vector<ServiceLink> found;
    for (const ServiceLink& link : links) {
      Query query = db.query(sqlite::kLinkWaitedFor);
      if (query.bind(link.provider, link.service_id, link.link).next_row()) found.push_back(link);
    }
    return found;
  });
}

std::vector<Event> SqliteStore::timeline(const std::string& payment_id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kTimeline);
    return all(query.bind(payment_id), sqlite::read_event);
  });
}

std::vector<Exchange> SqliteStore::exchanges_of(const std::string& placement_id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kExchangesOfPlacement);
    return all(query.bind(placement_id), sqlite::read_exchange);
  });
}

std::optional<Exchange> SqliteStore::exchange(const std::string& id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kExchangeById);
    return first(query.bind(id), sqlite::read_exchange);
  });
}

std::optional<Placement> SqliteStore::placement_by_provider_order(const std::string& provider,
                                                                  const std::string& order_id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kPlacementByProviderOrder);
    return first(query.bind(provider, order_id), sqlite::read_placement);
  });
}

std::optional<ShopUpdate> SqliteStore::shop_update(const std::string& id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kShopUpdateById);
    return first(query.bind(id), sqlite::read_shop_update);
  });
}

std::vector<ShopUpdate> SqliteStore::shop_updates_of_orders(std::span<const std::int64_t> order_ids) {
  return read([&](Connection& db) {
    std::vector<ShopUpdate> updates;
    for (const std::int64_t order_id : each_once(order_ids)) {
      Query query = db.query(sqlite::kShopUpdatesOfOrder);
      append(updates, all(query.bind(order_id), sqlite::read_shop_update));
    }
    return updates;
  });
}

std::vector<ShopUpdate> SqliteStore::refused_shop_updates(int limit) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kRefusedShopUpdates);
    return all(query.bind(limit), sqlite::read_shop_update);
  });
}

std::optional<Delivery> SqliteStore::delivery(std::int64_t id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kDeliveryById);
    return first(query.bind(id), sqlite::read_delivery);
  });
}

std::vector<Delivery> SqliteStore::list_deliveries(std::int64_t before_id, int limit) {
  return read([&](Connection& db) {
    const std::int64_t before = before_id == 0 ? std::numeric_limits<std::int64_t>::max() : before_id;
    Query query = db.query(sqlite::kDeliveriesBefore);
    return all(query.bind(before, limit), sqlite::read_delivery);
  });
}

std::optional<Product> SqliteStore::product(const std::string& sku) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kProductBySku);
    return first(query.bind(sku), sqlite::read_product);
  });
}

std::vector<Product> SqliteStore::list_products() {
  return read([](Connection& db) {
    Query query = db.query(sqlite::kProducts);
    return all(query, sqlite::read_product);
  });
}

std::optional<ProviderStatus> SqliteStore::provider(const std::string& name) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kProviderByName);
    return first(query.bind(name), sqlite::read_provider);
  });
}

std::vector<ProviderStatus> SqliteStore::list_providers() {
  return read([](Connection& db) {
    Query query = db.query(sqlite::kProviders);
    return all(query, sqlite::read_provider);
  });
}

std::optional<ProviderService> SqliteStore::service(const std::string& provider, const std::string& service_id) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kServiceById);
    return first(query.bind(provider, service_id), sqlite::read_service);
  });
}

bool SqliteStore::knows_services(const std::string& provider) {
  return read([&](Connection& db) {
    Query query = db.query(sqlite::kKnowsServices);
    return query.bind(provider).next_row();
  });
}

std::vector<JobRun> SqliteStore::list_jobs() {
  return read([](Connection& db) {
    Query query = db.query(sqlite::kJobs);
    return all(query, sqlite::read_job);
  });
}

}  // namespace smmhost
