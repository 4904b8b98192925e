// A shop of some age: a database with millions of finished payments.
#include "tests/bench/finished_payments.h"

#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <stdexcept>
#include <vector>

#include "host/store/open_store.h"

namespace smmhost::bench {
namespace {

constexpr std::int64_t kAtOnce = 250'000;

// Both databases understand these; `g` is the order's number. {schema} and {numbers} differ.
const std::vector<std::string> kInserts{
    "INSERT INTO {schema}orders(order_id, status_alias, status_at, cancelled) SELECT g, 'delivered', g, false FROM "
    "{numbers}",
    "INSERT INTO {schema}payments(id, order_id, status_alias, customer_name, email, phone_full_number, item_sku, "
    "item_quantity, customization, customization_borrowed, finished, profile_status, state, reason, reason_detail, "
    "username, profile_waiting_since, profile_checks, cancel_requested, archived, due_at, lease_owner, fence, version, "
    "created_at, updated_at) SELECT g || '_230000001', g, 'delivered', 'Cliente ' || g, 'cliente' || g || "
    "'@example.com', '+5511900000000', 'SEG-1000', 1, '@cliente' || g, false, true, 'public', 'delivered', '', '', "
    "'cliente' || g, NULL, 1, false, false, NULL, '', 4, 9, g, g FROM {numbers}",
    "INSERT INTO {schema}placements(id, payment_id, provider, service_id, link, quantity, state, reason, "
    "reason_detail, provider_order_id, charge_micros, charge_currency, start_count, remains, attempt, failures, route, "
    "given_up, request_key, sent_at, answered_at, due_at, version, created_at, updated_at) SELECT g || "
    "'_230000001.1', g || '_230000001', 'machinesmm', '4420', 'https://www.instagram.com/cliente' || g || '/', 1000, "
    "'completed', '', '', '' || g, 1500000, 'USD', 100, 0, 1, 0, 0, false, '' || g, g, g, NULL, 5, g, g FROM "
    "{numbers}",
    "INSERT INTO {schema}shop_updates(id, order_id, status_alias, state, attempts, last_error, due_at, version, "
    "created_at, told_at) SELECT g || '/delivered', g, 'delivered', 'told', 1, '', NULL, 2, g, g FROM {numbers}"};

// What happens to an order's rows after they were stored; `{lately}` are the orders' numbers.
const std::vector<std::string> kLife{
    "UPDATE {schema}payments SET state = 'received', due_at = 1 WHERE {lately}",
    "UPDATE {schema}payments SET due_at = 2, lease_owner = 'bench' WHERE {lately}",
    "UPDATE {schema}payments SET state = 'placing' WHERE {lately}",
    "UPDATE {schema}placements SET state = 'accepted', due_at = 1 WHERE payment_id IN (SELECT id FROM {schema}payments "
    "WHERE {lately})",
    "UPDATE {schema}payments SET state = 'placed', due_at = NULL, lease_owner = '' WHERE {lately}",
    "UPDATE {schema}placements SET due_at = 2 WHERE payment_id IN (SELECT id FROM {schema}payments WHERE {lately})",
    "UPDATE {schema}placements SET state = 'completed', due_at = NULL WHERE payment_id IN (SELECT id FROM "
    "{schema}payments WHERE {lately})",
    "UPDATE {schema}payments SET state = 'completed' WHERE {lately}",
    "UPDATE {schema}shop_updates SET state = 'pending', due_at = 1 WHERE {lately}",
    "UPDATE {schema}shop_updates SET due_at = 2 WHERE {lately}",
    "UPDATE {schema}shop_updates SET state = 'told', due_at = NULL WHERE {lately}",
    "UPDATE {schema}payments SET state = 'delivered' WHERE {lately}"};

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += by.size())
    text.replace(at, word.size(), by);
  return text;
}

// What differs between the two databases.
struct Dialect {
  std::string schema;
  std::function<std::string(std::int64_t first, std::int64_t last)> numbers;
  std::function<void(const std::string& sql)> execute;
  std::function<std::int64_t(const std::string& sql)> number;
  std::vector<std::string> after;  // once, when all is there
};

