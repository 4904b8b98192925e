// The tables, as numbered migrations. A migration that was released is never edited; a change is a new one.
#include "host/store/sqlite/schema.h"

#include <array>
#include <cstdlib>

namespace smmhost::sqlite {
namespace {

struct Step {
  int number;
  const char* name;
  const char* sql;
};

// States are stored as their words, times as milliseconds since 1970 in UTC, money as micro units.
// The indexes that work is claimed by hold open rows only, so finished ones cost a claim nothing.
constexpr const char* kFirstSchema = R"sql(
CREATE TABLE deliveries(
  id INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  source TEXT NOT NULL,
  digest TEXT UNIQUE,
  signature TEXT NOT NULL,
  event TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  note TEXT NOT NULL,
  payload TEXT NOT NULL,
  body_bytes INTEGER NOT NULL,
  copies INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_of_order ON deliveries(order_id) WHERE order_id <> 0;

CREATE TABLE orders(
  order_id INTEGER PRIMARY KEY,
  status_alias TEXT NOT NULL,
  status_at INTEGER,
  cancelled INTEGER NOT NULL
) STRICT;

CREATE TABLE payments(
  id TEXT PRIMARY KEY NOT NULL,
  order_id INTEGER NOT NULL,
  status_alias TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone_full_number TEXT NOT NULL,
  item_sku TEXT NOT NULL,
  item_quantity INTEGER NOT NULL,
  customization TEXT NOT NULL,
  customization_borrowed INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  profile_status TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  reason_detail TEXT NOT NULL,
  username TEXT NOT NULL,
  profile_waiting_since INTEGER,
  profile_checks INTEGER NOT NULL,
  cancel_requested INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  due_at INTEGER,
  lease_owner TEXT NOT NULL,
  fence INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  anonymised INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX payments_of_order ON payments(order_id);
CREATE INDEX payments_newest ON payments(created_at, id);
CREATE INDEX payments_due ON payments(due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payments_by_state ON payments(state, created_at, id) WHERE state <> 'delivered';
CREATE INDEX payments_held ON payments(reason) WHERE state = 'held';
CREATE INDEX payments_completed ON payments(order_id) WHERE state = 'completed';
CREATE INDEX payments_to_anonymise ON payments(updated_at) WHERE state IN ('delivered','cancelled') AND anonymised = 0;

-- Payments that a person deleted: a copy of their order that arrives later must not bring them back.
CREATE TABLE deleted_payments(id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;

-- Kept by triggers, because counting ten million rows is not an answer to a dashboard.
CREATE TABLE payment_counts(state TEXT PRIMARY KEY NOT NULL, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER payments_counted_insert AFTER INSERT ON payments BEGIN
  INSERT INTO payment_counts(state, n) VALUES(NEW.state, 1) ON CONFLICT(state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER payments_counted_update AFTER UPDATE OF state ON payments WHEN OLD.state <> NEW.state BEGIN
  UPDATE payment_counts SET n = n - 1 WHERE state = OLD.state;
  INSERT INTO payment_counts(state, n) VALUES(NEW.state, 1) ON CONFLICT(state) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER payments_counted_delete AFTER DELETE ON payments BEGIN
  UPDATE payment_counts SET n = n - 1 WHERE state = OLD.state;
END;

CREATE TABLE placements(
  id TEXT PRIMARY KEY NOT NULL,
  payment_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  service_id TEXT NOT NULL,
  link TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  reason_detail TEXT NOT NULL,
  provider_order_id TEXT NOT NULL,
  charge_micros INTEGER,
  charge_currency TEXT NOT NULL,
  start_count INTEGER,
  remains INTEGER,
  attempt INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  route INTEGER NOT NULL,
  given_up INTEGER NOT NULL,
  request_key TEXT NOT NULL,
  sent_at INTEGER,
  answered_at INTEGER,
  due_at INTEGER,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX placements_of_payment ON placements(payment_id);
-- One order per link and service at a provider: the database itself refuses the second.
CREATE UNIQUE INDEX placements_link ON placements(provider, service_id, link)
  WHERE state IN ('sent','accepted','in_progress','unknown');
CREATE INDEX placements_followed ON placements(provider, due_at)
  WHERE state IN ('accepted','in_progress') AND due_at IS NOT NULL;
CREATE INDEX placements_unknown ON placements(id) WHERE state = 'unknown';
CREATE INDEX placements_waiting ON placements(provider, service_id, link) WHERE reason = 'link_busy';
CREATE INDEX placements_unsent ON placements(provider) WHERE state IN ('intent','rejected') AND given_up = 0;
CREATE INDEX placements_provider_order ON placements(provider, provider_order_id) WHERE provider_order_id <> '';

CREATE TABLE exchanges(
  id TEXT PRIMARY KEY NOT NULL,
  peer TEXT NOT NULL,
  operation TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  placement_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  request_body TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status INTEGER NOT NULL,
  response_body TEXT NOT NULL,
  error TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
) STRICT;
CREATE INDEX exchanges_of_placement ON exchanges(placement_id) WHERE placement_id <> '';
CREATE INDEX exchanges_of_payment ON exchanges(payment_id) WHERE payment_id <> '';

CREATE TABLE events(
  id INTEGER PRIMARY KEY,
  payment_id TEXT NOT NULL,
  placement_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  why TEXT NOT NULL,
  actor TEXT NOT NULL,
  exchange_id TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_payment ON events(payment_id);

CREATE TABLE shop_updates(
  id TEXT PRIMARY KEY NOT NULL,
  order_id INTEGER NOT NULL,
  status_alias TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  due_at INTEGER,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  told_at INTEGER
) STRICT;
CREATE INDEX shop_updates_of_order ON shop_updates(order_id);
CREATE INDEX shop_updates_due ON shop_updates(due_at) WHERE state = 'pending' AND due_at IS NOT NULL;

CREATE TABLE products(
  sku TEXT PRIMARY KEY NOT NULL,
  service_id TEXT NOT NULL,
  api TEXT NOT NULL,
  base_quantity INTEGER NOT NULL,
  type TEXT NOT NULL,
  routes TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE provider_status(
  name TEXT PRIMARY KEY NOT NULL,
  paused TEXT NOT NULL,
  pause_detail TEXT NOT NULL,
  paused_at INTEGER,
  balance_micros INTEGER,
  balance_currency TEXT NOT NULL,
  balance_at INTEGER,
  paused_balance_micros INTEGER,
  paused_balance_currency TEXT NOT NULL,
  services_at INTEGER,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE service_lists(provider TEXT PRIMARY KEY NOT NULL, replaced_at INTEGER NOT NULL) STRICT;
CREATE TABLE provider_services(
  provider TEXT NOT NULL,
  service_id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  category TEXT NOT NULL,
  rate_micros INTEGER NOT NULL,
  min INTEGER,
  max INTEGER,
  refill INTEGER NOT NULL,
  cancel INTEGER NOT NULL,
  PRIMARY KEY(provider, service_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs(
  name TEXT PRIMARY KEY NOT NULL,
  last_run INTEGER,
  last_result TEXT NOT NULL,
  next_run INTEGER,
  running_since INTEGER,
  version INTEGER NOT NULL
) STRICT;
)sql";

constexpr const char* kMarks = R"sql(
CREATE TABLE marks(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql";

// What the alert about refused statuses and the daily purge read, without going through all rows.
constexpr const char* kRefusalsAndRetention = R"sql(
CREATE INDEX shop_updates_refused ON shop_updates(created_at, id) WHERE state = 'refused';
CREATE INDEX deliveries_to_anonymise ON deliveries(received_at) WHERE payload <> '{"anonymised":true}';
)sql";

// Ended payments are found by a whole user name or e-mail; open ones are few. The expressions and conditions are those
// of the search.
constexpr const char* kSearch = R"sql(
CREATE INDEX payments_by_username ON payments(lower(username), created_at, id)
  WHERE state IN ('delivered','cancelled') AND anonymised = 0;
CREATE INDEX payments_by_email ON payments(lower(email), created_at, id)
  WHERE state IN ('delivered','cancelled') AND anonymised = 0;
)sql";

// Of a purchase that was sent before, nobody knows whether its key went along: empty.
constexpr const char* kIdempotentAt = R"sql(
ALTER TABLE placements ADD COLUMN idempotent_at TEXT NOT NULL DEFAULT '';
)sql";

constexpr std::array kSteps{
    Step{1, "first schema", kFirstSchema}, Step{2, "marks of the whole database", kMarks},
    Step{3, "indexes of refused shop updates and of deliveries to anonymise", kRefusalsAndRetention},
    Step{4, "indexes of user names and e-mails", kSearch},
    Step{5, "who knows the request key of a purchase", kIdempotentAt}};

int newest_number() {
  return kSteps.back().number;
}

// 0 for an empty database.
int present_number(Connection& db) {
  if (db.single_value("SELECT count(*) FROM sqlite_schema") == "0") return 0;
  if (db.single_value("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'") == "0")
    throw CannotOpenStore("the file is an SQLite database, but not one of smmhost's; name another file in [store] url");
  return std::atoi(db.single_value("SELECT value FROM meta WHERE key = 'schema_version'").c_str());
}

void apply(Connection& db, const Step& step) {
  db.execute("BEGIN EXCLUSIVE");
  try {
    db.execute("CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT");
    db.execute(step.sql);
    db.execute("INSERT INTO meta(key, value) VALUES('schema_version', '" + std::to_string(step.number) +
               "') ON CONFLICT(key) DO UPDATE SET value = excluded.value");
    db.execute("COMMIT");
  } catch (const SqlError&) {
    if (db.in_transaction()) db.execute("ROLLBACK");
    throw;
  }
}

}  // namespace

std::vector<Migration> pending_migrations(Connection& db) {
  const int present = present_number(db);
  if (present > newest_number())
    throw CannotOpenStore("the database has schema " + std::to_string(present) + ", this smmhost knows up to " +
                          std::to_string(newest_number()) +
                          ": it was used by a newer smmhost. Install that version or a newer one.");
  std::vector<Migration> pending;
  for (const Step& step : kSteps)
    if (step.number > present) pending.push_back({step.number, step.name});
  return pending;
}

std::optional<Time> backup_taken_at(Connection& db) {
  if (present_number(db) == 0) return std::nullopt;
  return parse_iso8601(db.single_value("SELECT value FROM meta WHERE key = 'backup_taken_at'"));
}

std::vector<Migration> all_migrations() {
  std::vector<Migration> all;
  for (const Step& step : kSteps) all.push_back({step.number, step.name});
  return all;
}

std::vector<Migration> apply_migrations(Connection& db) {
  std::vector<Migration> applied = pending_migrations(db);
  for (const Migration& migration : applied)
    for (const Step& step : kSteps)
      if (step.number == migration.number) apply(db, step);
  return applied;
}

}  // namespace smmhost::sqlite
