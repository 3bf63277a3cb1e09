-- How recurring revenue changed, month by month: an account's movements up to a month add up to what it was worth then. One
-- row per account, currency and month with a change.
-- depends: metrics.arr_movements
-- materialized: view
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
-- not_null: month_date, movement
SELECT account_id, currency, month_date, movement, opening_arr, arr_change, closing_arr, mrr_change, closing_mrr, reporting_arr_change
FROM metrics.arr_movements
