// The store on a PostgreSQL database: everything that only reads.
#include <algorithm>
#include <limits>

#include "host/store/order_number.h"
#include "host/store/postgres/failure.h"
#include "host/store/postgres/postgres_store.h"
#include "host/store/postgres/rows.h"
#include "host/store/postgres/statements.h"

namespace smmhost {
namespace {

using postgres::parameters;
using postgres::Parameters;
using postgres::read_all;
using postgres::read_details;
using postgres::read_first;

// Above this many rows, counting puts the appended counts of ended payments together.
constexpr std::int64_t kCountsToFold = 1000;

}  // namespace

pqxx::result PostgresStore::read(const postgres::Statement& statement, const Parameters& values) {
  for (int attempt = 1;; ++attempt) {
    postgres::Connections::Lease db = attempt == 1 ? for_reads_.take_untested() : for_reads_.take();
    try {
      return (*db).run(statement, values);
    } catch (const std::exception& error) {
      const bool broken = postgres::failure_of(error, *db) == postgres::Failure::kInDoubt;
      if (broken) db.discard();
      if (broken && attempt == 1) continue;
      throw StoreUnavailable("the database cannot be read: " + postgres::words_of(error));
    }
  }
}

postgres::DueTimes PostgresStore::oldest_due() {
  postgres::DueTimes oldest;
  for (const pqxx::row& each : read(postgres::kOldestDue, {})) {
    postgres::RowReader row(each);
    const std::string kind = row.text();
    const std::string provider = row.text();
    const std::optional<Time> due = row.maybe_time();
    if (kind == "payment") oldest.payment = due;
    if (kind == "shop_update") oldest.shop_update = due;
    if (kind != "placement" || !due) continue;
    oldest.placement = std::min(*due, oldest.placement.value_or(*due));
    oldest.providers.insert(provider);
  }
  return oldest;
}

std::optional<Time> PostgresStore::next_due() {
  if (const auto floors = due_floors_.floors()) {
    const std::vector<std::string> providers(floors->providers.begin(), floors->providers.end());
    Parameters values = parameters(*floors->payment, *floors->shop_update, *floors->placement);
    values.push_back(postgres::array_of(providers));
    const pqxx::result result = read(postgres::kNextDue, values);
    return postgres::RowReader(result[0]).maybe_time();
  }
  const postgres::DueTimes oldest = oldest_due();
  std::optional<Time> next;
  for (const std::optional<Time>& due : {oldest.payment, oldest.shop_update, oldest.placement})
    if (due) next = std::min(*due, next.value_or(*due));
  return next;
}

std::vector<PaymentDetail> PostgresStore::payments(std::span<const std::string> ids) {
  return read_details(read(postgres::kPaymentsById, {postgres::array_of(ids)}));
}

std::optional<Placement> PostgresStore::placement(const std::string& id) {
  return read_first(read(postgres::kPlacementById, parameters(id)), postgres::read_placement);
}

std::vector<PaymentDetail> PostgresStore::payments_of_orders(std::span<const std::int64_t> order_ids) {
  return read_details(read(postgres::kPaymentsOfOrders, {postgres::array_of(order_ids)}));
}

std::vector<PaymentDetail> PostgresStore::list_payments(const PaymentFilter& filter) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!filter.after.empty()) {
    const pqxx::result last = read(postgres::kCreatedAt, parameters(filter.after));
    if (last.empty()) return {};
    before = last[0][0].as<std::int64_t>();
  }
  const std::string_view state = filter.state ? to_string(*filter.state) : std::string_view();
  const bool open = filter.state && *filter.state != PaymentState::kDelivered;
  Parameters values = parameters(before, filter.after, filter.with_archived, std::clamp(filter.limit, 1, 1000), state);
  const auto list = [&](const postgres::Statement& statement, const Parameters& more) {
    values.insert(values.end(), more.begin(), more.end());
    return read_details(read(statement, values));
  };
  if (filter.order_id) return list(postgres::kListPaymentsOfOrder, parameters(filter.text, *filter.order_id));
  if (filter.text.empty()) return list(open ? postgres::kListOpenPaymentsByState : postgres::kListPayments, {});
  return list(open ? postgres::kSearchOpenPaymentsByState : postgres::kSearchPayments,
              parameters(filter.text, filter.searched, as_order_number(filter.text)));
}

std::map<PaymentState, std::int64_t> PostgresStore::count_payments() {
  std::map<PaymentState, std::int64_t> counts;
  std::int64_t appended = 0;
  for (const pqxx::row& each : read(postgres::kCountPayments, {})) {
    postgres::RowReader row(each);
    const auto state = parse_payment_state(row.text());
    const std::int64_t count = row.integer();
    if (state && count != 0) counts[*state] = count;
    appended += row.integer();
  }
  if (appended > kCountsToFold) fold_counts();
  return counts;
}

