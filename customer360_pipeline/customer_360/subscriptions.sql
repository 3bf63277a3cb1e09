-- Every subscription that had begun by as_of, with its state then and what it is worth a year. One row per subscription.
-- depends: staging.subscriptions, metrics.subscriptions_as_of, metrics.arr_terms, profile.record_accounts, identity.record_customers
-- setting: as_of
-- column: source VARCHAR | Source.
-- column: subscription_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when the paying record is no longer in its source.
-- column: customer_id VARCHAR | The customer who pays.
-- columns: metrics.subscriptions_as_of only status
-- column: currency VARCHAR | ISO 4217 code.
-- column: arr DECIMAL(18,3) | A year's worth at as_of, major units of currency; 0 when it does not count then.
-- column: mrr DECIMAL(18,3) | A twelfth of it.
-- column: started_at TIMESTAMP | Began, trial included, UTC.
-- column: trial_end_at TIMESTAMP | Trial ends or ended, UTC.
-- column: period_end_at TIMESTAMP | Current period ends, UTC.
-- column: ends_at TIMESTAMP | Ended, or was known at as_of to end then, UTC; NULL: open.
-- column: is_cancel_at_period_end BOOLEAN | Ends with the current period, and that was known at as_of.
-- unique: source, subscription_id
-- not_null: source, subscription_id, arr, mrr
WITH worth AS (
    SELECT source, subscription_id, SUM(arr) AS arr, SUM(mrr) AS mrr
    FROM metrics.arr_terms
    WHERE valid_to IS NULL
    GROUP BY source, subscription_id
)
SELECT
    s.source, s.subscription_id, a.account_id, c.customer_id, k.status, s.currency,
    CAST(COALESCE(w.arr, 0) AS DECIMAL(18, 3)) AS arr,
    CAST(COALESCE(w.mrr, 0) AS DECIMAL(18, 3)) AS mrr,
    s.started_at, s.trial_end_at, s.period_end_at, k.ends_at,
    s.is_cancel_at_period_end AND k.ends_at IS NOT NULL AS is_cancel_at_period_end
FROM staging.subscriptions AS s
JOIN metrics.subscriptions_as_of AS k ON k.source = s.source AND k.subscription_id = s.subscription_id
LEFT JOIN worth AS w ON w.source = s.source AND w.subscription_id = s.subscription_id
LEFT JOIN profile.record_accounts AS a ON a.node = s.node
LEFT JOIN identity.record_customers AS c ON c.node = s.node
WHERE COALESCE(s.started_at <= $as_of, TRUE)
