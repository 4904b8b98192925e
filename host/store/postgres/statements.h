// Every SQL statement of the PostgreSQL store, by name. Parameters are numbered in the order of the row's columns.
//
// Each is one transaction by itself unless a script puts several together. All name their schema, and none needs
// anything of the session, so they run behind a pooler as they are.
#pragma once

#include <string>

#include "host/store/postgres/connection.h"

namespace smmhost::postgres {

// Composed in statements.cpp.

// The kinds of rows of a batch of commits; a statement is composed for each set of them that occurs.
enum CommitPart : unsigned {
  kPaymentsPart = 1,
  kPlacementsPart = 2,
  kShopUpdatesPart = 4,
  kProvidersPart = 8,
  kExchangesPart = 16,
  kEventsPart = 32,
  kMarksPart = 64,
  kEndsPart = 128,  // a payment in an ended state is among the payments
};

// Parameters: how many requests; then, for each part that is there and in the order above, one array a column, the
// request's number (from 1) first. Rows: the number of each request of which nothing was written, and "conflict" or
// "busy".
const Statement& commit_statement(unsigned parts);

// Parameters: the columns of deliveries, then of payments. Rows: the delivery's number, whether it was a duplicate,
// whether it changed nothing, and the id of a payment that was created, or NULL.
const Statement& ingest_statement(bool with_ended_payments);

// Parameters: the columns of services.
const Statement& insert_services_statement();

// How many arrays each kind of row is, its number included.
extern const std::size_t kPaymentArrays;
extern const std::size_t kPlacementArrays;
extern const std::size_t kShopUpdateArrays;
extern const std::size_t kProviderArrays;
extern const std::size_t kExchangeArrays;
extern const std::size_t kEventArrays;
extern const std::size_t kMarkArrays;
extern const std::size_t kDeliveryArrays;
extern const std::size_t kServiceArrays;

// Columns, as they are read.
inline const std::string kDeliveryColumns =
    "id, received_at, source, digest, signature, event, order_id, outcome, note, payload, body_bytes, copies";
inline const std::string kPaymentColumns =
    "id, order_id, status_alias, customer_name, email, phone_full_number, item_sku, item_quantity, customization, "
    "customization_borrowed, finished, profile_status, state, reason, reason_detail, username, profile_waiting_since, "
    "profile_checks, cancel_requested, archived, due_at, lease_owner, fence, version, created_at, updated_at";
// The same of a table called x.
inline const std::string kPaymentColumnsOfX =
    "x.id, x.order_id, x.status_alias, x.customer_name, x.email, x.phone_full_number, x.item_sku, x.item_quantity, "
    "x.customization, x.customization_borrowed, x.finished, x.profile_status, x.state, x.reason, x.reason_detail, "
    "x.username, x.profile_waiting_since, x.profile_checks, x.cancel_requested, x.archived, x.due_at, x.lease_owner, "
    "x.fence, x.version, x.created_at, x.updated_at";
inline const std::string kPlacementColumns =
    "id, payment_id, provider, service_id, link, quantity, state, reason, reason_detail, provider_order_id, "
    "charge_micros, charge_currency, start_count, remains, attempt, failures, route, given_up, request_key, "
    "idempotent_at, sent_at, answered_at, due_at, version, created_at, updated_at";
inline const std::string kPlacementColumnsOfL =
    "l.id, l.payment_id, l.provider, l.service_id, l.link, l.quantity, l.state, l.reason, l.reason_detail, "
    "l.provider_order_id, l.charge_micros, l.charge_currency, l.start_count, l.remains, l.attempt, l.failures, "
    "l.route, l.given_up, l.request_key, l.idempotent_at, l.sent_at, l.answered_at, l.due_at, l.version, l.created_at, "
    "l.updated_at";
inline const std::string kShopUpdateColumns =
    "id, order_id, status_alias, state, attempts, last_error, due_at, version, created_at, told_at";
inline const std::string kShopUpdateColumnsOfX =
    "x.id, x.order_id, x.status_alias, x.state, x.attempts, x.last_error, x.due_at, x.version, x.created_at, x.told_at";
inline const std::string kProviderColumns =
    "name, paused, pause_detail, paused_at, balance_micros, balance_currency, balance_at, paused_balance_micros, "
    "paused_balance_currency, services_at, version";
inline const std::string kExchangeColumns =
    "id, peer, operation, payment_id, placement_id, attempt, method, url, request_body, outcome, status, "
    "response_body, error, started_at, ended_at";
inline const std::string kEventColumns =
    "id, payment_id, placement_id, at, kind, from_state, to_state, why, actor, exchange_id";
inline const std::string kProductColumns =
    "sku, service_id, api, base_quantity, type, routes, version, created_at, updated_at";
inline const std::string kServiceColumns =
    "provider, service_id, name, type, category, rate_micros, min, max, refill, cancel";
inline const std::string kJobColumns = "name, last_run, last_result, next_run, running_since, version, runner";

// Conditions that occur more than once.
inline const std::string kEnded = "('delivered','cancelled')";
inline const std::string kOpen =
    "('received','waiting_profile','ready','placing','placed','completed','held','review')";
inline const std::string kOccupying = "('sent','accepted','in_progress','unknown')";

// Ingest.
// Deliveries of one order go one after the other, over all hosts: the statement that follows in the script begins when
// the others are committed, and sees what they did. Ordered, so that two batches cannot wait for each other.
inline const Statement kLockOrders{
    "lock_orders",
    "SELECT pg_advisory_xact_lock(7564653, h) FROM (SELECT DISTINCT hashint8(o) AS h FROM unnest($1::bigint[]) AS o "
    "ORDER BY 1) AS hashes"};

// Work.
// A claim passes over rows that another host is just claiming, and begins at its last parameter (due_floors.h). The
// last column is what the caller sorts by: RETURNING promises no order.
inline const Statement kClaimDue{
    "claim_due",
    "WITH due AS MATERIALIZED (SELECT id, due_at FROM smmhost.payments WHERE due_at >= $5::bigint AND "
    "due_at <= $1::bigint ORDER BY due_at LIMIT $2::int FOR UPDATE SKIP LOCKED) "
    "UPDATE smmhost.payments AS x SET due_at = $3::bigint, lease_owner = $4, fence = x.fence + 1, "
    "version = x.version + 1 FROM due WHERE x.id = due.id RETURNING " +
        kPaymentColumnsOfX + ", due.due_at"};
inline const Statement kClaimPayment{
    "claim_payment",
    "UPDATE smmhost.payments SET due_at = $2::bigint, lease_owner = $3, fence = fence + 1, version = version + 1 "
    "WHERE id = $1 AND NOT (lease_owner <> '' AND lease_owner <> $3 AND due_at > $4::bigint) RETURNING " +
        kPaymentColumns};
inline const std::string kFollowed = "state IN ('accepted','in_progress') AND due_at IS NOT NULL";
inline const Statement kClaimTracking{
    "claim_tracking",
    "WITH due AS MATERIALIZED (SELECT id, due_at FROM smmhost.placements WHERE provider = $1 AND due_at >= $5::bigint "
    "AND due_at <= $2::bigint AND " +
        kFollowed +
        " ORDER BY due_at LIMIT $3::int FOR UPDATE SKIP LOCKED) "
        "UPDATE smmhost.placements AS l SET due_at = $4::bigint, version = l.version + 1 FROM due WHERE l.id = due.id "
        "RETURNING " +
        kPlacementColumnsOfL + ", due.due_at"};
inline const Statement kClaimShopUpdates{
    "claim_shop_updates",
    "WITH due AS MATERIALIZED (SELECT id, due_at FROM smmhost.shop_updates WHERE state = 'pending' AND due_at IS NOT "
    "NULL AND due_at >= $4::bigint AND due_at <= $1::bigint ORDER BY due_at LIMIT $2::int FOR UPDATE SKIP LOCKED) "
    "UPDATE smmhost.shop_updates AS x SET due_at = $3::bigint, version = x.version + 1 FROM due WHERE x.id = due.id "
    "RETURNING " +
        kShopUpdateColumnsOfX + ", due.due_at"};
inline const Statement kBreakLeases{
    "break_leases",
    "UPDATE smmhost.payments SET due_at = $2::bigint, lease_owner = '', fence = fence + 1, version = version + 1 "
    "WHERE due_at > $2::bigint AND lease_owner = $1"};

// Waking never breaks a running lease; the new version makes its worker read again and see what has changed.
inline const std::string kWakeUnlessLeased =
    "UPDATE smmhost.payments AS x SET version = x.version + 1, due_at = CASE WHEN x.lease_owner <> '' AND x.due_at > "
    "$1::bigint THEN x.due_at ELSE $1::bigint END ";
inline const std::string kHurryPlacementsOfFound =
    "hurried AS (UPDATE smmhost.placements AS l SET due_at = $1::bigint, version = l.version + 1 FROM found "
    "WHERE l.payment_id = found.id AND l.state IN ('intent','rejected') AND NOT l.given_up AND l.due_at > $1::bigint) "
    "SELECT count(*) FROM found";
// A payment is at the provider by an unsent placement there or, before anything was planned, by a route of its product.
// One that is due already is left as it is: whoever claims it reads what has changed.
inline const Statement kWakeHeld{
    "wake_held",
    "WITH found AS MATERIALIZED (SELECT x.id, x.lease_owner = '' AND coalesce(x.due_at <= $1::bigint, false) AS is_due "
    "FROM smmhost.payments AS x WHERE x.state = 'held' AND x.reason = $2 AND ($4 = '' OR x.item_sku = $4) AND ($3 = '' "
    "OR EXISTS(SELECT FROM smmhost.placements AS l WHERE l.payment_id = x.id AND l.provider = $3 AND l.state IN "
    "('intent','rejected')) "
    "OR EXISTS(SELECT FROM smmhost.products AS p WHERE p.sku = x.item_sku AND (p.api = $3 "
    "OR EXISTS(SELECT FROM json_array_elements(p.routes::json) AS r WHERE r.value ->> 0 = $3))))), "
    "woken AS (" +
        kWakeUnlessLeased + "FROM found WHERE x.id = found.id AND NOT found.is_due), " + kHurryPlacementsOfFound};
// Rows: those of the links that a placement waits for. OFFSET keeps this a look-up for each link.
inline const Statement kLinksWaitedFor{
    "links_waited_for",
    "SELECT DISTINCT w.provider, w.service_id, w.link FROM unnest($1::text[], $2::text[], $3::text[]) AS "
    "w(provider, service_id, link) WHERE EXISTS(SELECT FROM smmhost.placements AS l WHERE l.reason = 'link_busy' AND "
    "l.provider = w.provider AND l.service_id = w.service_id AND l.link = w.link AND l.state IN ('intent','rejected') "
    "AND NOT l.given_up OFFSET 0)"};
inline const Statement kWakeLink{
    "wake_link",
    "WITH found AS (" + kWakeUnlessLeased + "WHERE x.state NOT IN " + kEnded +
        " AND x.id IN (SELECT payment_id FROM smmhost.placements WHERE reason = 'link_busy' AND provider = $2 AND "
        "service_id = $3 AND link = $4 AND state IN ('intent','rejected') AND NOT given_up) RETURNING x.id), " +
        kHurryPlacementsOfFound};
// Of each kind of row, when the oldest one is due; followed placements by their providers, from one to the next along
// the index instead of by reading every one.
inline const Statement kOldestDue{
    "oldest_due",
    "WITH RECURSIVE names(name) AS (SELECT min(provider) FROM smmhost.placements WHERE " + kFollowed +
        " UNION ALL SELECT (SELECT min(provider) FROM smmhost.placements WHERE provider > names.name AND " + kFollowed +
        ") FROM names WHERE names.name IS NOT NULL) "
        "SELECT 'payment', '', (SELECT min(due_at) FROM smmhost.payments WHERE due_at IS NOT NULL) "
        "UNION ALL SELECT 'shop_update', '', (SELECT min(due_at) FROM smmhost.shop_updates WHERE state = 'pending' AND "
        "due_at IS NOT NULL) "
        "UNION ALL SELECT 'placement', names.name, (SELECT min(due_at) FROM smmhost.placements WHERE provider = "
        "names.name AND " +
        kFollowed + ") FROM names WHERE names.name IS NOT NULL"};
// The least of them from $1 (payments), $2 (shop updates) and $3 (placements at the providers $4) on.
inline const Statement kNextDue{
    "next_due",
    "SELECT least((SELECT min(due_at) FROM smmhost.payments WHERE due_at >= $1::bigint), "
    "(SELECT min(due_at) FROM smmhost.shop_updates WHERE state = 'pending' AND due_at IS NOT NULL AND due_at >= "
    "$2::bigint), "
    "(SELECT min((SELECT min(due_at) FROM smmhost.placements WHERE provider = names.name AND due_at >= $3::bigint "
    "AND " +
        kFollowed + ")) FROM unnest($4::text[]) AS names(name)))"};

// Several hosts.
// $2: when a host is dead, in milliseconds. By the server's clock: the time and how long ago the sign before was (or
// NULL), in milliseconds; whether another host is dead.
inline const Statement kSignOfLife{
    "sign_of_life",
    "WITH before AS MATERIALIZED (SELECT seen_at FROM smmhost.hosts WHERE name = $1), "
    "given AS (INSERT INTO smmhost.hosts(name, seen_at) VALUES($1, clock_timestamp()) ON CONFLICT(name) DO UPDATE SET "
    "seen_at = excluded.seen_at RETURNING seen_at) "
    "SELECT (extract(epoch FROM given.seen_at) * 1000)::bigint, (extract(epoch FROM given.seen_at - before.seen_at) * "
    "1000)::bigint, EXISTS(SELECT FROM smmhost.hosts WHERE name <> $1 AND seen_at < clock_timestamp() - $2::bigint * "
    "interval '1 millisecond') FROM given LEFT JOIN before ON true"};
// Whoever waits longer for a lock on the tables gives no signs himself meanwhile.
inline const Statement kWaitShortlyForLocks{"wait_shortly_for_locks", "SELECT set_config('lock_timeout', '2s', true)"};
inline const Statement kLivingHosts{"living_hosts",
                                    "SELECT name FROM smmhost.hosts WHERE seen_at >= clock_timestamp() - $1::bigint * "
                                    "interval '1 millisecond' ORDER BY "
                                    "name"};
// What `gone` hosts leave behind. A run that was cut off is due again: its next slot is set to the one it had.
inline const std::string kLeftBehind =
    "cut_off AS (UPDATE smmhost.jobs AS j SET running_since = NULL, runner = '', next_run = j.last_run, last_result = "
    "'cut off when its host was lost', version = j.version + 1 FROM gone WHERE j.runner = gone.name AND "
    "j.running_since IS NOT NULL) "
    "UPDATE smmhost.payments AS x SET due_at = $2::bigint, lease_owner = '', fence = x.fence + 1, "
    "version = x.version + 1 FROM gone WHERE x.due_at > $2::bigint AND x.lease_owner = gone.name";
inline const Statement kTakeOverDead{
    "take_over_dead",
    "WITH gone AS (DELETE FROM smmhost.hosts WHERE name <> $1 AND seen_at < clock_timestamp() - $3::bigint * interval "
    "'1 millisecond' RETURNING name), " +
        kLeftBehind};
inline const Statement kFarewell{
    "farewell", "WITH gone AS (DELETE FROM smmhost.hosts WHERE name = $1 RETURNING name), " + kLeftBehind};
// $2 now, $3 what one call costs, $4 how far ahead may be spent; all in microseconds. A time that no honest clock would
// have written (a minute beyond all that, an hour for a pause) is not believed. A pause is a row beside the budget's.
inline const Statement kTakeBudget{
    "take_budget",
    "WITH pause AS MATERIALIZED (SELECT spent_until FROM smmhost.budgets WHERE name = 'pause/' || $1::text AND "
    "spent_until > "
    "$2::bigint AND spent_until <= $2::bigint + 3600000000), "
    "taken AS (INSERT INTO smmhost.budgets AS b(name, spent_until) SELECT $1, $2::bigint + $3::bigint WHERE NOT "
    "EXISTS(SELECT FROM pause) ON "
    "CONFLICT(name) DO UPDATE SET spent_until = CASE WHEN b.spent_until > $2::bigint + $3::bigint + $4::bigint + "
    "60000000 THEN $2::bigint ELSE greatest(b.spent_until, $2::bigint) END + $3::bigint WHERE b.spent_until <= "
    "$2::bigint + $4::bigint OR b.spent_until > $2::bigint + $3::bigint + $4::bigint + 60000000 RETURNING b.name) "
    "SELECT CASE WHEN EXISTS(SELECT FROM taken) THEN 0 ELSE greatest(1, coalesce((SELECT spent_until FROM pause), "
    "(SELECT spent_until - $4::bigint FROM smmhost.budgets WHERE name = $1), 0) - $2::bigint) END"};
// $2 until when, $3 now.
inline const Statement kPauseBudget{
    "pause_budget",
    "INSERT INTO smmhost.budgets AS b(name, spent_until) VALUES('pause/' || $1::text, $2::bigint) ON CONFLICT(name) DO "
    "UPDATE "
    "SET spent_until = CASE WHEN b.spent_until > $3::bigint + 3600000000 THEN excluded.spent_until ELSE "
    "greatest(b.spent_until, excluded.spent_until) END"};
inline const Statement kGiveBackBudget{
    "give_back_budget", "UPDATE smmhost.budgets SET spent_until = spent_until - $2::bigint WHERE name = $1"};

// Reading.
// A payment with its placements is one statement, so both are of the same moment.
inline const std::string kWithPlacements = "SELECT " + kPaymentColumnsOfX + ", " + kPlacementColumnsOfL +
                                           " FROM page AS x LEFT JOIN smmhost.placements AS l ON l.payment_id = x.id ";
inline const Statement kPaymentsById{
    "payments_by_id",
    "WITH page AS (SELECT * FROM smmhost.payments WHERE id = ANY($1::text[])) " + kWithPlacements + "ORDER BY x.id"};
inline const Statement kPaymentsOfOrders{
    "payments_of_orders", "WITH page AS (SELECT * FROM smmhost.payments WHERE order_id = ANY($1::bigint[])) " +
                              kWithPlacements + "ORDER BY x.order_id, x.id"};
inline const Statement kPlacementById{"placement_by_id",
                                      "SELECT " + kPlacementColumns + " FROM smmhost.placements WHERE id = $1"};
// One list, three ways in, so that each goes by its own index. $1 and $2: the time and id of the row before the page,
// $3 with archived ones, $4 how many, $5 the state or ''.
inline const std::string kNewestFirst = " ORDER BY created_at DESC, id DESC LIMIT ";
inline const std::string kOnThePage =
    "(created_at, id) < ($1::bigint, $2::text COLLATE \"C\") AND ($3::boolean OR NOT archived) "
    "AND ($5::text = '' OR state = $5::text) ";
inline const std::string kRestOfList =
    kNewestFirst + "$4::int) " + kWithPlacements + "ORDER BY x.created_at DESC, x.id DESC";
inline const Statement kListPayments{"list_payments",
                                     "WITH page AS (SELECT * FROM smmhost.payments WHERE " + kOnThePage + kRestOfList,
                                     Planned::kForItsValues};
inline const Statement kListOpenPaymentsByState{
    "list_open_payments_by_state",
    "WITH page AS (SELECT * FROM smmhost.payments WHERE state = $5::text AND state <> 'delivered' AND " + kOnThePage +
        kRestOfList,
    Planned::kForItsValues};
// $6 the text.
inline const std::string kHasText =
    "(position(lower($6::text COLLATE \"C\") IN lower(id)) > 0 "
    "OR position(lower($6::text COLLATE \"C\") IN lower(item_sku)) > 0 "
    "OR position(lower($6::text COLLATE \"C\") IN lower(username)) > 0 "
    "OR position(lower($6::text COLLATE \"C\") IN lower(customization)) > 0 "
    "OR position(lower($6::text COLLATE \"C\") IN lower(email)) > 0 "
    "OR position(lower($6::text COLLATE \"C\") IN lower(customer_name)) > 0) ";
// $7 the order.
inline const Statement kListPaymentsOfOrder{
    "list_payments_of_order",
    "WITH page AS (SELECT * FROM smmhost.payments WHERE order_id = $7::bigint AND ($6::text = '' OR " + kHasText +
        ") AND " + kOnThePage + kRestOfList,
    Planned::kForItsValues};
// $7 how many are searched for a part, $8 the text as an order's number or NULL. Looking for a part reads rows, so it
// has a bound; a whole id, order, user name or e-mail is found by an index, however many payments there are.
inline const std::string kWholeOfEnded = " = lower($6::text COLLATE \"C\") AND state IN " + kEnded +
                                         " AND NOT anonymised AND " + kOnThePage + kNewestFirst + "$4::int)";
inline const std::string kHits =
    "WITH hits AS MATERIALIZED (SELECT id FROM smmhost.payments WHERE id = $6::text "
    "UNION SELECT id FROM smmhost.payments WHERE order_id = $8::bigint "
    "UNION (SELECT id FROM smmhost.payments WHERE lower(username)" +
    kWholeOfEnded + " UNION (SELECT id FROM smmhost.payments WHERE lower(email)" + kWholeOfEnded +
    " UNION (SELECT id FROM (SELECT * FROM smmhost.payments WHERE state IN " + kOpen +
    " AND state <> 'delivered' LIMIT $7::int) AS started WHERE " + kHasText + "AND " + kOnThePage + kNewestFirst +
    "$4::int) UNION (SELECT id FROM (SELECT * FROM smmhost.payments WHERE ";
inline const std::string kPageOfHits = "(created_at, id) < ($1::bigint, $2::text COLLATE \"C\")" + kNewestFirst +
                                       "$7::int) AS newest WHERE " + kHasText + "AND " + kOnThePage + kNewestFirst +
                                       "$4::int)), page AS (SELECT * FROM smmhost.payments WHERE id IN (SELECT id FROM "
                                       "hits) AND " +
                                       kOnThePage + kRestOfList;
inline const Statement kSearchPayments{"search_payments", kHits + kPageOfHits, Planned::kForItsValues};
inline const Statement kSearchOpenPaymentsByState{
    "search_open_payments_by_state", kHits + "state = $5::text AND state <> 'delivered' AND " + kPageOfHits,
    Planned::kForItsValues};
inline const Statement kCreatedAt{"created_at", "SELECT created_at FROM smmhost.payments WHERE id = $1"};
inline const Statement kCountPayments{
    "count_payments", "SELECT state, count(*), 0 FROM smmhost.payments WHERE state IN " + kOpen +
                          " AND state <> 'delivered' GROUP BY state UNION ALL "
                          "SELECT state, sum(n)::bigint, count(*) FROM smmhost.ended_counts GROUP BY state"};
inline const Statement kFoldCounts{
    "fold_counts",
    "WITH gone AS (DELETE FROM smmhost.ended_counts RETURNING state, n) "
    "INSERT INTO smmhost.ended_counts(state, n) SELECT state, sum(n) FROM gone GROUP BY state"};
inline const Statement kOrdersWithCompleted{
    "orders_with_completed",
    "SELECT DISTINCT order_id FROM smmhost.payments AS x WHERE state = 'completed' AND order_id > $1::bigint AND NOT "
    "EXISTS(SELECT FROM smmhost.shop_updates AS u WHERE u.order_id = x.order_id AND u.status_alias = 'delivered' AND "
    "u.state = 'told') ORDER BY order_id LIMIT $2::int"};
// A union and not an OR, so that both halves go by an index over open rows.
inline const Statement kReview{
    "review",
    "SELECT " + kPlacementColumns +
        " FROM smmhost.placements WHERE id IN (SELECT id FROM smmhost.placements WHERE state = 'unknown' UNION "
        "SELECT l.id FROM smmhost.payments AS p JOIN smmhost.placements AS l ON l.payment_id = p.id "
        "WHERE p.state = 'review' AND p.state <> 'delivered' AND NOT l.given_up AND l.reason IN ('outcome_unknown',"
        "'partially_delivered','canceled_by_provider','stalled','cancelled_after_purchase','restored_from_backup')) "
        "ORDER BY "
        "created_at, id"};
inline const Statement kLinkOccupied{
    "link_occupied",
    "SELECT 1 FROM smmhost.placements WHERE provider = $1 AND service_id = $2 AND link = $3 AND state IN " +
        kOccupying};
inline const Statement kTimeline{"timeline",
                                 "SELECT " + kEventColumns + " FROM smmhost.events WHERE payment_id = $1 ORDER BY id"};
inline const Statement kExchangesOfPlacement{
    "exchanges_of_placement", "SELECT " + kExchangeColumns +
                                  " FROM smmhost.exchanges WHERE placement_id = $1 AND placement_id <> '' ORDER BY "
                                  "started_at, number"};
inline const Statement kExchangeById{"exchange_by_id",
                                     "SELECT " + kExchangeColumns + " FROM smmhost.exchanges WHERE id = $1"};
inline const Statement kPlacementByProviderOrder{
    "placement_by_provider_order",
    "SELECT " + kPlacementColumns +
        " FROM smmhost.placements WHERE provider = $1 AND provider_order_id = $2 AND provider_order_id <> ''"};
inline const Statement kShopUpdateById{"shop_update_by_id",
                                       "SELECT " + kShopUpdateColumns + " FROM smmhost.shop_updates WHERE id = $1"};
inline const Statement kShopUpdatesOfOrders{
    "shop_updates_of_orders", "SELECT " + kShopUpdateColumns +
                                  " FROM smmhost.shop_updates WHERE order_id = ANY($1::bigint[]) ORDER BY order_id, "
                                  "created_at, id"};
inline const Statement kRefusedShopUpdates{
    "refused_shop_updates",
    "SELECT " + kShopUpdateColumns +
        " FROM smmhost.shop_updates WHERE state = 'refused' ORDER BY created_at DESC, id DESC LIMIT $1::int"};
inline const Statement kWasDeleted{"was_deleted",
                                   "SELECT 1 FROM smmhost.deleted_payments AS z WHERE z.id = $1 AND NOT EXISTS(SELECT "
                                   "FROM smmhost.payments AS x WHERE "
                                   "x.id = z.id)"};
inline const Statement kMark{"mark", "SELECT value FROM smmhost.marks WHERE name = $1"};
inline const Statement kDeliveryById{"delivery_by_id",
                                     "SELECT " + kDeliveryColumns + " FROM smmhost.deliveries WHERE id = $1::bigint"};
inline const Statement kDeliveriesBefore{
    "deliveries_before",
    "SELECT " + kDeliveryColumns + " FROM smmhost.deliveries WHERE id < $1::bigint ORDER BY id DESC LIMIT $2::int"};

// Catalogue.
inline const Statement kProductBySku{"product_by_sku",
                                     "SELECT " + kProductColumns + " FROM smmhost.products WHERE sku = $1"};
inline const Statement kProducts{"products", "SELECT " + kProductColumns + " FROM smmhost.products ORDER BY sku"};
inline const Statement kInsertProduct{
    "insert_product", "INSERT INTO smmhost.products(" + kProductColumns +
                          ") VALUES($1, $2, $3, $4::bigint, $5, $6, $7::bigint + 1, $8::bigint, $9::bigint) ON "
                          "CONFLICT(sku) DO NOTHING"};
inline const Statement kUpdateProduct{
    "update_product",
    "UPDATE smmhost.products SET service_id = $2, api = $3, base_quantity = $4::bigint, type = $5, routes = $6, "
    "version = version + 1, updated_at = greatest(updated_at, $8::bigint) WHERE sku = $1 AND version = $7::bigint"};
inline const Statement kDeleteProduct{"delete_product", "DELETE FROM smmhost.products WHERE sku = $1"};

// The order's lock keeps a copy of its delivery out, the rows' locks a worker; only then is it certain what was sent.
inline const Statement kLockPayment{
    "lock_payment",
    "SELECT pg_advisory_xact_lock(7564653, hashint8(order_id)) FROM smmhost.payments WHERE id = $1 FOR UPDATE"};
inline const Statement kLockPlacements{
    "lock_placements", "SELECT id FROM smmhost.placements WHERE payment_id = $1 ORDER BY id FOR UPDATE"};
inline const Statement kDeletePayment{
    "delete_payment",
    "WITH gone AS (DELETE FROM smmhost.payments WHERE id = $1 AND NOT EXISTS(SELECT FROM smmhost.placements WHERE "
    "payment_id = $1 AND (sent_at IS NOT NULL OR state NOT IN ('intent','rejected'))) RETURNING id, state), "
    "placements AS (DELETE FROM smmhost.placements USING gone WHERE payment_id = gone.id), "
    "events AS (DELETE FROM smmhost.events USING gone WHERE payment_id = gone.id), "
    "exchanges AS (DELETE FROM smmhost.exchanges USING gone WHERE payment_id = gone.id AND payment_id <> ''), "
    "counted AS (INSERT INTO smmhost.ended_counts(state, n) SELECT state, -1 FROM gone WHERE state IN " +
        kEnded +
        "), remembered AS (INSERT INTO smmhost.deleted_payments(id) SELECT id FROM gone ON CONFLICT(id) DO NOTHING) "
        "SELECT count(*) FROM gone"};

// Providers and jobs.
inline const Statement kProviderByName{"provider_by_name",
                                       "SELECT " + kProviderColumns + " FROM smmhost.provider_status WHERE name = $1"};
inline const Statement kProviders{"providers",
                                  "SELECT " + kProviderColumns + " FROM smmhost.provider_status ORDER BY name"};
inline const Statement kDeleteServices{"delete_services", "DELETE FROM smmhost.provider_services WHERE provider = $1"};
// First in its script: hosts that replace one provider's list go one after the other.
inline const Statement kMarkServiceList{
    "mark_service_list",
    "INSERT INTO smmhost.service_lists(provider, replaced_at) VALUES($1, $2::bigint) ON CONFLICT(provider) DO UPDATE "
    "SET replaced_at = excluded.replaced_at"};
inline const Statement kServiceById{
    "service_by_id",
    "SELECT " + kServiceColumns + " FROM smmhost.provider_services WHERE provider = $1 AND service_id = $2"};
inline const Statement kKnowsServices{"knows_services", "SELECT 1 FROM smmhost.service_lists WHERE provider = $1"};
inline const Statement kJobs{"jobs", "SELECT " + kJobColumns + " FROM smmhost.jobs ORDER BY name"};
// $7: the host that runs it, kept while it runs.
inline const Statement kInsertJob{"insert_job",
                                  "INSERT INTO smmhost.jobs(" + kJobColumns +
                                      ") VALUES($1, $2::bigint, $3, $4::bigint, $5::bigint, $6::bigint + 1, CASE WHEN "
                                      "$5::bigint IS NULL THEN '' ELSE $7 END) ON CONFLICT(name) DO NOTHING"};
inline const Statement kUpdateJob{
    "update_job",
    "UPDATE smmhost.jobs SET last_run = $2::bigint, last_result = $3, next_run = $4::bigint, running_since = "
    "$5::bigint, runner = CASE WHEN $5::bigint IS NULL THEN '' ELSE $7 END, version = version + 1 WHERE name = $1 AND "
    "version = $6::bigint"};

// Forgetting people.
// A link that a running order occupies is still needed to keep a second one out.
inline const Statement kAnonymise{
    "anonymise",
    "WITH old AS MATERIALIZED (SELECT id, order_id FROM smmhost.payments WHERE state IN " + kEnded +
        " AND NOT anonymised AND updated_at < $1::bigint ORDER BY updated_at LIMIT $2::int FOR UPDATE SKIP LOCKED), "
        "payments AS (UPDATE smmhost.payments AS x SET customer_name = $3, email = $3, phone_full_number = $3, "
        "customization = $3, username = $3, anonymised = true, version = x.version + 1 FROM old WHERE x.id = old.id), "
        "placements AS (UPDATE smmhost.placements AS l SET link = $3, version = l.version + 1 FROM old "
        "WHERE l.payment_id = old.id AND l.state NOT IN " +
        kOccupying +
        "), exchanges AS (UPDATE smmhost.exchanges AS e SET url = $3, request_body = $3, response_body = $3 FROM old "
        "WHERE e.payment_id = old.id AND e.payment_id <> ''), "
        "deliveries AS (UPDATE smmhost.deliveries AS d SET payload = '{\"anonymised\":true}' "
        "WHERE d.order_id IN (SELECT order_id FROM old) AND d.order_id <> 0 AND d.received_at < $1::bigint) "
        "SELECT count(*) FROM old"};

inline const Statement kAnonymiseOtherDeliveries{
    "anonymise_other_deliveries",
    "UPDATE smmhost.deliveries SET payload = '{\"anonymised\":true}' WHERE id IN (SELECT d.id FROM smmhost.deliveries "
    "AS "
    "d WHERE d.payload <> '{\"anonymised\":true}' AND d.received_at < $1::bigint AND NOT EXISTS(SELECT FROM "
    "smmhost.payments AS p WHERE p.order_id = d.order_id AND NOT p.anonymised) ORDER BY d.received_at LIMIT $2::int)"};

}  // namespace smmhost::postgres
