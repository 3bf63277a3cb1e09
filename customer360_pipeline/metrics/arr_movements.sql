-- How the recurring revenue of each account changed, month by month: the movements up to a month add up to what it was
-- worth at the month's end. One row per account, currency and month with a change. Each account's changes of a month are
-- one movement; a month that ends after as_of ends at as_of. In the reporting currency all months are converted at the
-- rate of as_of, so that only prices and quantities move, never rates.
-- depends: metrics.arr_terms, profile.record_accounts, profile.exchange_rates
-- setting: as_of, metrics_reporting_currency
-- column: account_id VARCHAR | The account; NULL when the paying record is no longer in its source.
-- column: currency VARCHAR | ISO 4217 code.
-- column: month_date DATE | First day of the month (UTC).
-- column: movement VARCHAR | new, expansion, contraction, churn or reactivation.
-- column: opening_arr DECIMAL(18,3) | A year's worth at the end of the month before, major units of currency.
-- column: arr_change DECIMAL(18,3) | Closing less opening.
-- column: closing_arr DECIMAL(18,3) | A year's worth at the month's end.
-- column: mrr_change DECIMAL(18,3) | The same of a month's worth.
-- column: closing_mrr DECIMAL(18,3) | A month's worth at the month's end.
-- column: reporting_arr_change DECIMAL(18,2) | arr_change in the reporting currency at the rate of as_of; NULL without one.
-- unique: account_id, currency, month_date
-- not_null: month_date, movement, opening_arr, arr_change, closing_arr, mrr_change, closing_mrr
-- assert: closing_arr = opening_arr + arr_change | movements add up
-- assert: closing_arr >= 0 | nobody pays less than nothing
WITH changes AS (
    SELECT node, currency, valid_from AS changed_at, arr, mrr FROM metrics.arr_terms
    UNION ALL
    SELECT node, currency, valid_to, -arr, -mrr FROM metrics.arr_terms WHERE valid_to IS NOT NULL
),
months AS (
    SELECT
        a.account_id, c.currency, CAST(DATE_TRUNC('month', c.changed_at) AS DATE) AS month_date,
        SUM(c.arr) AS arr_change, SUM(c.mrr) AS mrr_change
    FROM changes AS c
    LEFT JOIN profile.record_accounts AS a ON a.node = c.node
    GROUP BY a.account_id, c.currency, CAST(DATE_TRUNC('month', c.changed_at) AS DATE)
),
summed AS (
    SELECT
        m.*,
        SUM(arr_change) OVER (PARTITION BY account_id, currency ORDER BY month_date) AS closing_arr,
        SUM(mrr_change) OVER (PARTITION BY account_id, currency ORDER BY month_date) AS closing_mrr
    FROM months AS m
),
opened AS (
    SELECT
        s.*,
        s.closing_arr - s.arr_change AS opening_arr,
        COALESCE(MAX(s.closing_arr) OVER (
            PARTITION BY account_id, currency ORDER BY month_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS highest_before
    FROM summed AS s
)
SELECT
    o.account_id,
    o.currency,
    o.month_date,
    CASE
        WHEN o.closing_arr = 0 THEN 'churn'
        WHEN o.opening_arr = 0 AND o.highest_before > 0 THEN 'reactivation'
        WHEN o.opening_arr = 0 THEN 'new'
        WHEN o.arr_change > 0 THEN 'expansion'
        ELSE 'contraction'
    END AS movement,
    CAST(o.opening_arr AS DECIMAL(18, 3)) AS opening_arr,
    CAST(o.arr_change AS DECIMAL(18, 3)) AS arr_change,
    CAST(o.closing_arr AS DECIMAL(18, 3)) AS closing_arr,
    CAST(o.mrr_change AS DECIMAL(18, 3)) AS mrr_change,
    CAST(o.closing_mrr AS DECIMAL(18, 3)) AS closing_mrr,
    CAST(ROUND(
        CAST(o.arr_change AS DECIMAL(29, 3))
        * CASE WHEN o.currency = $metrics_reporting_currency THEN CAST(1 AS DECIMAL(18, 9)) ELSE r.rate END, 2
    ) AS DECIMAL(18, 2)) AS reporting_arr_change
FROM opened AS o
LEFT JOIN profile.exchange_rates AS r
    ON r.currency = o.currency AND CAST($as_of AS DATE) >= r.valid_from AND CAST($as_of AS DATE) < r.valid_to
WHERE o.arr_change <> 0
