-- Every final invoice up to as_of, as it stood then: what was paid later was open, with the whole amount due. One row per invoice.
-- depends: staging.invoices, profile.clock
-- materialized: view
-- column: source VARCHAR | The source's name.
-- column: invoice_id VARCHAR | The invoice's id.
-- column: invoice_number VARCHAR | Number printed on it.
-- column: node INTEGER | The record that owes; NULL when the source no longer holds it.
-- column: subscription_id VARCHAR | The subscription it bills.
-- column: status VARCHAR | open, paid, void or uncollectible.
-- column: currency VARCHAR | ISO 4217 code.
-- column: amount_due DECIMAL(18,3) | Asked for, major units of currency.
-- column: amount_paid DECIMAL(18,3) | Paid by then; of one paid later 0.
-- column: amount_remaining DECIMAL(18,3) | Still to be paid; 0 unless it is open.
-- column: attempt_count BIGINT | Attempts to take the money, up to today.
-- column: issued_at TIMESTAMP | Became final, UTC.
-- column: due_at TIMESTAMP | To be paid until, UTC.
-- column: paid_at TIMESTAMP | Paid, UTC.
-- unique: source, invoice_id
-- not_null: source, invoice_id, status, amount_remaining
WITH known AS (
    SELECT v.*, v.status = 'paid' AND COALESCE(v.paid_at > k.as_of, FALSE) AS is_paid_later
    FROM staging.invoices AS v
    JOIN profile.clock AS k ON v.issued_at <= k.as_of
)
SELECT
    source, invoice_id, invoice_number, node, subscription_id,
    CASE WHEN is_paid_later THEN 'open' ELSE status END AS status,
    currency, amount_due,
    CAST(CASE WHEN is_paid_later THEN 0 ELSE amount_paid END AS DECIMAL(18, 3)) AS amount_paid,
    CAST(CASE WHEN is_paid_later THEN COALESCE(amount_due, total, 0) ELSE amount_remaining END AS DECIMAL(18, 3))
        AS amount_remaining,
    attempt_count, issued_at, due_at,
    CASE WHEN NOT is_paid_later THEN paid_at END AS paid_at
FROM known