// The counts are right without it.
void PostgresStore::fold_counts() {
  try {
    work({{&postgres::kFoldCounts, {}}});
  } catch (const StoreUnavailable&) {
    // The next count does it.
  }
}

std::vector<std::int64_t> PostgresStore::orders_with_completed(std::int64_t after, int limit) {
  std::vector<std::int64_t> orders;
  for (const pqxx::row& row : read(postgres::kOrdersWithCompleted, parameters(after, limit)))
    orders.push_back(row[0].as<std::int64_t>());
  return orders;
}

std::vector<Placement> PostgresStore::list_review() {
  return read_all(read(postgres::kReview, {}), postgres::read_placement);
}

bool PostgresStore::link_occupied(const std::string& provider, const std::string& service_id, const std::string& link) {
  return !read(postgres::kLinkOccupied, parameters(provider, service_id, link)).empty();
}

std::vector<Event> PostgresStore::timeline(const std::string& payment_id) {
  return read_all(read(postgres::kTimeline, parameters(payment_id)), postgres::read_event);
}

std::vector<Exchange> PostgresStore::exchanges_of(const std::string& placement_id) {
  return read_all(read(postgres::kExchangesOfPlacement, parameters(placement_id)), postgres::read_exchange);
}

std::optional<Exchange> PostgresStore::exchange(const std::string& id) {
  return read_first(read(postgres::kExchangeById, parameters(id)), postgres::read_exchange);
}

std::optional<Placement> PostgresStore::placement_by_provider_order(const std::string& provider,
                                                                    const std::string& order_id) {
  return read_first(read(postgres::kPlacementByProviderOrder, parameters(provider, order_id)),
                    postgres::read_placement);
}

std::optional<ShopUpdate> PostgresStore::shop_update(const std::string& id) {
  return read_first(read(postgres::kShopUpdateById, parameters(id)), postgres::read_shop_update);
}

std::vector<ShopUpdate> PostgresStore::shop_updates_of_orders(std::span<const std::int64_t> order_ids) {
  return read_all(read(postgres::kShopUpdatesOfOrders, {postgres::array_of(order_ids)}), postgres::read_shop_update);
}

std::vector<ShopUpdate> PostgresStore::refused_shop_updates(int limit) {
  return read_all(read(postgres::kRefusedShopUpdates, parameters(limit)), postgres::read_shop_update);
}

bool PostgresStore::was_deleted(const std::string& payment_id) {
  return !read(postgres::kWasDeleted, parameters(payment_id)).empty();
}

std::optional<std::string> PostgresStore::mark(const std::string& name) {
  const pqxx::result result = read(postgres::kMark, parameters(name));
  if (result.empty()) return std::nullopt;
  postgres::RowReader row(result[0]);
  return row.text();
}

std::optional<Delivery> PostgresStore::delivery(std::int64_t id) {
  return read_first(read(postgres::kDeliveryById, parameters(id)), postgres::read_delivery);
}

std::vector<Delivery> PostgresStore::list_deliveries(std::int64_t before_id, int limit) {
  const std::int64_t before = before_id == 0 ? std::numeric_limits<std::int64_t>::max() : before_id;
  return read_all(read(postgres::kDeliveriesBefore, parameters(before, limit)), postgres::read_delivery);
}

std::optional<Product> PostgresStore::product(const std::string& sku) {
  return read_first(read(postgres::kProductBySku, parameters(sku)), postgres::read_product);
}

std::vector<Product> PostgresStore::list_products() {
  return read_all(read(postgres::kProducts, {}), postgres::read_product);
}

std::optional<ProviderStatus> PostgresStore::provider(const std::string& name) {
  return read_first(read(postgres::kProviderByName, parameters(name)), postgres::read_provider);
}

std::vector<ProviderStatus> PostgresStore::list_providers() {
  return read_all(read(postgres::kProviders, {}), postgres::read_provider);
}

std::optional<ProviderService> PostgresStore::service(const std::string& provider, const std::string& service_id) {
  return read_first(read(postgres::kServiceById, parameters(provider, service_id)), postgres::read_service);
}

bool PostgresStore::knows_services(const std::string& provider) {
  return !read(postgres::kKnowsServices, parameters(provider)).empty();
}

std::vector<JobRun> PostgresStore::list_jobs() {
  return read_all(read(postgres::kJobs, {}), postgres::read_job);
}

}  // namespace smmhost
