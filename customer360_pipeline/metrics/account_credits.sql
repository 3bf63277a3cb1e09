-- What is held for each account at as_of, in the reporting currency at the rate of as_of: the sum of all changes up to then. One
-- row per account with a change.
-- depends: staging.balance_changes, profile.record_accounts, profile.exchange_rates
-- setting: as_of, metrics_reporting_currency
-- column: account_id VARCHAR | The account.
-- column: credit_amount DECIMAL(18,2) | Credit that later invoices use up; negative: carried over to the next one. NULL when no currency of it has a rate.
-- column: cash_amount DECIMAL(18,2) | Money received that no payment has used yet, likewise.
-- column: unconverted_balances BIGINT | Currencies with a balance left out: no exchange rate at as_of.
-- unique: account_id
-- not_null: account_id, unconverted_balances
WITH balances AS (
    SELECT a.account_id, b.balance, b.currency, SUM(b.amount) AS amount
    FROM staging.balance_changes AS b
    JOIN profile.record_accounts AS a ON a.node = b.node
    WHERE b.occurred_at <= $as_of
    GROUP BY a.account_id, b.balance, b.currency
),
rated AS (
    SELECT
        b.account_id, b.balance, b.amount, b.currency,
        CAST(ROUND(
            CAST(b.amount AS DECIMAL(29, 3))
            * CASE WHEN b.currency = $metrics_reporting_currency THEN CAST(1 AS DECIMAL(18, 9)) ELSE r.rate END, 2
        ) AS DECIMAL(18, 2)) AS reporting_amount
    FROM balances AS b
    LEFT JOIN profile.exchange_rates AS r
        ON r.currency = b.currency AND CAST($as_of AS DATE) >= r.valid_from AND CAST($as_of AS DATE) < r.valid_to
)
SELECT
    account_id,
    CAST(SUM(CASE WHEN balance = 'credit' THEN reporting_amount END) AS DECIMAL(18, 2)) AS credit_amount,
    CAST(SUM(CASE WHEN balance = 'cash' THEN reporting_amount END) AS DECIMAL(18, 2)) AS cash_amount,
    COUNT(DISTINCT CASE WHEN reporting_amount IS NULL AND amount <> 0 THEN currency END) AS unconverted_balances
FROM rated
GROUP BY account_id
