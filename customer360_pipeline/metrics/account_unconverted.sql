-- How much of each account's money is left out of its amounts because no exchange rate is known. One row per account.
-- depends: profile.accounts, metrics.account_revenue, metrics.account_billing, metrics.account_arr, metrics.account_credits, metrics.account_pipeline
-- column: account_id VARCHAR | The account.
-- column: unconverted_count BIGINT | Charges, refunds, disputes, invoices, currencies and balances left out of the amounts, and opportunities: no exchange rate.
-- unique: account_id
-- not_null: account_id, unconverted_count
WITH left_out AS (
    SELECT account_id, unconverted_movements AS items FROM metrics.account_revenue
    UNION ALL
    SELECT account_id, unconverted_invoices FROM metrics.account_billing
    UNION ALL
    SELECT account_id, unconverted_currencies FROM metrics.account_arr
    UNION ALL
    SELECT account_id, unconverted_balances FROM metrics.account_credits
    UNION ALL
    SELECT account_id, unconverted_opportunities FROM metrics.account_pipeline
)
SELECT a.account_id, CAST(COALESCE(SUM(l.items), 0) AS BIGINT) AS unconverted_count
FROM profile.accounts AS a
LEFT JOIN left_out AS l ON l.account_id = a.account_id
GROUP BY a.account_id
