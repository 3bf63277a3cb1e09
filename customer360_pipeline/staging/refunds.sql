-- Money given back, with the record that had paid. One row per refund.
-- depends: staging.refund_rows, staging.charges
-- column: source VARCHAR | The source's name.
-- column: refund_id VARCHAR | The refund's id.
-- column: charge_id VARCHAR | The charge.
-- column: node INTEGER | The record that had paid; NULL when the charge is unknown or has none.
-- column: amount DECIMAL(18,3) | Amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: status VARCHAR | pending, requires_action, succeeded, failed or canceled.
-- column: is_settled BOOLEAN | The money went back (succeeded).
-- column: occurred_at TIMESTAMP | When, UTC.
-- unique: source, refund_id
-- not_null: source, refund_id, is_settled
SELECT
  r.source, r.refund_id, r.charge_id, c.node, r.amount, r.currency, r.status,
  coalesce(r.status, 'succeeded') = 'succeeded' AS is_settled,
  r.created_at AS occurred_at
FROM staging.refund_rows AS r
LEFT JOIN staging.charges AS c ON c.source = r.source AND c.charge_id = r.charge_id
