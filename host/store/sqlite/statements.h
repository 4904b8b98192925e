// Every SQL statement of the SQLite store, by name. Parameters are numbered in the order of the row's columns.
#pragma once

#include <string>

namespace smmhost::sqlite {

// Transactions.
inline const std::string kBeginWrite = "BEGIN IMMEDIATE";
inline const std::string kBeginRead = "BEGIN DEFERRED";
inline const std::string kCommit = "COMMIT";
inline const std::string kFlushCommits = "PRAGMA synchronous = FULL";
inline const std::string kFlushWithNext = "PRAGMA synchronous = NORMAL";
inline const std::string kRollback = "ROLLBACK";
inline const std::string kSavepoint = "SAVEPOINT request";
inline const std::string kRelease = "RELEASE request";
inline const std::string kUndo = "ROLLBACK TO request";

// Columns.
inline const std::string kDeliveryColumns =
    "id, received_at, source, digest, signature, event, order_id, outcome, note, payload, body_bytes, copies";
inline const std::string kPaymentColumns =
    "id, order_id, status_alias, customer_name, email, phone_full_number, item_sku, item_quantity, customization, "
    "customization_borrowed, finished, profile_status, state, reason, reason_detail, username, profile_waiting_since, "
    "profile_checks, cancel_requested, archived, due_at, lease_owner, fence, version, created_at, updated_at";
inline const std::string kPlacementColumns =
    "id, payment_id, provider, service_id, link, quantity, state, reason, reason_detail, provider_order_id, "
    "charge_micros, "
    "charge_currency, start_count, remains, attempt, failures, route, given_up, request_key, idempotent_at, "
    "sent_at, answered_at, due_at, version, created_at, updated_at";
inline const std::string kShopUpdateColumns =
    "id, order_id, status_alias, state, attempts, last_error, due_at, version, created_at, told_at";
inline const std::string kProviderColumns =
    "name, paused, pause_detail, paused_at, balance_micros, balance_currency, balance_at, paused_balance_micros, "
    "paused_balance_currency, services_at, version";
inline const std::string kExchangeColumns =
    "id, peer, operation, payment_id, placement_id, attempt, method, url, request_body, outcome, status, "
    "response_body, "
    "error, started_at, ended_at";
inline const std::string kEventColumns =
    "id, payment_id, placement_id, at, kind, from_state, to_state, why, actor, exchange_id";
inline const std::string kProductColumns =
    "sku, service_id, api, base_quantity, type, routes, version, created_at, updated_at";
inline const std::string kServiceColumns =
    "provider, service_id, name, type, category, rate_micros, min, max, refill, cancel";
inline const std::string kJobColumns = "name, last_run, last_result, next_run, running_since, version";

// Ingest.
inline const std::string kInsertDelivery =
    "INSERT INTO deliveries(received_at, source, digest, signature, event, order_id, outcome, note, payload, "
    "body_bytes, copies) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1) "
    "ON CONFLICT(digest) DO UPDATE SET copies = copies + 1 RETURNING id, copies";
inline const std::string kSetDeliveryOutcome = "UPDATE deliveries SET outcome = ?2 WHERE id = ?1";
// The word is taken unless it is older than the one that is known; a cancellation is never forgotten, but one that is
// older than a known "paid" is not heard.
inline const std::string kUpsertOrder =
    "INSERT INTO orders(order_id, status_alias, status_at, cancelled) VALUES(?1, ?2, CASE WHEN ?2 <> '' THEN ?3 END, "
    "?4) "
    "ON CONFLICT(order_id) DO UPDATE SET "
    "status_alias = CASE WHEN ?2 <> '' AND (?3 IS NULL OR status_at IS NULL OR ?3 >= status_at) THEN ?2 ELSE "
    "status_alias END, "
    "status_at = CASE WHEN ?2 <> '' THEN max(coalesce(status_at, ?3), coalesce(?3, status_at)) ELSE status_at END, "
    "cancelled = max(cancelled, CASE WHEN ?2 <> '' AND ?3 < status_at AND status_alias = 'paid' THEN 0 ELSE ?4 END) "
    "RETURNING status_alias, cancelled";
inline const std::string kSetStatusOfOrder =
    "UPDATE payments SET status_alias = ?2, version = version + 1, updated_at = max(updated_at, ?3), "
    "due_at = CASE WHEN ?2 = 'paid' AND state = 'cancelled' AND reason = 'cancelled_by_shop' THEN ?3 ELSE due_at END "
    "WHERE order_id = ?1 AND status_alias <> ?2";
// A running lease is left to its worker: its next commit conflicts, and it reads the cancellation. What a person has
// decided after having heard of a cancellation stands, unless this one is newer than the decision.
inline const std::string kCancelOrder =
    "UPDATE payments SET cancel_requested = 1, version = version + 1, updated_at = max(updated_at, ?2), "
    "due_at = CASE WHEN lease_owner <> '' AND due_at > ?2 THEN due_at ELSE ?2 END "
    "WHERE order_id = ?1 AND (cancel_requested = 0 OR reason = 'paid_after_cancellation') "
    "AND state NOT IN ('delivered','cancelled') "
    "AND NOT EXISTS(SELECT 1 FROM events AS decided JOIN events AS heard ON heard.payment_id = decided.payment_id AND "
    "heard.id < decided.id WHERE decided.payment_id = payments.id AND decided.kind = 'decision' AND decided.at >= ?3 "
    "AND heard.kind = 'shop' AND heard.actor = 'shop') RETURNING id";
inline const std::string kSetMark =
    "INSERT INTO marks(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value";
inline const std::string kMark = "SELECT value FROM marks WHERE name = ?1";
inline const std::string kWasDeleted = "SELECT 1 FROM deleted_payments WHERE id = ?1";

// Rows written by a commit.
inline const std::string kInsertPayment = "INSERT INTO payments(" + kPaymentColumns +
                                          ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                                          "?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, "
                                          "?24 + 1, ?25, ?26) ON CONFLICT(id) DO NOTHING";
// The last condition: an ended state never changes, whoever asks.
inline const std::string kUpdatePayment =
    "UPDATE payments SET status_alias = ?3, customer_name = ?4, email = ?5, phone_full_number = ?6, item_sku = ?7, "
    "item_quantity = ?8, customization = ?9, customization_borrowed = ?10, finished = ?11, profile_status = ?12, state "
    "= ?13, "
    "reason = ?14, reason_detail = ?15, username = ?16, profile_waiting_since = ?17, profile_checks = ?18, "
    "cancel_requested = ?19, archived = ?20, due_at = ?21, lease_owner = ?22, version = version + 1, "
    "updated_at = max(updated_at, ?26) "
    "WHERE id = ?1 AND version = ?24 AND fence = ?23 AND (state = ?13 OR state NOT IN ('delivered','cancelled'))";
inline const std::string kInsertPlacement = "INSERT INTO placements(" + kPlacementColumns +
                                            ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                                            "?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24 + 1, "
                                            "?25, ?26) ON CONFLICT(id) DO NOTHING";
inline const std::string kUpdatePlacement =
    "UPDATE placements SET provider = ?3, service_id = ?4, link = ?5, quantity = ?6, state = ?7, reason = ?8, "
    "reason_detail = ?9, provider_order_id = ?10, charge_micros = ?11, charge_currency = ?12, start_count = ?13, "
    "remains = ?14, "
    "attempt = ?15, failures = ?16, route = ?17, given_up = ?18, request_key = ?19, idempotent_at = ?20, "
    "sent_at = ?21, answered_at = ?22, due_at = ?23, version = version + 1, updated_at = max(updated_at, ?26) "
    "WHERE id = ?1 AND version = ?24";
inline const std::string kInsertShopUpdate =
    "INSERT INTO shop_updates(" + kShopUpdateColumns +
    ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 + 1, ?9, ?10) ON CONFLICT(id) DO NOTHING";
