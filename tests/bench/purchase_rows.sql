-- The rows that a purchase writes, as smmhost writes them, and nothing else: no host, no panel, no reads, no status asked
-- and no delivery. The claim waits for no flush; the mark before the call and the answer do.

UPDATE smmhost.payments
SET due_at = 2000000000000, lease_owner = 'bench', fence = fence + 1, version = version + 1
WHERE id = (SELECT 'copy_' || nextval('purchase_number') FROM set_config('synchronous_commit', 'off', true))
RETURNING id AS payment \gset

WITH paid AS (
  UPDATE smmhost.payments SET state = 'placing', version = version + 1 WHERE id = :payment RETURNING id
), bought AS (
  INSERT INTO smmhost.placements(id, payment_id, provider, service_id, link, quantity, state, reason, reason_detail,
    provider_order_id, charge_currency, attempt, failures, route, given_up, request_key, idempotent_at, sent_at, due_at,
    version, created_at, updated_at)
  SELECT id || '.1', id, 'machinesmm', '4420', 'https://www.instagram.com/cliente.' || id || '/', 1000, 'sent', '', '',
    '', '', 1, 0, 0, false, md5(id), '', 1790000000000, NULL, 1, 1790000000000, 1790000000000
  FROM paid
)
INSERT INTO smmhost.events(payment_id, placement_id, at, kind, from_state, to_state, why, actor, exchange_id)
SELECT paid.id, paid.id || '.1', 1790000000000, 'state', from_state, to_state, 'the purchase is sent to the provider',
  'engine', ''
FROM paid, (VALUES ('', 'intent'), ('intent', 'sent'), ('ready', 'placing')) AS t(from_state, to_state);

WITH paid AS (
  UPDATE smmhost.payments SET state = 'placed', due_at = NULL, lease_owner = '', version = version + 1
  WHERE id = :payment RETURNING id
), bought AS (
  UPDATE smmhost.placements SET state = 'accepted', provider_order_id = :payment, charge_micros = 1000,
    charge_currency = 'BRL', answered_at = 1790000000100, due_at = 1790000001000, version = version + 1
  WHERE id = :payment || '.1'
), kept AS (
  INSERT INTO smmhost.exchanges(id, peer, operation, payment_id, placement_id, attempt, method, url, request_body,
    outcome, status, response_body, error, started_at, ended_at)
  SELECT md5(id), 'machinesmm', 'place', id, id || '.1', 1, 'POST', 'https://panel.example/api/v2',
    'key=***&action=add&service=4420&link=https%3A%2F%2Fwww.instagram.com%2Fcliente.1%2F&quantity=1000', 'answered', 200,
    '{"order":23501}', '', 1790000000000, 1790000000100
  FROM paid
)
INSERT INTO smmhost.events(payment_id, placement_id, at, kind, from_state, to_state, why, actor, exchange_id)
SELECT paid.id, paid.id || '.1', 1790000000100, 'state', from_state, to_state, 'the provider took the purchase',
  'engine', md5(id)
FROM paid, (VALUES ('sent', 'accepted'), ('placing', 'placed')) AS t(from_state, to_state);
