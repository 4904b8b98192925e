// Reading the database of the earlier program (Flask, SQLAlchemy): its tables product_services and payments.
#include "host/import/earlier_database.h"

#include "host/import/earlier_tables.h"
#include "host/store/postgres_module.h"

namespace smmhost {
namespace {

const std::vector<std::string> kProductColumns{"sku", "service_id", "api", "base_quantity", "type"};
const std::vector<std::string> kPaymentColumns{
    "id",       "order_id",      "status_alias",  "customer_name", "email",         "phone_full_number",
    "item_sku", "item_quantity", "customization", "finished",      "profile_status"};

// Only SQLAlchemy knows "postgresql+psycopg2://".
std::string without_driver(std::string url) {
  const std::size_t scheme_end = url.find(':');
  const std::size_t plus = url.find('+');
  if (scheme_end != std::string::npos && plus < scheme_end) url.erase(plus, scheme_end - plus);
  return url;
}

std::unique_ptr<EarlierTables> open(const std::string& url) {
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return postgres_module().open_earlier(url);
  if (url.starts_with("sqlite:")) return open_earlier_sqlite(url);
  throw CannotReadEarlier(
      "the earlier program's database is written postgresql://user:password@host/database or sqlite:///file");
}

// libpq quotes what it does not understand of a URL.
std::string without_password(std::string message, const std::string& url) {
  const std::size_t scheme_end = url.find("://");
  const std::size_t at = url.rfind('@');
  if (scheme_end == std::string::npos || at == std::string::npos) return message;
  const std::size_t colon = url.find(':', scheme_end + 3);
  if (colon == std::string::npos || colon > at) return message;
  const std::string password = url.substr(colon + 1, at - colon - 1);
  if (password.empty()) return message;
  for (std::size_t found = message.find(password); found != std::string::npos;
       found = message.find(password, found + 3))
    message.replace(found, password.size(), "***");
  return message;
}

std::vector<EarlierRow> read_table(EarlierTables& tables, const std::string& table,
                                   const std::vector<std::string>& columns) {
  const std::set<std::string> present = tables.columns_of(table);
  for (const std::string& column : columns) {
    if (present.contains(column)) continue;
    throw CannotReadEarlier(
        "this is not the earlier program's database: " +
        (present.empty() ? "there is no table " + table : "its table " + table + " has no column " + column));
  }
  return tables.rows_of(table, columns);
}

EarlierProduct product_of(const EarlierRow& row) {
  return {row[0], row[1], row[2], row[3], row[4]};
}

EarlierPayment payment_of(const EarlierRow& row) {
  return {row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10]};
}

EarlierDatabase read(EarlierTables& tables) {
  EarlierDatabase found;
  for (const EarlierRow& row : read_table(tables, "product_services", kProductColumns))
    found.shop.products.push_back(product_of(row));
  for (const EarlierRow& row : read_table(tables, "payments", kPaymentColumns))
    found.shop.payments.push_back(payment_of(row));
  found.other_sessions = tables.other_sessions();
  return found;
}

}  // namespace

EarlierDatabase read_earlier_database(const std::string& given) {
  const std::string url = without_driver(given);
  try {
    return read(*open(url));
  } catch (const CannotReadEarlier&) {
    throw;
  } catch (const std::exception& error) {
    throw CannotReadEarlier("the earlier program's database cannot be read: " + without_password(error.what(), url));
  }
}

}  // namespace smmhost
