-- Changes of what is held for customers: credit that later invoices use up, and cash that no payment has used yet. One row per
-- transaction.
-- depends: staging.balance_transaction_rows, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: transaction_id VARCHAR | The transaction's id.
-- column: node INTEGER | The record it is held for; NULL when the source no longer holds it.
-- column: balance VARCHAR | credit or cash.
-- column: kind VARCHAR | The vendor's type of it.
-- column: currency VARCHAR | ISO 4217 code.
-- column: amount DECIMAL(18,3) | Change in the customer's favour, major units of currency; negative: used up, or owed.
-- column: occurred_at TIMESTAMP | When, UTC.
-- unique: source, transaction_id
-- not_null: source, transaction_id, balance, amount
SELECT
  t.source, t.transaction_id, r.node, t.balance, t.kind, t.currency,
  -- Stripe writes the customer's credit as negative amounts, the customer's cash as positive ones.
  CAST(CASE WHEN t.balance = 'credit' THEN -t.amount ELSE t.amount END AS DECIMAL(18,3)) AS amount,
  t.created_at AS occurred_at
FROM staging.balance_transaction_rows AS t
LEFT JOIN staging.contact_ids AS i ON i.source = t.source AND i.alias = t.customer_id
LEFT JOIN staging.records AS r ON r.source = t.source AND r.record_id = coalesce(i.record_id, t.customer_id)
WHERE t.balance IS NOT NULL AND t.amount IS NOT NULL