inline const std::string kUpdateShopUpdate =
    "UPDATE shop_updates SET state = ?4, attempts = ?5, last_error = ?6, due_at = ?7, version = version + 1, told_at = "
    "?10 "
    "WHERE id = ?1 AND version = ?8";
inline const std::string kInsertProvider =
    "INSERT INTO provider_status(" + kProviderColumns +
    ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 + 1) ON CONFLICT(name) DO NOTHING";
inline const std::string kUpdateProvider =
    "UPDATE provider_status SET paused = ?2, pause_detail = ?3, paused_at = ?4, balance_micros = ?5, balance_currency "
    "= ?6, "
    "balance_at = ?7, paused_balance_micros = ?8, paused_balance_currency = ?9, services_at = ?10, version = version + "
    "1 "
    "WHERE name = ?1 AND version = ?11";
inline const std::string kInsertExchange =
    "INSERT INTO exchanges(" + kExchangeColumns +
    ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT(id) DO NOTHING";
inline const std::string kInsertEvent =
    "INSERT INTO events(payment_id, placement_id, at, kind, from_state, to_state, why, actor, exchange_id) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

// Work.
// First the keys, oldest first, then one update a key: RETURNING alone promises no order.
inline const std::string kDuePayments = "SELECT rowid FROM payments WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2";
inline const std::string kLeasePayment =
    "UPDATE payments SET due_at = ?2, lease_owner = ?3, fence = fence + 1, version = version + 1 WHERE rowid = ?1 "
    "RETURNING " +
    kPaymentColumns;
