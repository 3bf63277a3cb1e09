-- How much each customer used the product for each account. One row per account and customer with a product event. Windows
-- end with the day before as_of's day; they are NULL where the events do not tell of them (metrics.usage_window).
-- depends: metrics.user_feature_days, metrics.usage_window
-- setting: as_of, usage_power_user_days, usage_at_risk_min_days, usage_at_risk_drop_ratio
-- column: account_id VARCHAR | The account.
-- column: customer_number INTEGER | The customer.
-- column: active_days BIGINT | Days with a product event, ever.
-- column: active_days_1d BIGINT | Of the last day.
-- column: active_days_7d BIGINT | Of the last 7.
-- column: active_days_30d BIGINT | Of the last 30.
-- column: active_days_prev_30d BIGINT | Of the 30 before.
-- column: events_30d BIGINT | Product events of the last 30 days.
-- column: events_prev_30d BIGINT | Of the 30 before.
-- column: features_30d BIGINT | Features used in the last 30 days.
-- column: is_power_user BOOLEAN | Active on at least usage.power_user_days of the last 30 days.
-- column: is_at_risk BOOLEAN | Active on usage.at_risk_min_days or more of the 30 days before, and since on fewer by usage.at_risk_drop_ratio.
-- column: first_active_at TIMESTAMP | First product event, UTC.
-- column: last_active_at TIMESTAMP | Latest up to as_of, UTC.
-- unique: account_id, customer_number
-- not_null: account_id, customer_number, active_days, first_active_at, last_active_at
-- assert: active_days_1d <= active_days_7d and active_days_7d <= active_days_30d | a window holds the shorter one
-- assert: active_days_30d + active_days_prev_30d <= active_days | no day is in two windows
WITH days AS (
    SELECT
        account_id, customer_number, day, DATE_DIFF('day', CAST(day AS DATE), CAST($as_of AS DATE)) AS age,
        SUM(events) AS events, MIN(first_at) AS first_at, MAX(last_at) AS last_at
    FROM metrics.user_feature_days
    GROUP BY account_id, customer_number, day
),
summed AS (
    SELECT
        account_id, customer_number, COUNT(*) AS active_days,
        SUM(CASE WHEN age = 1 THEN 1 ELSE 0 END) AS days_1,
        SUM(CASE WHEN age BETWEEN 1 AND 7 THEN 1 ELSE 0 END) AS days_7,
        SUM(CASE WHEN age BETWEEN 1 AND 30 THEN 1 ELSE 0 END) AS days_30,
        SUM(CASE WHEN age BETWEEN 31 AND 60 THEN 1 ELSE 0 END) AS days_60,
        SUM(CASE WHEN age BETWEEN 1 AND 30 THEN events ELSE 0 END) AS events_30,
        SUM(CASE WHEN age BETWEEN 31 AND 60 THEN events ELSE 0 END) AS events_60,
        MIN(first_at) AS first_at, MAX(last_at) AS last_at
    FROM days
    GROUP BY account_id, customer_number
),
used AS (
    SELECT account_id, customer_number, COUNT(DISTINCT feature) AS features_30d
    FROM metrics.user_feature_days
    WHERE DATE_DIFF('day', CAST(day AS DATE), CAST($as_of AS DATE)) BETWEEN 1 AND 30
    GROUP BY account_id, customer_number
)
SELECT
    s.account_id,
    s.customer_number,
    s.active_days,
    CAST(CASE WHEN w.is_known THEN s.days_1 END AS BIGINT) AS active_days_1d,
    CAST(CASE WHEN w.is_known THEN s.days_7 END AS BIGINT) AS active_days_7d,
    CAST(CASE WHEN w.is_known THEN s.days_30 END AS BIGINT) AS active_days_30d,
    CAST(CASE WHEN w.is_prev_known THEN s.days_60 END AS BIGINT) AS active_days_prev_30d,
    CAST(CASE WHEN w.is_known THEN s.events_30 END AS BIGINT) AS events_30d,
    CAST(CASE WHEN w.is_prev_known THEN s.events_60 END AS BIGINT) AS events_prev_30d,
    CASE WHEN w.is_known THEN COALESCE(f.features_30d, 0) END AS features_30d,
    CASE WHEN w.is_known THEN s.days_30 >= $usage_power_user_days END AS is_power_user,
    CASE
        WHEN w.is_prev_known
            THEN s.days_60 >= $usage_at_risk_min_days AND s.days_30 <= (1 - $usage_at_risk_drop_ratio) * s.days_60
    END AS is_at_risk,
    s.first_at AS first_active_at,
    s.last_at AS last_active_at
FROM summed AS s
CROSS JOIN metrics.usage_window AS w
LEFT JOIN used AS f ON f.account_id = s.account_id AND f.customer_number = s.customer_number
