-- The day each account is compared with: the known one nearest to health.trend_days before as_of, of two the earlier,
-- within health.min_trend_days and health.max_trend_days. One row per account that has one.
-- depends: health.known_snapshots
-- setting: as_of, health_trend_days, health_min_trend_days, health_max_trend_days
-- column: account_id VARCHAR | The account.
-- column: dimension VARCHAR | Dimension.
-- column: day DATE | The day compared with.
-- column: score DECIMAL(5,2) | The dimension's score then; NULL: unknown.
-- unique: account_id, dimension
-- not_null: account_id, dimension, day
WITH aged AS (
    SELECT s.*, DATE_DIFF('day', CAST(s.day AS DATE), CAST($as_of AS DATE)) AS age
    FROM health.known_snapshots AS s
),
ranked AS (
    SELECT
        a.*,
        ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY ABS(age - $health_trend_days), day) AS place
    FROM aged AS a
    WHERE age >= $health_min_trend_days AND age <= $health_max_trend_days
)
SELECT account_id, 'usage' AS dimension, day, usage_score AS score FROM ranked WHERE place = 1
UNION ALL
SELECT account_id, 'engagement', day, engagement_score FROM ranked WHERE place = 1
UNION ALL
SELECT account_id, 'support', day, support_score FROM ranked WHERE place = 1
UNION ALL
SELECT account_id, 'commercial', day, commercial_score FROM ranked WHERE place = 1
UNION ALL
SELECT account_id, 'outcome', day, outcome_score FROM ranked WHERE place = 1