void fill(const Dialect& db, std::int64_t count) {
  const auto limit = std::to_string(kFirstFinishedOrder + kMostFinishedOrders);
  const std::int64_t present =
      db.number("SELECT coalesce(max(order_id) + 1, " + std::to_string(kFirstFinishedOrder) + ") FROM " + db.schema +
                "orders WHERE order_id >= " + std::to_string(kFirstFinishedOrder) + " AND order_id < " + limit);
  const std::int64_t end = kFirstFinishedOrder + std::min(count, kMostFinishedOrders);
  for (std::int64_t first = present; first < end; first += kAtOnce) {
    const std::int64_t last = std::min(first + kAtOnce, end) - 1;
    std::string script = "BEGIN;";
    for (const std::string& insert : kInserts)
      script += replaced(replaced(insert, "{schema}", db.schema), "{numbers}", db.numbers(first, last)) + ";";
    // In PostgreSQL ended payments are counted by appended rows; in SQLite by triggers.
    if (!db.schema.empty())
      script += "INSERT INTO " + db.schema + "ended_counts(state, n) VALUES('delivered', " +
                std::to_string(last - first + 1) + ");";
    db.execute(script + "COMMIT");
  }
  for (const std::string& last : db.after) db.execute(last);
  const std::string lately =
      "order_id >= " + std::to_string(end - kLivedLately) + " AND order_id < " + std::to_string(end);
  for (const std::string& step : kLife) db.execute(replaced(replaced(step, "{schema}", db.schema), "{lately}", lately));
}

void make_database(const std::string& server, const std::string& name) {
  pqxx::connection connection(server);
  pqxx::nontransaction session(connection);
  if (session.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", name).empty())
    session.exec("CREATE DATABASE " + session.quote_name(name));
}

void fill_postgres(const std::string& url, std::int64_t count) {
  pqxx::connection connection(url);
  pqxx::nontransaction session(connection);
  fill({.schema = "smmhost.",
        .numbers =
            [](std::int64_t first, std::int64_t last) {
              return "generate_series(" + std::to_string(first) + "::bigint, " + std::to_string(last) +
                     "::bigint) AS numbers(g)";
            },
        .execute = [&](const std::string& sql) { session.exec(sql); },
        .number = [&](const std::string& sql) { return session.exec(sql)[0][0].as<std::int64_t>(); },
        .after = {"VACUUM ANALYZE", "CHECKPOINT"}},
       count);
}

void fill_sqlite(const std::string& path, std::int64_t count) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(handle, &sqlite3_close);
  if (opened != SQLITE_OK) throw std::runtime_error("cannot open " + path);
  const auto execute = [&](const std::string& sql) {
    if (sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db.get()));
  };
  const auto number = [&](const std::string& sql) {
    std::int64_t value = 0;
    const auto read = [](void* result, int, char** values, char**) {
      *static_cast<std::int64_t*>(result) = std::stoll(values[0]);
      return 0;
    };
    if (sqlite3_exec(db.get(), sql.c_str(), read, &value, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db.get()));
    return value;
  };
  execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  fill({.schema = "",
        .numbers =
            [](std::int64_t first, std::int64_t last) {
              return "(WITH RECURSIVE numbers(g) AS (VALUES(" + std::to_string(first) +
                     ") UNION ALL SELECT g + 1 FROM numbers WHERE g < " + std::to_string(last) +
                     ") SELECT g FROM numbers)";
            },
        .execute = execute,
        .number = number,
        .after = {"PRAGMA wal_checkpoint(TRUNCATE)"}},
       count);
}

}  // namespace

std::string database_with_finished_payments(const std::string& url, std::int64_t count) {
  const std::string own = url + "_" + std::to_string(count);
  if (is_shared(url)) make_database(url, own.substr(own.rfind('/') + 1));
  migrate(own);
  if (is_shared(url))
    fill_postgres(own, count);
  else
    fill_sqlite(own.substr(std::string("sqlite:").size()), count);
  return own;
}

}  // namespace smmhost::bench