inline const std::string kLeasePaymentById =
    "UPDATE payments SET due_at = ?2, lease_owner = ?3, fence = fence + 1, version = version + 1 "
    "WHERE id = ?1 AND NOT (lease_owner <> '' AND lease_owner <> ?3 AND due_at > ?4) RETURNING " +
    kPaymentColumns;
inline const std::string kFollowed = "state IN ('accepted','in_progress') AND due_at IS NOT NULL";
inline const std::string kDuePlacements =
    "SELECT rowid FROM placements WHERE provider = ?1 AND due_at <= ?2 AND " + kFollowed + " ORDER BY due_at LIMIT ?3";
inline const std::string kLeasePlacement =
    "UPDATE placements SET due_at = ?2, version = version + 1 WHERE rowid = ?1 RETURNING " + kPlacementColumns;
inline const std::string kDueShopUpdates =
    "SELECT rowid FROM shop_updates WHERE state = 'pending' AND due_at <= ?1 ORDER BY due_at LIMIT ?2";
inline const std::string kLeaseShopUpdate =
    "UPDATE shop_updates SET due_at = ?2, version = version + 1 WHERE rowid = ?1 RETURNING " + kShopUpdateColumns;
inline const std::string kBreakLeases =
    "UPDATE payments SET due_at = ?2, lease_owner = '', fence = fence + 1, version = version + 1 "
    "WHERE due_at > ?2 AND lease_owner = ?1";
inline const std::string kBreakTrackingClaims =
    "UPDATE placements SET due_at = ?1, version = version + 1 WHERE due_at > ?1 AND due_at <= ?2 AND " + kFollowed;
inline const std::string kBreakShopUpdateClaims =
    "UPDATE shop_updates SET due_at = ?1, version = version + 1 "
    "WHERE state = 'pending' AND due_at > ?1 AND due_at <= ?2";

// Waking never breaks a running lease; the new version makes its worker read again and see what has changed.
inline const std::string kWakeUnlessLeased =
    "UPDATE payments SET version = version + 1, due_at = CASE WHEN lease_owner <> '' AND due_at > ?1 THEN due_at ELSE "
    "?1 END ";
// A payment is at the provider by an unsent placement there or, before anything was planned, by a route of its product.
inline const std::string kHeldFor =
    "SELECT id FROM payments WHERE state = 'held' AND reason = ?1 AND (?3 = '' OR item_sku = ?3) AND (?2 = '' "
    "OR EXISTS(SELECT 1 FROM placements AS l WHERE l.payment_id = payments.id AND l.provider = ?2 AND l.state IN "
    "('intent','rejected')) "
    "OR EXISTS(SELECT 1 FROM products AS p WHERE p.sku = payments.item_sku AND (p.api = ?2 "
    "OR EXISTS(SELECT 1 FROM json_each(p.routes) AS r WHERE r.value ->> 0 = ?2))))";
// Not one that is due already: whoever claims it reads what has changed.
inline const std::string kWakePayment =
    kWakeUnlessLeased + "WHERE id = ?2 AND (lease_owner <> '' OR due_at IS NULL OR due_at > ?1)";
inline const std::string kHurryUnsentPlacements =
    "UPDATE placements SET due_at = ?1, version = version + 1 "
    "WHERE payment_id = ?2 AND state IN ('intent','rejected') AND given_up = 0 AND due_at > ?1";
inline const std::string kWaitingForLink =
    "reason = 'link_busy' AND state IN ('intent','rejected') AND given_up = 0 AND ";
inline const std::string kLinkWaitedFor =
    "SELECT 1 FROM placements WHERE " + kWaitingForLink + "provider = ?1 AND service_id = ?2 AND link = ?3 LIMIT 1";
inline const std::string kWakeLink =
    kWakeUnlessLeased +
    "WHERE state NOT IN ('delivered','cancelled') AND id IN (SELECT payment_id FROM placements WHERE " +
    kWaitingForLink + "provider = ?2 AND service_id = ?3 AND link = ?4) RETURNING id";
