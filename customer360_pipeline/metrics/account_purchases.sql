-- The purchases of each account that never had a contract, as the model of repeat purchases wants them: how many after the first,
-- when the last one, how much each. All orders of a day (UTC) are one purchase; a day on which as much was given back as paid
-- is none. One row per account with a purchase.
-- depends: metrics.orders, metrics.contracts, profile.record_accounts
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: repeats BIGINT | Purchases after the first one.
-- column: recency_weeks BIGINT | Whole weeks from the first to the last one, rounded.
-- column: age_weeks BIGINT | Whole weeks from the first one to as_of, rounded.
-- column: repeat_amount DECIMAL(18,2) | What a purchase after the first one was worth on average, in the reporting currency; NULL without one.
-- unique: account_id
-- not_null: account_id, repeats, recency_weeks, age_weeks
-- assert: recency_weeks <= age_weeks | the last purchase was before as_of
-- assert: repeat_amount >= 0 | a purchase takes money
WITH days AS (
    SELECT a.account_id, CAST(o.ordered_at AS DATE) AS ordered_on, SUM(o.net_amount) AS amount
    FROM metrics.orders AS o
    JOIN profile.record_accounts AS a ON a.node = o.node
    WHERE o.ordered_at IS NOT NULL
    GROUP BY a.account_id, CAST(o.ordered_at AS DATE)
    HAVING SUM(o.net_amount) > 0
),
under_contract AS (
    SELECT DISTINCT r.account_id
    FROM metrics.contracts AS c
    JOIN profile.record_accounts AS r ON r.node = c.node
),
numbered AS (
    SELECT
        d.account_id, d.ordered_on, d.amount,
        ROW_NUMBER() OVER (PARTITION BY d.account_id ORDER BY d.ordered_on) AS place
    FROM days AS d
    LEFT JOIN under_contract AS u ON u.account_id = d.account_id
    WHERE u.account_id IS NULL
),
bought AS (
    SELECT
        account_id, COUNT(*) - 1 AS repeats, MIN(ordered_on) AS first_on, MAX(ordered_on) AS last_on,
        SUM(CASE WHEN place > 1 THEN amount END) AS repeat_total
    FROM numbered
    GROUP BY account_id
)
SELECT
    account_id,
    repeats,
    CAST(ROUND(CAST(DATE_DIFF('day', CAST(first_on AS DATE), CAST(last_on AS DATE)) AS DOUBLE) / 7, 0) AS BIGINT) AS recency_weeks,
    CAST(ROUND(CAST(DATE_DIFF('day', CAST(first_on AS DATE), CAST($as_of AS DATE)) AS DOUBLE) / 7, 0) AS BIGINT) AS age_weeks,
    CAST(ROUND(CAST(repeat_total AS DOUBLE) / repeats, 2) AS DECIMAL(18, 2)) AS repeat_amount
FROM bought
