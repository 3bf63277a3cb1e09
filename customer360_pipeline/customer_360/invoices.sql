-- Every final invoice up to as_of, as it stood then. One row per invoice.
-- depends: metrics.invoices_as_of, profile.record_accounts, identity.record_customers
-- materialized: view
-- column: source VARCHAR | Source.
-- column: invoice_id VARCHAR | The source's own id.
-- column: invoice_number VARCHAR | Number printed on it.
-- column: account_id VARCHAR | The account; NULL when the owing record is no longer in its source.
-- column: customer_id VARCHAR | The customer who owes.
-- column: subscription_id VARCHAR | The subscription it bills.
-- column: status VARCHAR | open, paid, void or uncollectible; one paid after as_of is open.
-- column: currency VARCHAR | ISO 4217 code.
-- column: amount_due DECIMAL(18,3) | Asked for, major units of currency.
-- column: amount_paid DECIMAL(18,3) | Paid by as_of.
-- column: amount_remaining DECIMAL(18,3) | Still to be paid.
-- column: issued_at TIMESTAMP | Became final, UTC.
-- column: due_at TIMESTAMP | To be paid until, UTC.
-- column: paid_at TIMESTAMP | Paid, UTC; never after as_of.
-- unique: source, invoice_id
-- not_null: source, invoice_id, status, amount_remaining
SELECT
    v.source, v.invoice_id, v.invoice_number, a.account_id, c.customer_id, v.subscription_id, v.status, v.currency,
    v.amount_due, v.amount_paid, v.amount_remaining, v.issued_at, v.due_at, v.paid_at
FROM metrics.invoices_as_of AS v
LEFT JOIN profile.record_accounts AS a ON a.node = v.node
LEFT JOIN identity.record_customers AS c ON c.node = v.node