inline const std::string kEarliestDue = "SELECT due_at FROM payments WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1";
inline const std::string kEarliestShopUpdate =
    "SELECT due_at FROM shop_updates WHERE state = 'pending' AND due_at IS NOT NULL ORDER BY due_at LIMIT 1";
// Hops from provider to provider along the index instead of reading every followed placement.
inline const std::string kEarliestFollowed =
    "WITH RECURSIVE names(name) AS (SELECT min(provider) FROM placements WHERE " + kFollowed +
    " UNION ALL SELECT (SELECT min(provider) FROM placements WHERE provider > names.name AND " + kFollowed +
    ") FROM names WHERE names.name IS NOT NULL) SELECT min((SELECT min(due_at) FROM placements WHERE provider = "
    "names.name AND " +
    kFollowed + ")) FROM names WHERE names.name IS NOT NULL";

// Reading.
inline const std::string kPaymentById = "SELECT " + kPaymentColumns + " FROM payments WHERE id = ?1";
inline const std::string kPaymentsOfOrder =
    "SELECT " + kPaymentColumns + " FROM payments WHERE order_id = ?1 ORDER BY id";
inline const std::string kPlacementById = "SELECT " + kPlacementColumns + " FROM placements WHERE id = ?1";
inline const std::string kPlacementsOfPayment =
    "SELECT " + kPlacementColumns + " FROM placements WHERE payment_id = ?1";
// One list, three ways in: the index is named because the planner has no statistics to choose by. ?1 and ?2: the time
// and id of the row before the page, ?3 with archived ones, ?4 how many, ?5 the state or ''.
inline const std::string kNewestFirst = " ORDER BY created_at DESC, id DESC LIMIT ";
inline const std::string kOnThePage =
    "(created_at, id) < (?1, ?2) AND (?3 OR archived = 0) AND (?5 = '' OR state = ?5) ";
inline const std::string kListPayments =
    "SELECT " + kPaymentColumns + " FROM payments INDEXED BY payments_newest WHERE " + kOnThePage + kNewestFirst + "?4";
inline const std::string kListOpenPaymentsByState =
    "SELECT " + kPaymentColumns +
    " FROM payments INDEXED BY payments_by_state WHERE state = ?5 AND state <> 'delivered' AND " + kOnThePage +
    kNewestFirst + "?4";
// ?6 the text.
inline const std::string kHasText =
    "(instr(lower(id), lower(?6)) OR instr(lower(item_sku), lower(?6)) OR instr(lower(username), lower(?6)) "
    "OR instr(lower(customization), lower(?6)) OR instr(lower(email), lower(?6)) OR instr(lower(customer_name), "
    "lower(?6))) ";
// ?7 the order.
inline const std::string kListPaymentsOfOrder =
    "SELECT " + kPaymentColumns + " FROM payments INDEXED BY payments_of_order WHERE order_id = ?7 AND (?6 = '' OR " +
    kHasText + ") AND " + kOnThePage + kNewestFirst + "?4";
// ?7 how many are searched for a part, ?8 the text as an order's number or NULL. Looking for a part reads rows, so it
// has a bound; a whole id, order, user name or e-mail is found by an index, however many payments there are.
inline const std::string kWholeOfEnded =
    " = lower(?6) AND state IN ('delivered','cancelled') AND anonymised = 0 AND " + kOnThePage + kNewestFirst + "?4)";
inline const std::string kHits =
    "SELECT id FROM payments WHERE id = ?6 "
    "UNION SELECT id FROM payments INDEXED BY payments_of_order WHERE order_id = ?8 "
    "UNION SELECT id FROM (SELECT id FROM payments INDEXED BY payments_by_username WHERE lower(username)" +
    kWholeOfEnded + " UNION SELECT id FROM (SELECT id FROM payments INDEXED BY payments_by_email WHERE lower(email)" +
    kWholeOfEnded +
    " UNION SELECT id FROM (SELECT id FROM (SELECT * FROM payments INDEXED BY payments_by_state WHERE state IN "
    "('received','waiting_profile','ready','placing','placed','completed','held','review') AND state <> 'delivered' "
    "LIMIT ?7) WHERE " +
    kHasText + "AND " + kOnThePage + kNewestFirst + "?4) UNION SELECT id FROM (SELECT id FROM (SELECT * FROM payments ";
inline const std::string kRestOfHits =
    "(created_at, id) < (?1, ?2)" + kNewestFirst + "?7) WHERE " + kHasText + "AND " + kOnThePage + kNewestFirst + "?4)";
