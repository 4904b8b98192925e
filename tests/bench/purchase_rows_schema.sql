-- Payments that purchase_rows.sql buys for: copies of one that smmhost stored, as it stands before it is claimed.
CREATE SEQUENCE purchase_number;
INSERT INTO smmhost.payments
SELECT (jsonb_populate_record(p, jsonb_build_object('id', 'copy_' || n, 'order_id', 900000000 + n, 'state', 'ready',
  'due_at', 0, 'lease_owner', '', 'fence', 0, 'version', 1))).*
FROM smmhost.payments AS p, generate_series(1, 100000) AS n WHERE p.id = (SELECT min(id) FROM smmhost.payments);
ANALYZE smmhost.payments;
CHECKPOINT;
