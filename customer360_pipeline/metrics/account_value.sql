-- What each account brings and has paid, in the reporting currency. One row per account.
-- depends: profile.accounts, metrics.account_arr, metrics.account_revenue, metrics.account_contracts, metrics.arr_terms, profile.record_accounts, metrics.zeros
-- column: account_id VARCHAR | The account.
-- column: customer_since DATE | First payment or subscription, also one that ended; NULL for who never paid.
-- column: current_arr DECIMAL(18,2) | A year's worth of its subscriptions at as_of; NULL when no subscriptions were read.
-- column: current_mrr DECIMAL(18,2) | A twelfth of it.
-- column: prev_month_arr DECIMAL(18,2) | At the end of the month before.
-- column: arr_growth_mom DECIMAL(9,2) | Growth against it, in per cent; NULL from nothing.
-- column: arr_growth_yoy DECIMAL(9,2) | Growth against the end of the same month a year before, in per cent; NULL from nothing.
-- column: total_paid DECIMAL(18,2) | Charges less refunds less lost disputes; 0 without any; NULL when no charges were read or none has a rate.
-- column: first_payment_date DATE | First paid charge.
-- column: last_payment_date DATE | Latest paid charge.
-- unique: account_id
-- not_null: account_id
WITH begun AS (
    SELECT account_id, MIN(begun_on) AS customer_since
    FROM (
        SELECT account_id, CAST(first_payment_at AS DATE) AS begun_on FROM metrics.account_revenue
        UNION ALL
        SELECT account_id, contract_start_date FROM metrics.account_contracts
        UNION ALL
        SELECT r.account_id, CAST(t.valid_from AS DATE)
        FROM metrics.arr_terms AS t
        JOIN profile.record_accounts AS r ON r.node = t.node
        WHERE t.arr > 0
    ) AS d
    GROUP BY account_id
)
SELECT
    a.account_id,
    b.customer_since,
    COALESCE(r.current_arr, without_arr.subscriptions) AS current_arr,
    COALESCE(r.current_mrr, without_arr.subscriptions) AS current_mrr,
    COALESCE(r.prev_month_arr, without_arr.subscriptions) AS prev_month_arr,
    CAST(CASE
        WHEN r.prev_month_arr > 0 AND r.current_arr < 10000 * r.prev_month_arr
            THEN ROUND(CAST(r.current_arr - r.prev_month_arr AS DOUBLE) * 100 / CAST(r.prev_month_arr AS DOUBLE), 2)
    END AS DECIMAL(9, 2)) AS arr_growth_mom,
    CAST(CASE
        WHEN r.prev_year_arr > 0 AND r.current_arr < 10000 * r.prev_year_arr
            THEN ROUND(CAST(r.current_arr - r.prev_year_arr AS DOUBLE) * 100 / CAST(r.prev_year_arr AS DOUBLE), 2)
    END AS DECIMAL(9, 2)) AS arr_growth_yoy,
    COALESCE(v.total_paid, without_payment.payments) AS total_paid,
    CAST(v.first_payment_at AS DATE) AS first_payment_date,
    CAST(v.last_payment_at AS DATE) AS last_payment_date
FROM profile.accounts AS a
LEFT JOIN begun AS b ON b.account_id = a.account_id
LEFT JOIN metrics.account_arr AS r ON r.account_id = a.account_id
LEFT JOIN metrics.account_revenue AS v ON v.account_id = a.account_id
-- Who has a row has his figure there, and NULL in it means that no exchange rate is known.
LEFT JOIN metrics.zeros AS without_arr ON r.account_id IS NULL
LEFT JOIN metrics.zeros AS without_payment ON v.account_id IS NULL