inline const std::string kPageOfHits = "SELECT " + kPaymentColumns + " FROM payments WHERE id IN (";
inline const std::string kSearchPayments = kPageOfHits + kHits + "INDEXED BY payments_newest WHERE " + kRestOfHits +
                                           ") AND " + kOnThePage + kNewestFirst + "?4";
inline const std::string kSearchOpenPaymentsByState =
    kPageOfHits + kHits + "INDEXED BY payments_by_state WHERE state = ?5 AND state <> 'delivered' AND " + kRestOfHits +
    ") AND " + kOnThePage + kNewestFirst + "?4";
inline const std::string kCreatedAt = "SELECT created_at FROM payments WHERE id = ?1";
inline const std::string kCountPayments = "SELECT state, n FROM payment_counts WHERE n > 0";
inline const std::string kOrdersWithCompleted =
    "SELECT DISTINCT order_id FROM payments WHERE state = 'completed' AND order_id > ?1 AND NOT EXISTS("
    "SELECT 1 FROM shop_updates AS u WHERE u.order_id = payments.order_id AND u.status_alias = 'delivered' AND u.state "
    "= 'told') "
    "ORDER BY order_id LIMIT ?2";
// A union and not an OR, so that both halves go by an index over open rows.
inline const std::string kReview =
    "SELECT " + kPlacementColumns +
    " FROM placements WHERE id IN (SELECT id FROM placements WHERE state = 'unknown' UNION SELECT l.id FROM payments "
    "AS p "
    "INDEXED BY payments_by_state CROSS JOIN placements AS l ON l.payment_id = p.id "
    "WHERE p.state = 'review' AND p.state <> 'delivered' AND l.given_up = 0 AND l.reason IN ('outcome_unknown',"
    "'partially_delivered','canceled_by_provider','stalled','cancelled_after_purchase','restored_from_backup'))";
inline const std::string kLinkOccupied =
    "SELECT 1 FROM placements WHERE provider = ?1 AND service_id = ?2 AND link = ?3 AND "
    "state IN ('sent','accepted','in_progress','unknown')";
inline const std::string kTimeline = "SELECT " + kEventColumns + " FROM events WHERE payment_id = ?1 ORDER BY id";
inline const std::string kExchangesOfPlacement =
    "SELECT " + kExchangeColumns +
    " FROM exchanges WHERE placement_id = ?1 AND placement_id <> '' ORDER BY started_at, rowid";
inline const std::string kExchangeById = "SELECT " + kExchangeColumns + " FROM exchanges WHERE id = ?1";
inline const std::string kPlacementByProviderOrder =
    "SELECT " + kPlacementColumns +
    " FROM placements WHERE provider = ?1 AND provider_order_id = ?2 AND provider_order_id <> ''";
// Whether the placement ?3 would get an order that another one has.
inline const std::string kIsAnothersOrder =
    "SELECT 1 FROM placements AS x WHERE x.provider = ?1 AND x.provider_order_id = ?2 AND x.provider_order_id <> '' "
    "AND x.id <> ?3 AND NOT EXISTS(SELECT 1 FROM placements AS o WHERE o.id = ?3 AND o.provider_order_id = ?2)";
inline const std::string kShopUpdateById = "SELECT " + kShopUpdateColumns + " FROM shop_updates WHERE id = ?1";
inline const std::string kShopUpdatesOfOrder =
    "SELECT " + kShopUpdateColumns + " FROM shop_updates WHERE order_id = ?1 ORDER BY created_at, id";
inline const std::string kRefusedShopUpdates =
    "SELECT " + kShopUpdateColumns +
    " FROM shop_updates WHERE state = 'refused' ORDER BY created_at DESC, id DESC LIMIT ?1";
inline const std::string kDeliveryById = "SELECT " + kDeliveryColumns + " FROM deliveries WHERE id = ?1";
inline const std::string kDeliveriesBefore =
    "SELECT " + kDeliveryColumns + " FROM deliveries WHERE id < ?1 ORDER BY id DESC LIMIT ?2";

// Catalogue.
inline const std::string kProductBySku = "SELECT " + kProductColumns + " FROM products WHERE sku = ?1";
inline const std::string kProducts = "SELECT " + kProductColumns + " FROM products ORDER BY sku";
inline const std::string kInsertProduct =
    "INSERT INTO products(" + kProductColumns +
    ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7 + 1, ?8, ?9) ON CONFLICT(sku) DO NOTHING";
