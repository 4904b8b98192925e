// The statements that are composed: batches of commits and of deliveries, each one statement over `unnest`ed arrays.
#include "host/store/postgres/statements.h"

#include <map>
#include <mutex>
#include <vector>

namespace smmhost::postgres {
namespace {

struct Column {
  const char* name;
  const char* type;
};
using Columns = std::vector<Column>;

const Columns kPayment{{"id", "text"},
                       {"order_id", "bigint"},
                       {"status_alias", "text"},
                       {"customer_name", "text"},
                       {"email", "text"},
                       {"phone_full_number", "text"},
                       {"item_sku", "text"},
                       {"item_quantity", "bigint"},
                       {"customization", "text"},
                       {"customization_borrowed", "boolean"},
                       {"finished", "boolean"},
                       {"profile_status", "text"},
                       {"state", "text"},
                       {"reason", "text"},
                       {"reason_detail", "text"},
                       {"username", "text"},
                       {"profile_waiting_since", "bigint"},
                       {"profile_checks", "integer"},
                       {"cancel_requested", "boolean"},
                       {"archived", "boolean"},
                       {"due_at", "bigint"},
                       {"lease_owner", "text"},
                       {"fence", "bigint"},
                       {"version", "bigint"},
                       {"created_at", "bigint"},
                       {"updated_at", "bigint"}};
const Columns kPlacement{{"id", "text"},
                         {"payment_id", "text"},
                         {"provider", "text"},
                         {"service_id", "text"},
                         {"link", "text"},
                         {"quantity", "bigint"},
                         {"state", "text"},
                         {"reason", "text"},
                         {"reason_detail", "text"},
                         {"provider_order_id", "text"},
                         {"charge_micros", "bigint"},
                         {"charge_currency", "text"},
                         {"start_count", "bigint"},
                         {"remains", "bigint"},
                         {"attempt", "integer"},
                         {"failures", "integer"},
                         {"route", "integer"},
                         {"given_up", "boolean"},
                         {"request_key", "text"},
                         {"idempotent_at", "text"},
                         {"sent_at", "bigint"},
                         {"answered_at", "bigint"},
                         {"due_at", "bigint"},
                         {"version", "bigint"},
                         {"created_at", "bigint"},
                         {"updated_at", "bigint"}};
const Columns kShopUpdate{{"id", "text"},       {"order_id", "bigint"},  {"status_alias", "text"},
                          {"state", "text"},    {"attempts", "integer"}, {"last_error", "text"},
                          {"due_at", "bigint"}, {"version", "bigint"},   {"created_at", "bigint"},
                          {"told_at", "bigint"}};
const Columns kProvider{{"name", "text"},
                        {"paused", "text"},
                        {"pause_detail", "text"},
                        {"paused_at", "bigint"},
                        {"balance_micros", "bigint"},
                        {"balance_currency", "text"},
                        {"balance_at", "bigint"},
                        {"paused_balance_micros", "bigint"},
                        {"paused_balance_currency", "text"},
                        {"services_at", "bigint"},
                        {"version", "bigint"}};
const Columns kExchange{{"id", "text"},         {"peer", "text"},         {"operation", "text"},
                        {"payment_id", "text"}, {"placement_id", "text"}, {"attempt", "integer"},
                        {"method", "text"},     {"url", "text"},          {"request_body", "text"},
                        {"outcome", "text"},    {"status", "integer"},    {"response_body", "text"},
                        {"error", "text"},      {"started_at", "bigint"}, {"ended_at", "bigint"}};
const Columns kEvent{{"payment_id", "text"}, {"placement_id", "text"}, {"at", "bigint"},
                     {"kind", "text"},       {"from_state", "text"},   {"to_state", "text"},
                     {"why", "text"},        {"actor", "text"},        {"exchange_id", "text"}};
const Columns kMarkColumns{{"name", "text"}, {"value", "text"}};
// The delivery's own columns, then what it says of its order: which one (NULL: none), the shop's word, when it was
// said, whether it cancels.
const Columns kDelivery{{"received_at", "bigint"}, {"source", "text"},     {"digest", "text"},
                        {"signature", "text"},     {"event", "text"},      {"order_id", "bigint"},
                        {"outcome", "text"},       {"note", "text"},       {"payload", "text"},
                        {"body_bytes", "bigint"},  {"of_order", "bigint"}, {"word", "text"},
                        {"said_at", "bigint"},     {"cancels", "boolean"}};
const Columns kService{{"provider", "text"},  {"service_id", "text"},    {"name", "text"},  {"type", "text"},
                       {"category", "text"},  {"rate_micros", "bigint"}, {"min", "bigint"}, {"max", "bigint"},
                       {"refill", "boolean"}, {"cancel", "boolean"}};

// "x.id, x.order_id, ..."; the version is written one higher.
std::string list(const Columns& columns, const std::string& table, const std::string& version) {
  std::string text;
  for (const Column& column : columns) {
    if (!text.empty()) text += ", ";
    const bool raised = !version.empty() && std::string(column.name) == "version";
    text += raised ? version : table + column.name;
  }
  return text;
}

std::string names(const Columns& columns) {
  return list(columns, "", "");
}

// A table of the arrays from parameter `next` on: "(SELECT * FROM unnest($2::integer[], ...) AS t(n, id, ...))".
std::string table_of(const Columns& columns, std::size_t& next) {
  std::string arrays = "$" + std::to_string(next++) + "::integer[]";
  for (const Column& column : columns) arrays += ", $" + std::to_string(next++) + "::" + column.type + "[]";
  return "(SELECT * FROM unnest(" + arrays + ") WITH ORDINALITY AS t(n, " + names(columns) + ", position))";
}

std::string assignments(const std::vector<const char*>& columns, const std::string& table) {
  std::string text;
  for (const char* column : columns) text += std::string(column) + " = " + table + "." + column + ", ";
  return text;
}

// A statement that is made of common table expressions, the requests whose rows are not as they were read, and a last
// SELECT.
struct Composition {
  std::size_t next_parameter = 2;
  std::string tables;
  std::string locks;
  std::string bad;
  std::string writes;
};

void add_bad(Composition& c, const std::string& select) {
  if (!c.bad.empty()) c.bad += " UNION ALL ";
  c.bad += select;
}

constexpr const char* kGood = " IN (SELECT n FROM good)";

// Locks the rows that are given with their right version, in the order of their keys so that two batches cannot wait
// for each other, and notes the requests that gave another.
void compare_versions(Composition& c, const std::string& t, const std::string& table, const std::string& key,
                      const std::string& further) {
  c.locks += t + "_held AS MATERIALIZED (SELECT x." + key + " FROM " + t + " JOIN smmhost." + table + " AS x ON x." +
             key + " = " + t + "." + key + " WHERE " + t + ".version > 0 AND x.version = " + t + ".version" + further +
             " ORDER BY x." + key + " FOR UPDATE OF x), ";
  add_bad(c,
          "SELECT n FROM " + t + " WHERE version > 0 AND " + key + " NOT IN (SELECT " + key + " FROM " + t + "_held)");
}

void refuse_existing(Composition& c, const std::string& t, const std::string& table, const std::string& key) {
  add_bad(c, "SELECT " + t + ".n FROM " + t + " JOIN smmhost." + table + " AS x ON x." + key + " = " + t + "." + key +
                 " WHERE " + t + ".version = 0");
}

void insert(Composition& c, const Columns& columns, const std::string& t, const std::string& table,
            const std::string& condition, const std::string& rest) {
  c.writes += t + "_inserted AS (INSERT INTO smmhost." + table + "(" + names(columns) + ") SELECT " +
              list(columns, t + ".", t + ".version + 1") + " FROM " + t + " WHERE " + condition + t + ".n" + kGood +
              rest + "), ";
}

void add_payments(Composition& c, bool with_ends) {
  c.tables += "p AS MATERIALIZED " + table_of(kPayment, c.next_parameter) + ", ";
  // The last condition: an ended state never changes, whoever asks.
  compare_versions(c, "p", "payments", "id",
                   " AND x.fence = p.fence AND (x.state = p.state OR x.state NOT IN " + kEnded + ")");
  refuse_existing(c, "p", "payments", "id");
  c.writes += "p_updated AS (UPDATE smmhost.payments AS x SET " +
              assignments({"status_alias",
                           "customer_name",
                           "email",
                           "phone_full_number",
                           "item_sku",
                           "item_quantity",
                           "customization",
                           "customization_borrowed",
                           "finished",
                           "profile_status",
                           "state",
                           "reason",
                           "reason_detail",
                           "username",
                           "profile_waiting_since",
                           "profile_checks",
                           "cancel_requested",
                           "archived",
                           "due_at",
                           "lease_owner"},
                          "p") +
              "version = x.version + 1, updated_at = greatest(x.updated_at, p.updated_at) FROM p "
              "WHERE x.id = p.id AND p.version > 0 AND p.n" +
              kGood + "), ";
  insert(c, kPayment, "p", "payments", "p.version = 0 AND ", "");
  if (with_ends)
    c.writes +=
        "p_counted AS (INSERT INTO smmhost.ended_counts(state, n) SELECT p.state, count(*) FROM p LEFT JOIN "
        "smmhost.payments AS x ON x.id = p.id WHERE p.state IN " +
        kEnded + " AND p.n" + kGood + " AND (x.id IS NULL OR x.state NOT IN " + kEnded + ") GROUP BY p.state), ";
}

void add_placements(Composition& c) {
  c.tables += "l AS MATERIALIZED " + table_of(kPlacement, c.next_parameter) + ", ";
  compare_versions(c, "l", "placements", "id", "");
  refuse_existing(c, "l", "placements", "id");
  // As look-ups, like `busy` below.
  add_bad(c,
          "SELECT l.n FROM l WHERE l.version > 0 AND l.provider_order_id <> '' AND EXISTS(SELECT FROM "
          "smmhost.placements AS x WHERE x.provider = l.provider AND x.provider_order_id = l.provider_order_id AND "
          "x.provider_order_id <> '' AND x.id <> l.id OFFSET 0) AND NOT EXISTS(SELECT FROM smmhost.placements AS x "
          "WHERE x.id = l.id AND x.provider_order_id = l.provider_order_id OFFSET 0)");
  c.writes +=
      "l_updated AS (UPDATE smmhost.placements AS x SET " +
      assignments(
          {"provider",      "service_id",        "link",          "quantity",        "state",       "reason",
           "reason_detail", "provider_order_id", "charge_micros", "charge_currency", "start_count", "remains",
           "attempt",       "failures",          "route",         "given_up",        "request_key", "idempotent_at",
           "sent_at",       "answered_at",       "due_at"},
          "l") +
      "version = x.version + 1, updated_at = greatest(x.updated_at, l.updated_at) FROM l "
      "WHERE x.id = l.id AND l.version > 0 AND l.n" +
      kGood + "), ";
  insert(c, kPlacement, "l", "placements", "l.version = 0 AND ", "");
}

void add_shop_updates(Composition& c) {
  c.tables += "u AS MATERIALIZED " + table_of(kShopUpdate, c.next_parameter) + ", ";
  compare_versions(c, "u", "shop_updates", "id", "");
  c.writes += "u_updated AS (UPDATE smmhost.shop_updates AS x SET " +
              assignments({"state", "attempts", "last_error", "due_at", "told_at"}, "u") +
              "version = x.version + 1 FROM u WHERE x.id = u.id AND u.version > 0 AND u.n" + kGood + "), ";
  insert(c, kShopUpdate, "u", "shop_updates", "u.version = 0 AND ", " ON CONFLICT(id) DO NOTHING");
}

void add_providers(Composition& c) {
  c.tables += "s AS MATERIALIZED " + table_of(kProvider, c.next_parameter) + ", ";
  compare_versions(c, "s", "provider_status", "name", "");
  refuse_existing(c, "s", "provider_status", "name");
  c.writes += "s_updated AS (UPDATE smmhost.provider_status AS x SET " +
              assignments({"paused", "pause_detail", "paused_at", "balance_micros", "balance_currency", "balance_at",
                           "paused_balance_micros", "paused_balance_currency", "services_at"},
                          "s") +
              "version = x.version + 1 FROM s WHERE x.name = s.name AND s.version > 0 AND s.n" + kGood + "), ";
  insert(c, kProvider, "s", "provider_status", "s.version = 0 AND ", "");
}

// Whether another placement has the link is looked up before the unique index would refuse the whole batch; the index
// decides where two hosts ask at the same moment. OFFSET keeps this a look-up for each placement: as a join, planned
// while the table was small, it reads every placement that occupies a link.
const std::string kBusy =
    "busy AS MATERIALIZED (SELECT l.n FROM l WHERE l.state IN " + kOccupying +
    " AND EXISTS(SELECT FROM smmhost.placements AS x WHERE x.provider = l.provider AND x.service_id = l.service_id "
    "AND x.link = l.link AND x.state IN " +
    kOccupying + " AND x.id <> l.id OFFSET 0)), ";

std::string compose_commit(unsigned parts) {
  Composition c;
  if ((parts & kPaymentsPart) != 0) add_payments(c, (parts & kEndsPart) != 0);
  const bool placements = (parts & kPlacementsPart) != 0;
  if (placements) add_placements(c);
  if ((parts & kShopUpdatesPart) != 0) add_shop_updates(c);
  if ((parts & kProvidersPart) != 0) add_providers(c);
  if ((parts & kExchangesPart) != 0) {
    c.tables += "e AS MATERIALIZED " + table_of(kExchange, c.next_parameter) + ", ";
    insert(c, kExchange, "e", "exchanges", "", " ORDER BY e.position ON CONFLICT(id) DO NOTHING");
  }
  if ((parts & kEventsPart) != 0) {
    c.tables += "v AS MATERIALIZED " + table_of(kEvent, c.next_parameter) + ", ";
    insert(c, kEvent, "v", "events", "", " ORDER BY v.position");
  }
  if ((parts & kMarksPart) != 0) {
    c.tables += "m AS MATERIALIZED " + table_of(kMarkColumns, c.next_parameter) + ", ";
    insert(c, kMarkColumns, "m", "marks", "", " ON CONFLICT(name) DO UPDATE SET value = excluded.value");
  }
  if (c.bad.empty()) c.bad = "SELECT 0 AS n WHERE false";
  std::string good =
      "SELECT n FROM generate_series(1, $1::integer) AS all_requests(n) WHERE n NOT IN (SELECT n FROM bad)";
  std::string answer = "SELECT n, 'conflict' FROM bad";
  if (placements) {
    good += " AND n NOT IN (SELECT n FROM busy)";
    answer += " UNION ALL SELECT n, 'busy' FROM busy";
  }
  const std::string writes = c.writes.substr(0, c.writes.size() - 2);  // the last comma
  return "WITH " + c.tables + c.locks + "bad AS MATERIALIZED (" + c.bad + "), " + (placements ? kBusy : "") +
         "good AS MATERIALIZED (" + good + ")" + (writes.empty() ? "" : ", " + writes) + " " + answer;
}

// What a person has decided after having heard of a cancellation stands, unless this one is newer than the decision.
const std::string kStops =
    "(w.applies AND (NOT x.cancel_requested OR x.reason = 'paid_after_cancellation') AND x.state NOT IN " + kEnded +
    " AND NOT EXISTS(SELECT FROM smmhost.events AS decided JOIN smmhost.events AS heard ON heard.payment_id = "
    "decided.payment_id AND heard.id < decided.id WHERE decided.payment_id = x.id AND decided.kind = 'decision' AND "
    "decided.at >= w.said_at AND heard.kind = 'shop' AND heard.actor = 'shop'))";

// The order's lock is held by now, so what is read here of the order and its payments' existence stays so.
std::string compose_ingest(bool with_ended_payments) {
  std::size_t next = 1;
  const std::string deliveries = table_of(kDelivery, next);
  const std::string payments = table_of(kPayment, next);
  std::string values;
  for (const Column& column : kPayment) {
    const std::string name = column.name;
    if (!values.empty()) values += ", ";
    if (name == "status_alias")
      values += "CASE WHEN w.word <> '' THEN w.new_word ELSE a.status_alias END";
    else if (name == "cancel_requested")
      values += "a.cancel_requested OR w.now_cancelled";
    else if (name == "version")
      values += "a.version + 1";
    else
      values += "a." + name;
  }
  return "WITH d AS MATERIALIZED (SELECT nextval('smmhost.deliveries_id_seq') AS id, g.* FROM " + deliveries +
         " AS g), p AS MATERIALIZED " + payments +
         ", "
         // The delivery, and its order's state after it: the word unless it is older than the one that is known, and
         // a cancellation, which is never forgotten; one that is older than a known "paid" is not heard.
         "w AS MATERIALIZED (SELECT d.*, coalesce(CASE WHEN d.word <> '' AND (d.said_at IS NULL OR o.status_at IS NULL "
         "OR d.said_at >= o.status_at) THEN d.word ELSE o.status_alias END, d.word) AS new_word, "
         "CASE WHEN d.word <> '' THEN greatest(o.status_at, d.said_at) ELSE o.status_at END AS new_said_at, "
         "coalesce(o.cancelled, false) OR h.applies AS now_cancelled, h.applies "
         "FROM d LEFT JOIN smmhost.orders AS o ON o.order_id = d.of_order CROSS JOIN LATERAL (SELECT d.cancels AND NOT "
         "coalesce(d.word <> '' AND d.said_at < o.status_at AND o.status_alias = 'paid', false) AS applies) AS h), "
         // Payments that exist and hear something new.
         "c AS MATERIALIZED (SELECT x.id, w.n, (w.word <> '' AND w.word = w.new_word AND x.status_alias <> w.word) AS "
         "hears, " +
         kStops +
         " AS stops FROM w JOIN smmhost.payments AS x ON x.order_id = w.of_order WHERE (w.word <> '' AND w.word = "
         "w.new_word AND x.status_alias <> w.word) OR " +
         kStops +
         "), "
         // Payments that do not exist yet. One that a person deleted comes back only when a person asks.
         "a AS MATERIALIZED (SELECT p.* FROM p JOIN w ON w.n = p.n WHERE NOT EXISTS(SELECT FROM smmhost.payments AS x "
         "WHERE x.id = p.id) AND (w.source = 'replay' OR NOT EXISTS(SELECT FROM smmhost.deleted_payments AS z WHERE "
         "z.id = p.id))), "
         // Deliveries of which everything was known already.
         "k AS MATERIALIZED (SELECT n FROM w WHERE outcome = 'accepted' AND of_order IS NOT NULL AND n NOT IN (SELECT "
         "n "
         "FROM c) AND n NOT IN (SELECT n FROM a)), "
         "stored AS (INSERT INTO smmhost.deliveries AS x(id, received_at, source, digest, signature, event, order_id, "
         "outcome, note, payload, body_bytes, copies) SELECT w.id, w.received_at, w.source, w.digest, w.signature, "
         "w.event, w.order_id, CASE WHEN w.n IN (SELECT n FROM k) THEN 'no_change' ELSE w.outcome END, w.note, "
         "w.payload, w.body_bytes, 1 FROM w ORDER BY w.n ON CONFLICT(digest) DO UPDATE SET copies = x.copies + 1 "
         "RETURNING x.id), "
         // A duplicate gives the id of the row that was there, which is in nobody's w.
         "fresh AS MATERIALIZED (SELECT w.* FROM w JOIN stored ON stored.id = w.id WHERE w.of_order IS NOT NULL), "
         "kept AS (INSERT INTO smmhost.orders AS o(order_id, status_alias, status_at, cancelled) SELECT of_order, "
         "new_word, new_said_at, now_cancelled FROM fresh ON CONFLICT(order_id) DO UPDATE SET status_alias = "
         "excluded.status_alias, status_at = excluded.status_at, cancelled = excluded.cancelled "
         "WHERE (o.status_alias, o.status_at, o.cancelled) IS DISTINCT FROM (excluded.status_alias, "
         "excluded.status_at, "
         "excluded.cancelled)), "
         // A running lease is left to its worker: its next commit conflicts, and it reads the cancellation.
         "told AS (UPDATE smmhost.payments AS x SET version = x.version + 1, updated_at = greatest(x.updated_at, "
         "w.received_at), status_alias = CASE WHEN c.hears THEN w.word ELSE x.status_alias END, "
         "cancel_requested = x.cancel_requested OR (c.stops AND x.state NOT IN " +
         kEnded +
         "), due_at = CASE WHEN c.hears AND w.word = 'paid' AND x.state = 'cancelled' AND x.reason = "
         "'cancelled_by_shop' THEN w.received_at WHEN NOT c.stops OR x.state IN " +
         kEnded +
         " OR (x.lease_owner <> '' AND x.due_at > w.received_at) THEN x.due_at ELSE w.received_at END "
         "FROM c JOIN fresh AS w ON w.n = c.n WHERE x.id = c.id RETURNING x.id, c.n, c.stops AND x.cancel_requested AS "
         "stopped), "
         "added AS (INSERT INTO smmhost.payments(" +
         names(kPayment) + ") SELECT " + values +
         " FROM a JOIN fresh AS w ON w.n = a.n ORDER BY a.position ON CONFLICT(id) DO NOTHING RETURNING id, state), "
         "arrived AS MATERIALIZED (SELECT a.n, a.position, added.id, added.state FROM added JOIN a ON a.id = "
         "added.id), " +
         (with_ended_payments ? "counted AS (INSERT INTO smmhost.ended_counts(state, n) SELECT state, count(*) FROM "
                                "arrived WHERE state IN " +
                                    kEnded + " GROUP BY state), "
                              : std::string()) +
         "noted AS (INSERT INTO smmhost.events(payment_id, placement_id, at, kind, from_state, to_state, why, actor, "
         "exchange_id) SELECT q.id, '', w.received_at, q.kind, '', q.to_state, q.why || ' (' || w.source || ', "
         "delivery "
         "' || w.id || ')', 'shop', '' FROM (SELECT told.n, 0 AS position, told.id, 'shop' AS kind, '' AS to_state, "
         "'the shop''s order is ' || fresh.word AS why FROM told JOIN fresh ON fresh.n = told.n WHERE stopped UNION "
         "ALL "
         "SELECT n, position, id, 'state', state, 'a paid line arrived' FROM arrived UNION ALL SELECT arrived.n, "
         "arrived.position, arrived.id, 'shop', '', 'the shop has cancelled the order' FROM arrived JOIN fresh ON "
         "fresh.n = "
         "arrived.n WHERE fresh.now_cancelled) AS q JOIN fresh AS w ON w.n = q.n ORDER BY q.n, q.position, q.id, "
         "q.kind DESC) "
         "SELECT w.n, stored.id IS NULL, stored.id IS NOT NULL AND w.n IN (SELECT n FROM k), arrived.id FROM w LEFT "
         "JOIN stored ON stored.id = w.id LEFT JOIN arrived ON "
         "arrived.n = w.n ORDER BY w.n, arrived.position";
}

}  // namespace

const std::size_t kPaymentArrays = kPayment.size() + 1;
const std::size_t kPlacementArrays = kPlacement.size() + 1;
const std::size_t kShopUpdateArrays = kShopUpdate.size() + 1;
const std::size_t kProviderArrays = kProvider.size() + 1;
const std::size_t kExchangeArrays = kExchange.size() + 1;
const std::size_t kEventArrays = kEvent.size() + 1;
const std::size_t kMarkArrays = kMarkColumns.size() + 1;
const std::size_t kDeliveryArrays = kDelivery.size() + 1;
const std::size_t kServiceArrays = kService.size() + 1;

const Statement& commit_statement(unsigned parts) {
  static std::mutex mutex;
  static std::map<unsigned, Statement> composed;
  const std::lock_guard lock(mutex);
  const auto found = composed.find(parts);
  if (found != composed.end()) return found->second;
  return composed.emplace(parts, Statement{"commit_" + std::to_string(parts), compose_commit(parts)}).first->second;
}

const Statement& ingest_statement(bool with_ended_payments) {
  static const Statement plain{"ingest", compose_ingest(false)};
  static const Statement with_ended{"ingest_with_ended", compose_ingest(true)};
  return with_ended_payments ? with_ended : plain;
}

const Statement& insert_services_statement() {
  static const Statement statement = [] {
    std::size_t next = 1;
    const std::string services = table_of(kService, next);
    return Statement{"insert_services", "INSERT INTO smmhost.provider_services(" + names(kService) + ") SELECT " +
                                            names(kService) + " FROM " + services + " AS s"};
  }();
  return statement;
}

}  // namespace smmhost::postgres
