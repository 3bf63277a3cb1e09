-- Lifetime value of every customer and every account: what was paid and what is expected, in the reporting currency. One row per
-- customer, and per account.
-- depends: profile.customers, metrics.customer_value, metrics.account_value, metrics.expected_values, metrics.zeros
-- column: unit VARCHAR | customer or account.
-- column: unit_id VARCHAR | customer_id or account_id.
-- column: ltv DECIMAL(18,2) | Lifetime value: what was paid (total_revenue; of an account total_paid) plus ltv_expected; NULL when either is unknown.
-- column: ltv_expected DECIMAL(18,2) | What is expected to come within lifetime_value.horizon_months, discounted to as_of; NULL: see ltv_reason.
-- column: ltv_low DECIMAL(18,2) | Lower bound of ltv: lifetime_value.interval_ratio of such customers end between the two.
-- column: ltv_high DECIMAL(18,2) | Upper bound of ltv.
-- column: ltv_model VARCHAR | Where the expectation comes from: sbg (renewals of contracts), bg_nbd (repeat purchases) or none.
-- column: ltv_reason VARCHAR | Why there is none: no_payments_read, no_purchase, no_rate, too_few_contracts, too_few_buyers or spend_too_uneven; of 0: contract_ended.
-- unique: unit, unit_id
-- not_null: unit, unit_id, ltv_model
-- assert: ltv_low <= ltv and ltv <= ltv_high | what is expected lies between its bounds
-- assert: ltv is not null or ltv_reason is not null | an unknown value has its reason
WITH paid AS (
    SELECT 'customer' AS unit, c.customer_id AS unit_id, v.total_revenue AS amount
    FROM metrics.customer_value AS v
    JOIN profile.customers AS c ON c.customer_number = v.customer_number
    UNION ALL
    SELECT 'account', account_id, total_paid FROM metrics.account_value
)
SELECT
    p.unit,
    p.unit_id,
    CAST(p.amount + e.expected AS DECIMAL(18, 2)) AS ltv,
    e.expected AS ltv_expected,
    CAST(p.amount + e.expected_low AS DECIMAL(18, 2)) AS ltv_low,
    CAST(p.amount + e.expected_high AS DECIMAL(18, 2)) AS ltv_high,
    COALESCE(e.model, 'none') AS ltv_model,
    CASE
        WHEN p.amount IS NULL AND z.payments IS NULL THEN 'no_payments_read'
        WHEN p.amount IS NULL THEN 'no_rate'
        WHEN e.model IS NULL THEN 'no_purchase'
        ELSE e.reason
    END AS ltv_reason
FROM paid AS p
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.expected_values AS e ON e.unit = p.unit AND e.unit_id = p.unit_id
