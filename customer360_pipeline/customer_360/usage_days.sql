-- The usage history of each account. One row per account and UTC day with a product event up to as_of.
-- depends: metrics.user_feature_days
-- column: account_id VARCHAR | The account.
-- column: day DATE | The day, UTC.
-- column: users BIGINT | Customers active; who was active often counts once.
-- column: features BIGINT | Features used.
-- column: events BIGINT | Product events.
-- unique: account_id, day
-- not_null: account_id, day, users, features, events
SELECT
    account_id, day, COUNT(DISTINCT customer_number) AS users, COUNT(DISTINCT feature) AS features,
    CAST(SUM(events) AS BIGINT) AS events
FROM metrics.user_feature_days
GROUP BY account_id, day
