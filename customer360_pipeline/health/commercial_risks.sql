-- What is wrong with an account's payment, contract or silence. One row per account and risk.
-- depends: health.facts
-- setting: health_overdue_days, health_overdue_critical_days, health_payment_delay_days, health_renewal_urgent_days, health_renewal_near_days, health_inactivity_days
-- column: account_id VARCHAR | The account.
-- column: risk VARCHAR | payment_issue, payment_delay, renewal_urgent, contract_ending or inactivity.
-- column: severity VARCHAR | critical, high, medium or low.
-- column: value DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: signal VARCHAR | In words.
-- unique: account_id, risk
-- not_null: account_id, risk, severity, value, threshold, signal
SELECT
    account_id,
    'payment_issue' AS risk,
    CASE WHEN overdue_days > $health_overdue_critical_days THEN 'critical' ELSE 'high' END AS severity,
    CAST(overdue_days AS DOUBLE) AS value,
    CAST($health_overdue_days AS DOUBLE) AS threshold,
    'An invoice has been overdue for ' || CAST(overdue_days AS VARCHAR) || ' days' AS signal
FROM health.facts
WHERE overdue_days > $health_overdue_days
UNION ALL
SELECT
    account_id,
    'payment_delay',
    CASE WHEN overdue_days > 0 THEN 'medium' ELSE 'low' END,
    CASE WHEN overdue_days > 0 THEN CAST(overdue_days AS DOUBLE) ELSE payment_delay END,
    CASE WHEN overdue_days > 0 THEN 0 ELSE CAST($health_payment_delay_days AS DOUBLE) END,
    CASE WHEN overdue_days > 0 THEN 'An invoice has been overdue for ' || CAST(overdue_days AS VARCHAR) || ' days'
        ELSE 'Invoices are paid ' || CAST(CAST(ROUND(payment_delay, 0) AS BIGINT) AS VARCHAR) || ' days late on average' END
FROM health.facts
WHERE COALESCE(overdue_days, 0) <= $health_overdue_days AND (overdue_days > 0 OR payment_delay > $health_payment_delay_days)
UNION ALL
SELECT
    account_id,
    'renewal_urgent',
    CASE WHEN contract_continues = 0 THEN 'high' ELSE 'medium' END,
    CAST(days_to_renewal AS DOUBLE),
    CAST($health_renewal_urgent_days AS DOUBLE),
    'The contract ' || CASE WHEN contract_continues = 0 THEN 'ends' ELSE 'renews' END || ' in '
        || CAST(days_to_renewal AS VARCHAR) || ' days'
FROM health.facts
WHERE days_to_renewal >= 0 AND days_to_renewal <= $health_renewal_urgent_days
UNION ALL
SELECT
    account_id,
    'contract_ending',
    CASE WHEN days_to_renewal <= $health_renewal_near_days THEN 'high' ELSE 'medium' END,
    CAST(days_to_renewal AS DOUBLE),
    0,
    'Every subscription is set to end, the last in ' || CAST(days_to_renewal AS VARCHAR) || ' days'
FROM health.facts
WHERE contract_continues = 0 AND arr > 0 AND days_to_renewal >= 0
UNION ALL
SELECT
    account_id,
    'inactivity',
    'medium',
    CAST(days_silent AS DOUBLE),
    CAST($health_inactivity_days AS DOUBLE),
    'Nothing was heard of the account for ' || CAST(days_silent AS VARCHAR) || ' days'
FROM health.facts
WHERE arr > 0 AND days_silent > $health_inactivity_days
