// Rows to domain types and back. The order of columns and arrays is that of the lists in statements.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain/delivery.h"
#include "core/domain/event.h"
#include "core/domain/exchange.h"
#include "core/domain/job.h"
#include "core/domain/payment.h"
#include "core/domain/placement.h"
#include "core/domain/product.h"
#include "core/domain/provider_status.h"
#include "core/domain/shop_update.h"
#include "core/ports/store.h"
#include "host/store/postgres/connection.h"

namespace smmhost::postgres {

// The columns of one row, read from left to right.
class RowReader {
 public:
  explicit RowReader(const pqxx::row& row) : row_(row) {}

  std::int64_t integer();
  std::int32_t small_integer() { return static_cast<std::int32_t>(integer()); }
  bool boolean();
  std::string text();
  Time time() { return from_unix_ms(integer()); }
  std::optional<std::int64_t> maybe_integer();
  std::optional<Time> maybe_time();
  bool at_null() const { return row_[column_].is_null(); }

 private:
  pqxx::field next() { return row_[column_++]; }

  const pqxx::row row_;
  pqxx::row_size_type column_ = 0;
};

// Each reads the type's columns. A word that no enumeration has throws std::runtime_error.
Delivery read_delivery(RowReader& row);
Payment read_payment(RowReader& row);
Placement read_placement(RowReader& row);
ShopUpdate read_shop_update(RowReader& row);
ProviderStatus read_provider(RowReader& row);
Exchange read_exchange(RowReader& row);
Event read_event(RowReader& row);
Product read_product(RowReader& row);
ProviderService read_service(RowReader& row);
JobRun read_job(RowReader& row);

template <class T>
std::vector<T> read_all(const pqxx::result& result, T (*read)(RowReader&)) {
  std::vector<T> rows;
  rows.reserve(static_cast<std::size_t>(result.size()));
  for (const pqxx::row& each : result) {
    RowReader row(each);
    rows.push_back(read(row));
  }
  return rows;
}

template <class T>
std::optional<T> read_first(const pqxx::result& result, T (*read)(RowReader&)) {
  if (result.empty()) return std::nullopt;
  RowReader row(result[0]);
  return read(row);
}

// Payments, each repeated for every one of its placements; placements in the order of their numbers: "x.2" before
// "x.10".
std::vector<PaymentDetail> read_details(const pqxx::result& result);

// Each adds a whole row for the request with this number.
void add_payment(Rows& rows, std::int32_t request, const Payment& payment);
void add_placement(Rows& rows, std::int32_t request, const Placement& placement);
void add_shop_update(Rows& rows, std::int32_t request, const ShopUpdate& update);
void add_provider(Rows& rows, std::int32_t request, const ProviderStatus& provider);
void add_exchange(Rows& rows, std::int32_t request, const Exchange& exchange);
void add_event(Rows& rows, std::int32_t request, const Event& event);
void add_mark(Rows& rows, std::int32_t request, const Mark& mark);
void add_service(Rows& rows, const std::string& provider, const ProviderService& service);

// A product's further routes as they are stored: [["provider","service"],...], each text in its stored form.
std::string routes_text(const Product& product);

}  // namespace smmhost::postgres
