-- The purchases of each customer and account that never had a contract, as the model of repeat purchases wants them: how many
-- after the first, when the last one, how much each. All orders of a day (UTC) are one purchase; a day on which as much was given
-- back as paid is none. One row per unit with a purchase.
-- depends: metrics.orders, metrics.contracts, profile.record_units
-- setting: as_of
-- column: unit VARCHAR | customer or account.
-- column: unit_id VARCHAR | customer_id or account_id.
-- column: repeats BIGINT | Purchases after the first one.
-- column: recency_weeks BIGINT | Whole weeks from the first to the last one, rounded.
-- column: age_weeks BIGINT | Whole weeks from the first one to as_of, rounded.
-- column: repeat_amount DECIMAL(18,2) | What a purchase after the first one was worth on average, in the reporting currency; NULL without one.
-- unique: unit, unit_id
-- not_null: unit, unit_id, repeats, recency_weeks, age_weeks
-- assert: recency_weeks <= age_weeks | the last purchase was before as_of
-- assert: repeat_amount >= 0 | a purchase takes money
WITH days AS (
    SELECT u.unit, u.unit_id, CAST(o.ordered_at AS DATE) AS ordered_on, SUM(o.net_amount) AS amount
    FROM metrics.orders AS o
    JOIN profile.record_units AS u ON u.node = o.node
    WHERE o.ordered_at IS NOT NULL
    GROUP BY u.unit, u.unit_id, CAST(o.ordered_at AS DATE)
    HAVING SUM(o.net_amount) > 0
),
under_contract AS (
    SELECT DISTINCT u.unit, u.unit_id
    FROM metrics.contracts AS c
    JOIN profile.record_units AS u ON u.node = c.node
),
numbered AS (
    SELECT
        d.unit, d.unit_id, d.ordered_on, d.amount,
        ROW_NUMBER() OVER (PARTITION BY d.unit, d.unit_id ORDER BY d.ordered_on) AS place
    FROM days AS d
    LEFT JOIN under_contract AS u ON u.unit = d.unit AND u.unit_id = d.unit_id
    WHERE u.unit_id IS NULL
),
bought AS (
    SELECT
        unit, unit_id, COUNT(*) - 1 AS repeats, MIN(ordered_on) AS first_on, MAX(ordered_on) AS last_on,
        SUM(CASE WHEN place > 1 THEN amount END) AS repeat_total
    FROM numbered
    GROUP BY unit, unit_id
)
SELECT
    unit,
    unit_id,
    repeats,
    CAST(ROUND(CAST(DATE_DIFF('day', CAST(first_on AS DATE), CAST(last_on AS DATE)) AS DOUBLE) / 7, 0) AS BIGINT) AS recency_weeks,
    CAST(ROUND(CAST(DATE_DIFF('day', CAST(first_on AS DATE), CAST($as_of AS DATE)) AS DOUBLE) / 7, 0) AS BIGINT) AS age_weeks,
    CAST(ROUND(CAST(repeat_total AS DOUBLE) / repeats, 2) AS DECIMAL(18, 2)) AS repeat_amount
FROM bought
