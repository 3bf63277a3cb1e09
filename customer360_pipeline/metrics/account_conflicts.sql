-- Where another system says otherwise of an account than our own figures. One row per account, field and source.
-- depends: metrics.account_stated, metrics.account_arr, metrics.account_contracts, metrics.zeros
-- setting: success_arr_tolerance_ratio, success_renewal_tolerance_days
-- column: account_id VARCHAR | The account.
-- column: field VARCHAR | arr or renewal_date.
-- column: our_value VARCHAR | What the subscriptions say: an amount in the reporting currency, or a day.
-- column: stated_value VARCHAR | What the source says, likewise.
-- column: source VARCHAR | The source.
-- column: source_account_id VARCHAR | Its id of the company.
-- column: difference DECIMAL(18,2) | Stated less ours: money, or days.
-- column: updated_at TIMESTAMP | Its company last changed, UTC.
-- unique: account_id, field, source
-- not_null: account_id, field, our_value, stated_value, source, source_account_id, difference
WITH compared AS (
    SELECT
        s.*,
        CASE WHEN r.account_id IS NULL THEN CAST(z.subscriptions AS DECIMAL(18, 2)) ELSE r.current_arr END AS our_arr,
        c.renewal_date AS our_renewal_date
    FROM metrics.account_stated AS s
    CROSS JOIN metrics.zeros AS z
    LEFT JOIN metrics.account_arr AS r ON r.account_id = s.account_id
    LEFT JOIN metrics.account_contracts AS c ON c.account_id = s.account_id
)
SELECT
    account_id, 'arr' AS field, CAST(our_arr AS VARCHAR) AS our_value, CAST(stated_arr AS VARCHAR) AS stated_value, source,
    source_account_id, CAST(stated_arr - our_arr AS DECIMAL(18, 2)) AS difference, updated_at
FROM compared
WHERE ABS(CAST(stated_arr - our_arr AS DOUBLE))
    > $success_arr_tolerance_ratio * CAST(CASE WHEN stated_arr > our_arr THEN stated_arr ELSE our_arr END AS DOUBLE)
UNION ALL
SELECT
    account_id, 'renewal_date', CAST(our_renewal_date AS VARCHAR), CAST(renewal_date AS VARCHAR), source, source_account_id,
    CAST(DATE_DIFF('day', CAST(our_renewal_date AS DATE), CAST(renewal_date AS DATE)) AS DECIMAL(18, 2)), updated_at
FROM compared
WHERE ABS(DATE_DIFF('day', CAST(our_renewal_date AS DATE), CAST(renewal_date AS DATE))) > $success_renewal_tolerance_days
