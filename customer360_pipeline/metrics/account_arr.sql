-- What each account is worth a year now and was a month and a year ago, in the reporting currency at the rate of as_of. One row
-- per account that ever had recurring revenue.
-- depends: metrics.arr_movements, metrics.arr_terms, profile.record_accounts
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: current_arr DECIMAL(18,2) | A year's worth at as_of; NULL when none of it has an exchange rate.
-- column: current_mrr DECIMAL(18,2) | A twelfth of it.
-- column: prev_month_arr DECIMAL(18,2) | A year's worth at the end of the month before.
-- column: prev_year_arr DECIMAL(18,2) | A year's worth at the end of the same month of the year before.
-- column: first_arr_date DATE | Month of the first recurring revenue.
-- column: unconverted_currencies BIGINT | Currencies left out, or prices in them: no exchange rate at as_of, or an amount that cannot be.
-- unique: account_id
-- not_null: account_id, unconverted_currencies
-- assert: current_arr >= 0 | nobody pays less than nothing
WITH moved AS (
    SELECT account_id, currency, month_date, reporting_arr_change
    FROM metrics.arr_movements
    WHERE account_id IS NOT NULL
    UNION ALL
    SELECT a.account_id, t.currency, CAST(DATE_TRUNC('month', t.valid_from) AS DATE), NULL
    FROM metrics.arr_terms AS t
    JOIN profile.record_accounts AS a ON a.node = t.node
    WHERE t.arr IS NULL
),
placed AS (
    SELECT
        m.*,
        EXTRACT(YEAR FROM CAST($as_of AS DATE)) * 12 + EXTRACT(MONTH FROM CAST($as_of AS DATE))
            - EXTRACT(YEAR FROM m.month_date) * 12 - EXTRACT(MONTH FROM m.month_date) AS months_ago
    FROM moved AS m
)
SELECT
    account_id,
    CAST(SUM(reporting_arr_change) AS DECIMAL(18, 2)) AS current_arr,
    CAST(ROUND(CAST(SUM(reporting_arr_change) AS DOUBLE) / 12, 2) AS DECIMAL(18, 2)) AS current_mrr,
    CAST(SUM(CASE WHEN months_ago >= 1 THEN reporting_arr_change ELSE 0 END) AS DECIMAL(18, 2)) AS prev_month_arr,
    CAST(SUM(CASE WHEN months_ago >= 12 THEN reporting_arr_change ELSE 0 END) AS DECIMAL(18, 2)) AS prev_year_arr,
    MIN(month_date) AS first_arr_date,
    COUNT(DISTINCT CASE WHEN reporting_arr_change IS NULL THEN currency END) AS unconverted_currencies
FROM placed
GROUP BY account_id
