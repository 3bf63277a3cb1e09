-- Attempts to take money and the record that paid. One row per charge.
-- depends: staging.charge_rows, staging.payers, staging.records
-- column: source VARCHAR | The source's name.
-- column: charge_id VARCHAR | The charge's id.
-- column: node INTEGER | The record that paid; NULL only when nothing identifies the payer.
-- column: amount DECIMAL(18,3) | Amount asked, major units of currency.
-- column: amount_captured DECIMAL(18,3) | Amount taken, major units; 0 unless it succeeded and was captured.
-- column: amount_refunded DECIMAL(18,3) | Refunded so far, by the charge itself.
-- column: currency VARCHAR | ISO 4217 code.
-- column: status VARCHAR | succeeded, pending or failed.
-- column: is_succeeded BOOLEAN | Money was taken: succeeded and captured, not in test mode.
-- column: is_disputed BOOLEAN | A dispute was ever opened.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: description VARCHAR | Description.
-- unique: source, charge_id
-- not_null: source, charge_id, amount_captured, is_succeeded, is_disputed
WITH charges AS (
  SELECT
    *,
    coalesce(status = 'succeeded', is_paid, false) AND coalesce(is_captured, true) AND coalesce(is_live, true)
      AS is_succeeded
  FROM staging.charge_rows
)
SELECT
  c.source, c.charge_id, r.node, c.amount,
  CASE
    WHEN c.is_succeeded THEN coalesce(c.amount_captured, c.amount, 0)
    ELSE CAST(0 AS DECIMAL(18,3))
  END AS amount_captured,
  c.amount_refunded, c.currency, c.status, c.is_succeeded,
  coalesce(c.is_disputed, false) AS is_disputed,
  c.created_at AS occurred_at, c.description
FROM charges AS c
LEFT JOIN staging.payers AS p
  ON p.source = c.source
  AND p.customer_id IS NOT DISTINCT FROM c.customer_id
  AND p.email IS NOT DISTINCT FROM c.email
LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
