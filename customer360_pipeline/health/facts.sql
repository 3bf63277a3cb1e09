-- What health looks at, side by side. One row per account that is a company, or has ever paid or been billed.
-- A figure is NULL when its source was not read or says nothing of the account.
-- depends: profile.accounts, metrics.account_arr, metrics.account_contracts, metrics.account_billing, metrics.account_revenue, metrics.account_value, metrics.account_activity
-- setting: as_of, health_min_renewal_months
-- column: account_id VARCHAR | The account.
-- column: kind VARCHAR | company, or person (an account of one).
-- column: name VARCHAR | Its name.
-- column: people BIGINT | Customers with a record in it.
-- column: customer_months BIGINT | Whole months since the first payment or contract.
-- column: arr DECIMAL(18,2) | Recurring revenue of a year at as_of, reporting currency; NULL without any ever.
-- column: arr_change DOUBLE | Change against the end of the same month a year before, as a share of it; NULL from nothing.
-- column: total_paid DECIMAL(18,2) | Paid so far, reporting currency.
-- column: total_invoices BIGINT | Final invoices.
-- column: overdue_days BIGINT | Days since the earliest missed due date; 0: billed, and nothing is overdue.
-- column: payment_delay DOUBLE | Mean of days from due to paid.
-- column: failed_attempts BIGINT | Attempts to take money that failed, 12 months.
-- column: contract_continues BIGINT | 1: a subscription renews by itself; 0: all are set to end, or have ended.
-- column: days_to_renewal BIGINT | Days to the renewal or end of a contract that needs preparation: of health.min_renewal_months or more, or one set to end.
-- column: days_silent BIGINT | Days since the latest interaction of any kind.
-- unique: account_id
-- not_null: account_id, kind, people
-- assert: overdue_days >= 0 | what is not yet due is not overdue
WITH money AS (
    SELECT
        a.account_id, a.kind, a.name, a.people, r.current_arr, r.prev_year_arr, v.total_paid, b.total_invoices,
        CASE WHEN b.total_invoices > 0 THEN COALESCE(b.overdue_days, 0) END AS overdue_days,
        b.avg_payment_delay_days, b.failed_attempts_12m, u.customer_since,
        CASE
            WHEN c.has_auto_renew THEN 1
            WHEN c.account_id IS NOT NULL OR r.current_arr = 0 THEN 0
        END AS contract_continues,
        CASE
            WHEN NOT c.has_auto_renew THEN c.contract_end_date
            WHEN c.contract_term_months >= $health_min_renewal_months THEN c.renewal_date
        END AS renewal_date,
        t.last_interaction_at
    FROM profile.accounts AS a
    LEFT JOIN metrics.account_arr AS r ON r.account_id = a.account_id
    LEFT JOIN metrics.account_contracts AS c ON c.account_id = a.account_id
    LEFT JOIN metrics.account_billing AS b ON b.account_id = a.account_id
    LEFT JOIN metrics.account_revenue AS v ON v.account_id = a.account_id
    LEFT JOIN metrics.account_value AS u ON u.account_id = a.account_id
    LEFT JOIN metrics.account_activity AS t ON t.account_id = a.account_id
    WHERE a.kind = 'company' OR v.total_charges > 0 OR b.account_id IS NOT NULL OR r.account_id IS NOT NULL
)
SELECT
    account_id,
    kind,
    name,
    people,
    CAST(DATE_DIFF('day', CAST(customer_since AS DATE), CAST($as_of AS DATE)) * 12 // 365 AS BIGINT) AS customer_months,
    current_arr AS arr,
    CASE WHEN prev_year_arr > 0 THEN CAST(current_arr AS DOUBLE) / CAST(prev_year_arr AS DOUBLE) - 1 END AS arr_change,
    total_paid,
    total_invoices,
    overdue_days,
    CAST(avg_payment_delay_days AS DOUBLE) AS payment_delay,
    failed_attempts_12m AS failed_attempts,
    CAST(contract_continues AS BIGINT) AS contract_continues,
    CAST(DATE_DIFF('day', CAST($as_of AS DATE), CAST(renewal_date AS DATE)) AS BIGINT) AS days_to_renewal,
    CAST(DATE_DIFF('day', CAST(last_interaction_at AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS days_silent
FROM money