inline const std::string kUpdateProduct =
    "UPDATE products SET service_id = ?2, api = ?3, base_quantity = ?4, type = ?5, routes = ?6, version = version + 1, "
    "updated_at = max(updated_at, ?9) WHERE sku = ?1 AND version = ?7";
inline const std::string kDeleteProduct = "DELETE FROM products WHERE sku = ?1";

inline const std::string kDeletePayment =
    "DELETE FROM payments WHERE id = ?1 AND NOT EXISTS(SELECT 1 FROM placements WHERE payment_id = ?1 AND "
    "(sent_at IS NOT NULL OR state NOT IN ('intent','rejected')))";
inline const std::string kDeletePlacements = "DELETE FROM placements WHERE payment_id = ?1";
inline const std::string kDeleteEvents = "DELETE FROM events WHERE payment_id = ?1";
inline const std::string kDeleteExchanges = "DELETE FROM exchanges WHERE payment_id = ?1 AND payment_id <> ''";
inline const std::string kRememberDeleted = "INSERT INTO deleted_payments(id) VALUES(?1) ON CONFLICT(id) DO NOTHING";

// Providers and jobs.
inline const std::string kProviderByName = "SELECT " + kProviderColumns + " FROM provider_status WHERE name = ?1";
inline const std::string kProviders = "SELECT " + kProviderColumns + " FROM provider_status ORDER BY name";
inline const std::string kDeleteServices = "DELETE FROM provider_services WHERE provider = ?1";
inline const std::string kInsertService =
    "INSERT OR REPLACE INTO provider_services(" + kServiceColumns + ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
inline const std::string kMarkServiceList =
    "INSERT INTO service_lists(provider, replaced_at) VALUES(?1, ?2) ON CONFLICT(provider) DO UPDATE SET replaced_at = "
    "?2";
inline const std::string kServiceById =
    "SELECT " + kServiceColumns + " FROM provider_services WHERE provider = ?1 AND service_id = ?2";
inline const std::string kKnowsServices = "SELECT 1 FROM service_lists WHERE provider = ?1";
inline const std::string kJobs = "SELECT " + kJobColumns + " FROM jobs ORDER BY name";
inline const std::string kInsertJob =
    "INSERT INTO jobs(" + kJobColumns + ") VALUES(?1, ?2, ?3, ?4, ?5, ?6 + 1) ON CONFLICT(name) DO NOTHING";
inline const std::string kUpdateJob =
    "UPDATE jobs SET last_run = ?2, last_result = ?3, next_run = ?4, running_since = ?5, version = version + 1 "
    "WHERE name = ?1 AND version = ?6";

// Forgetting people.
inline const std::string kOldEnded =
    "SELECT id, order_id FROM payments WHERE state IN ('delivered','cancelled') AND anonymised = 0 AND updated_at < ?1 "
    "ORDER BY updated_at LIMIT ?2";
inline const std::string kAnonymisePayment =
    "UPDATE payments SET customer_name = ?2, email = ?2, phone_full_number = ?2, customization = ?2, username = ?2, "
    "anonymised = 1, version = version + 1 WHERE id = ?1";
// A link that a running order occupies is still needed to keep a second one out.
inline const std::string kAnonymisePlacements =
    "UPDATE placements SET link = ?2, version = version + 1 "
    "WHERE payment_id = ?1 AND state NOT IN ('sent','accepted','in_progress','unknown')";
inline const std::string kAnonymiseExchanges =
    "UPDATE exchanges SET url = ?2, request_body = ?2, response_body = ?2 WHERE payment_id = ?1 AND payment_id <> ''";
// The index deliveries_to_anonymise knows the payload by the same words.
inline const std::string kAnonymisedPayload = "'{\"anonymised\":true}'";
inline const std::string kAnonymiseDeliveries = "UPDATE deliveries SET payload = " + kAnonymisedPayload +
                                                " WHERE order_id = ?1 AND order_id <> 0 AND received_at < ?2";
inline const std::string kAnonymiseOtherDeliveries =
    "UPDATE deliveries SET payload = " + kAnonymisedPayload +
    " WHERE id IN (SELECT id FROM deliveries AS d WHERE d.payload <> " + kAnonymisedPayload +
    " AND d.received_at < ?1 AND NOT EXISTS(SELECT 1 FROM payments AS p WHERE p.order_id = d.order_id AND "
    "p.anonymised = 0) ORDER BY d.received_at LIMIT ?2)";

}  // namespace smmhost::sqlite
