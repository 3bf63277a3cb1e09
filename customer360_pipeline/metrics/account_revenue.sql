-- What each account has paid, in the reporting currency. One row per account with a charge, refund or lost dispute. The
-- sums over all accounts and what belongs to no record are those of `metrics.revenue`.
-- depends: profile.money, profile.record_accounts
-- column: account_id VARCHAR | The account.
-- column: total_paid DECIMAL(18,2) | Captured charges less settled refunds less lost disputes; NULL when none has a rate.
-- column: total_charges BIGINT | Succeeded, captured charges.
-- column: first_payment_at TIMESTAMP | First of them, UTC.
-- column: last_payment_at TIMESTAMP | Latest of them, UTC.
-- column: unconverted_movements BIGINT | Left out: no exchange rate on their day.
-- unique: account_id
-- not_null: account_id, total_charges, unconverted_movements
SELECT
    a.account_id,
    CAST(SUM(m.reporting_amount) AS DECIMAL(18, 2)) AS total_paid,
    CAST(SUM(CASE WHEN m.movement = 'charge' THEN 1 ELSE 0 END) AS BIGINT) AS total_charges,
    MIN(CASE WHEN m.movement = 'charge' THEN m.occurred_at END) AS first_payment_at,
    MAX(CASE WHEN m.movement = 'charge' THEN m.occurred_at END) AS last_payment_at,
    CAST(SUM(CASE WHEN m.status = 'no_rate' THEN 1 ELSE 0 END) AS BIGINT) AS unconverted_movements
FROM profile.money AS m
JOIN profile.record_accounts AS a ON a.node = m.node
WHERE m.status IN ('counted', 'no_rate')
GROUP BY a.account_id
