-- Demands for money, with the record that owes. One row per invoice; drafts are none yet.
-- depends: staging.invoice_rows, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: invoice_id VARCHAR | The invoice's id.
-- column: invoice_number VARCHAR | Number printed on it.
-- column: node INTEGER | The record that owes; NULL when the source no longer holds it.
-- column: subscription_id VARCHAR | The subscription it bills.
-- column: status VARCHAR | open, paid, void or uncollectible.
-- column: currency VARCHAR | ISO 4217 code.
-- column: total DECIMAL(18,3) | Total with tax after discounts, major units of currency.
-- column: amount_due DECIMAL(18,3) | Asked for.
-- column: amount_paid DECIMAL(18,3) | Paid so far.
-- column: amount_remaining DECIMAL(18,3) | Still to be paid; 0 unless it is open.
-- column: attempt_count BIGINT | Attempts to take the money.
-- column: billing_reason VARCHAR | Why it was made.
-- column: collection_method VARCHAR | charge_automatically or send_invoice.
-- column: issued_at TIMESTAMP | Became final, UTC; created, where the source does not say.
-- column: due_at TIMESTAMP | To be paid until, UTC; of one charged automatically the day it was issued.
-- column: paid_at TIMESTAMP | Paid, UTC.
-- unique: source, invoice_id
-- not_null: source, invoice_id, amount_remaining
-- assert: amount_remaining >= 0 | nobody is owed by an invoice
SELECT
  v.source, v.invoice_id, v.invoice_number, r.node, v.subscription_id, lower(v.status) AS status, v.currency, v.total,
  v.amount_due, v.amount_paid,
  CAST(CASE
    WHEN lower(v.status) <> 'open' THEN 0
    ELSE greatest(coalesce(v.amount_remaining, v.amount_due - coalesce(v.amount_paid, 0), v.total, 0), 0)
  END AS DECIMAL(18,3)) AS amount_remaining,
  v.attempt_count, v.billing_reason, v.collection_method,
  coalesce(v.finalized_at, v.created_at) AS issued_at,
  coalesce(v.due_at, v.finalized_at, v.created_at) AS due_at,
  CASE WHEN lower(v.status) = 'paid' THEN coalesce(v.paid_at, v.finalized_at) END AS paid_at
FROM staging.invoice_rows AS v
LEFT JOIN staging.contact_ids AS i ON i.source = v.source AND i.alias = v.customer_id
LEFT JOIN staging.records AS r ON r.source = v.source AND r.record_id = coalesce(i.record_id, v.customer_id)
WHERE lower(v.status) IN ('open', 'paid', 'void', 'uncollectible')
