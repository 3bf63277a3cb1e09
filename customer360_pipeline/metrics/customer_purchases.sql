-- The purchases of each customer who never had a contract, as the model of repeat purchases wants them: how many after the first,
-- when the last one, how much each. All orders of a day (UTC) are one purchase; a day on which as much was given back as paid
-- is none. One row per customer with a purchase.
-- depends: metrics.orders, metrics.contracts, identity.record_customers
-- setting: as_of
-- column: customer_number INTEGER | The customer.
-- column: repeats BIGINT | Purchases after the first one.
-- column: recency_weeks BIGINT | Whole weeks from the first to the last one, rounded.
-- column: age_weeks BIGINT | Whole weeks from the first one to as_of, rounded.
-- column: repeat_amount DECIMAL(18,2) | What a purchase after the first one was worth on average, in the reporting currency; NULL without one.
-- unique: customer_number
-- not_null: customer_number, repeats, recency_weeks, age_weeks
-- assert: recency_weeks <= age_weeks | the last purchase was before as_of
-- assert: repeat_amount >= 0 | a purchase takes money
WITH days AS (
    SELECT o.customer_number, CAST(o.ordered_at AS DATE) AS ordered_on, SUM(o.net_amount) AS amount
    FROM metrics.orders AS o
    WHERE o.ordered_at IS NOT NULL
    GROUP BY o.customer_number, CAST(o.ordered_at AS DATE)
    HAVING SUM(o.net_amount) > 0
),
under_contract AS (
    SELECT DISTINCT r.customer_number
    FROM metrics.contracts AS c
    JOIN identity.record_customers AS r ON r.node = c.node
),
numbered AS (
    SELECT
        d.customer_number, d.ordered_on, d.amount,
        ROW_NUMBER() OVER (PARTITION BY d.customer_number ORDER BY d.ordered_on) AS place
    FROM days AS d
    LEFT JOIN under_contract AS u ON u.customer_number = d.customer_number
    WHERE u.customer_number IS NULL
),
bought AS (
    SELECT
        customer_number, COUNT(*) - 1 AS repeats, MIN(ordered_on) AS first_on, MAX(ordered_on) AS last_on,
        SUM(CASE WHEN place > 1 THEN amount END) AS repeat_total
    FROM numbered
    GROUP BY customer_number
)
SELECT
    customer_number,
    repeats,
    CAST(ROUND(CAST(DATE_DIFF('day', CAST(first_on AS DATE), CAST(last_on AS DATE)) AS DOUBLE) / 7, 0) AS BIGINT) AS recency_weeks,
    CAST(ROUND(CAST(DATE_DIFF('day', CAST(first_on AS DATE), CAST($as_of AS DATE)) AS DOUBLE) / 7, 0) AS BIGINT) AS age_weeks,
    CAST(ROUND(CAST(repeat_total AS DOUBLE) / repeats, 2) AS DECIMAL(18, 2)) AS repeat_amount
FROM bought
