-- Payments that a cardholder's bank took back or may take back, with the record that had paid. One row per dispute.
-- depends: staging.dispute_rows, staging.charges
-- column: source VARCHAR | The source's name.
-- column: dispute_id VARCHAR | The dispute's id.
-- column: charge_id VARCHAR | The charge.
-- column: node INTEGER | The record that had paid; NULL when the charge is unknown or has none.
-- column: amount DECIMAL(18,3) | Amount in dispute, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: status VARCHAR | The vendor's status.
-- column: is_lost BOOLEAN | The money is gone for good.
-- column: is_open BOOLEAN | The money is with the bank until it is decided. Inquiries (warning_*) move no money.
-- column: occurred_at TIMESTAMP | When, UTC.
-- unique: source, dispute_id
-- not_null: source, dispute_id, is_lost, is_open
SELECT
  d.source, d.dispute_id, d.charge_id, c.node, d.amount, d.currency, d.status,
  coalesce(d.status IN ('lost', 'charge_refunded'), false) AS is_lost,
  coalesce(d.status IN ('needs_response', 'under_review'), false) AS is_open,
  d.created_at AS occurred_at
FROM staging.dispute_rows AS d
LEFT JOIN staging.charges AS c ON c.source = d.source AND c.charge_id = d.charge_id
WHERE coalesce(d.is_live, true)
