-- The use of features by each account, month by month. One row per account, feature and month (UTC) with an event of it up to
-- as_of; what nobody used stands in account_features.
-- depends: metrics.user_feature_days
-- column: account_id VARCHAR | The account.
-- column: feature VARCHAR | The feature.
-- column: month DATE | First day of the month.
-- column: users BIGINT | Customers who used it; who used it often counts once.
-- column: active_days BIGINT | Days on which somebody did.
-- column: events BIGINT | Events.
-- unique: account_id, feature, month
-- not_null: account_id, feature, month, users, active_days, events
WITH dated AS (
    SELECT account_id, feature, customer_number, day, events, CAST(DATE_TRUNC('month', day) AS DATE) AS month
    FROM metrics.user_feature_days
    WHERE feature IS NOT NULL
)
SELECT
    account_id, feature, month, COUNT(DISTINCT customer_number) AS users, COUNT(DISTINCT day) AS active_days,
    CAST(SUM(events) AS BIGINT) AS events
FROM dated
GROUP BY account_id, feature, month
