-- What is owed, held and agreed with each account: invoices, balances, subscriptions. Money is in the reporting currency. One row
-- per account.
-- depends: profile.accounts, metrics.account_billing, metrics.account_credits, metrics.account_contracts, metrics.zeros
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: total_invoices BIGINT | Final invoices, void ones left out; NULL when no invoices were read.
-- column: outstanding_amount DECIMAL(18,2) | Still to be paid of invoices; NULL when none were read, as the next three.
-- column: overdue_amount DECIMAL(18,2) | Of it, past the due date.
-- columns: metrics.account_billing only overdue_days
-- column: failed_attempts_12m BIGINT | Failed attempts to take money for invoices of the last 365 days.
-- column: avg_payment_delay DECIMAL(9,2) | Mean of days from due to paid, early ones negative.
-- column: payment_status VARCHAR | current, outstanding, overdue or written_off, the worst that holds; NULL without an invoice.
-- column: credit_amount DECIMAL(18,2) | Credit on the account that later invoices use up; negative: carried over to the next one. NULL when no changes of balances were read.
-- column: cash_amount DECIMAL(18,2) | Money received that no payment has used yet.
-- column: active_subscriptions BIGINT | Subscriptions that count at as_of; NULL when none were read.
-- columns: metrics.account_contracts only renewal_date
-- column: days_to_renewal BIGINT | Days until then.
-- columns: metrics.account_contracts only contract_start_date, contract_end_date, contract_term_months, has_auto_renew
-- columns: metrics.account_contracts only active_products
-- column: product_count BIGINT | How many.
-- unique: account_id
-- not_null: account_id
-- assert: overdue_amount <= outstanding_amount | what is overdue is outstanding
SELECT
    a.account_id,
    COALESCE(b.total_invoices, z.invoices) AS total_invoices,
    COALESCE(b.outstanding_amount, without_invoice.invoices) AS outstanding_amount,
    COALESCE(b.overdue_amount, without_invoice.invoices) AS overdue_amount,
    b.overdue_days,
    COALESCE(b.failed_attempts_12m, z.invoices) AS failed_attempts_12m,
    b.avg_payment_delay_days AS avg_payment_delay,
    CASE
        WHEN b.overdue_invoices > 0 THEN 'overdue'
        WHEN b.open_invoices > 0 THEN 'outstanding'
        WHEN b.written_off_amount > 0 THEN 'written_off'
        WHEN b.total_invoices > 0 THEN 'current'
    END AS payment_status,
    COALESCE(h.credit_amount, without_currency.balances) AS credit_amount,
    COALESCE(h.cash_amount, without_currency.balances) AS cash_amount,
    COALESCE(c.active_subscriptions, z.subscriptions) AS active_subscriptions,
    c.renewal_date,
    CAST(DATE_DIFF('day', CAST($as_of AS DATE), CAST(c.renewal_date AS DATE)) AS BIGINT) AS days_to_renewal,
    c.contract_start_date, c.contract_end_date, c.contract_term_months, c.has_auto_renew, c.active_products,
    COALESCE(c.product_count, z.subscriptions) AS product_count
FROM profile.accounts AS a
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.account_billing AS b ON b.account_id = a.account_id
LEFT JOIN metrics.account_credits AS h ON h.account_id = a.account_id
LEFT JOIN metrics.account_contracts AS c ON c.account_id = a.account_id
-- An amount of an account that has a row is NULL where no exchange rate is known, not 0.
LEFT JOIN metrics.zeros AS without_invoice ON b.account_id IS NULL
LEFT JOIN metrics.zeros AS without_currency ON COALESCE(h.unconverted_balances, 0) = 0
