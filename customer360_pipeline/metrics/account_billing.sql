-- What each account was billed and how it pays, up to as_of, in the reporting currency at the rate of each invoice's day.
-- One row per account with an invoice.
-- depends: metrics.invoices_as_of, profile.record_accounts, profile.exchange_rates
-- setting: as_of, metrics_reporting_currency
-- column: account_id VARCHAR | The account.
-- column: total_invoices BIGINT | Final invoices, void ones left out.
-- column: paid_invoices BIGINT | Of them, paid.
-- column: open_invoices BIGINT | Of them, open.
-- column: overdue_invoices BIGINT | Of them, open past their due date.
-- column: outstanding_amount DECIMAL(18,2) | Still to be paid.
-- column: overdue_amount DECIMAL(18,2) | Of it, past the due date.
-- column: overdue_days BIGINT | Days since the earliest missed due date; NULL: none is overdue.
-- column: written_off_amount DECIMAL(18,2) | Of invoices given up as uncollectible.
-- column: failed_attempts_12m BIGINT | Attempts to take money that failed, of invoices issued in the 365 days up to as_of.
-- column: avg_payment_delay_days DECIMAL(9,2) | Mean of days from due to paid, early ones negative, those of amount 0 left out; NULL without a paid one.
-- column: last_invoice_at TIMESTAMP | Latest one issued, UTC.
-- column: last_paid_at TIMESTAMP | Latest one paid, UTC.
-- column: unconverted_invoices BIGINT | Open or given-up invoices left out of the amounts: no exchange rate on their day.
-- unique: account_id
-- not_null: account_id, total_invoices, paid_invoices, open_invoices, overdue_invoices, failed_attempts_12m, unconverted_invoices
-- assert: overdue_invoices <= open_invoices | only an open one can be overdue
WITH dated AS (
    SELECT
        a.account_id, v.status AS state, v.issued_at, v.attempt_count, v.paid_at, v.due_at, v.amount_due,
        CASE WHEN v.currency = $metrics_reporting_currency THEN CAST(1 AS DECIMAL(18, 9)) ELSE r.rate END AS rate,
        CASE WHEN v.status = 'uncollectible' THEN v.amount_due ELSE v.amount_remaining END AS amount
    FROM metrics.invoices_as_of AS v
    JOIN profile.record_accounts AS a ON a.node = v.node
    LEFT JOIN profile.exchange_rates AS r
        ON r.currency = v.currency AND CAST(v.issued_at AS DATE) >= r.valid_from AND CAST(v.issued_at AS DATE) < r.valid_to
    WHERE v.status <> 'void'
),
measured AS (
    SELECT
        d.*,
        CAST(ROUND(CAST(amount AS DECIMAL(29, 3)) * rate, 2) AS DECIMAL(18, 2)) AS reporting_amount,
        state = 'open' AND due_at < $as_of AS is_overdue,
        -- Of nothing to be paid nothing is late: a trial's invoice would be a punctual one.
        CASE
            WHEN amount_due = 0 THEN NULL
            ELSE CAST(DATE_DIFF('day', CAST(due_at AS DATE), CAST(paid_at AS DATE)) AS BIGINT)
        END AS delay_days
    FROM dated AS d
)
SELECT
    account_id,
    COUNT(*) AS total_invoices,
    CAST(SUM(CASE WHEN state = 'paid' THEN 1 ELSE 0 END) AS BIGINT) AS paid_invoices,
    CAST(SUM(CASE WHEN state = 'open' THEN 1 ELSE 0 END) AS BIGINT) AS open_invoices,
    CAST(SUM(CASE WHEN is_overdue THEN 1 ELSE 0 END) AS BIGINT) AS overdue_invoices,
    CAST(SUM(CASE WHEN state = 'open' THEN reporting_amount ELSE 0 END) AS DECIMAL(18, 2)) AS outstanding_amount,
    CAST(SUM(CASE WHEN is_overdue THEN reporting_amount ELSE 0 END) AS DECIMAL(18, 2)) AS overdue_amount,
    CAST(MAX(CASE WHEN is_overdue THEN DATE_DIFF('day', CAST(due_at AS DATE), CAST($as_of AS DATE)) END) AS BIGINT)
        AS overdue_days,
    CAST(SUM(CASE WHEN state = 'uncollectible' THEN reporting_amount ELSE 0 END) AS DECIMAL(18, 2)) AS written_off_amount,
    -- The attempt that succeeded is no failed one.
    CAST(SUM(CASE
        WHEN DATE_DIFF('day', CAST(issued_at AS DATE), CAST($as_of AS DATE)) >= 365 THEN 0
        WHEN state = 'paid' AND attempt_count > 1 THEN attempt_count - 1
        WHEN state <> 'paid' THEN COALESCE(attempt_count, 0)
        ELSE 0
    END) AS BIGINT) AS failed_attempts_12m,
    CAST(AVG(CAST(delay_days AS DOUBLE)) AS DECIMAL(9, 2)) AS avg_payment_delay_days,
    MAX(issued_at) AS last_invoice_at,
    MAX(paid_at) AS last_paid_at,
    CAST(SUM(CASE WHEN state IN ('open', 'uncollectible') AND rate IS NULL THEN 1 ELSE 0 END) AS BIGINT)
        AS unconverted_invoices
FROM measured
GROUP BY account_id
