-- What each account is worth a year now and was a month and a year ago, in the reporting currency at the rate of as_of. One row
-- per account that ever had recurring revenue.
-- depends: metrics.arr_movements
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: current_arr DECIMAL(18,2) | A year's worth at as_of; NULL when none of it has an exchange rate.
-- column: current_mrr DECIMAL(18,2) | A twelfth of it.
-- column: prev_month_arr DECIMAL(18,2) | A year's worth at the end of the month before.
-- column: prev_year_arr DECIMAL(18,2) | A year's worth at the end of the same month of the year before.
-- column: first_arr_date DATE | Month of the first recurring revenue.
-- column: unconverted_currencies BIGINT | Currencies left out: no exchange rate at as_of.
-- unique: account_id
-- not_null: account_id, unconverted_currencies
-- assert: current_arr >= 0 | nobody pays less than nothing
WITH placed AS (
    SELECT
        m.*,
        EXTRACT(YEAR FROM CAST($as_of AS DATE)) * 12 + EXTRACT(MONTH FROM CAST($as_of AS DATE))
            - EXTRACT(YEAR FROM m.month_date) * 12 - EXTRACT(MONTH FROM m.month_date) AS months_ago
    FROM metrics.arr_movements AS m
    WHERE account_id IS NOT NULL
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
