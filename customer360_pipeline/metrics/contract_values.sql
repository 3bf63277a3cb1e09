-- What each contract will still pay within lifetime_value.horizon_months, discounted to as_of. One row per subscription.
-- depends: metrics.contracts, metrics.contract_outlook
-- setting: lifetime_value_discount_ratio
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: node INTEGER | The record that pays.
-- column: is_renewable BOOLEAN | Open, and nobody asked for its end.
-- column: expected DECIMAL(18,2) | To be expected, reporting currency; 0 when it ended or will; NULL: see reason.
-- column: expected_low DECIMAL(18,2) | Lower bound.
-- column: expected_high DECIMAL(18,2) | Upper bound.
-- column: reason VARCHAR | Why `expected` is NULL: no_rate or too_few_contracts.
-- unique: source, subscription_id
-- not_null: source, subscription_id, is_renewable
-- assert: expected >= 0 | a contract pays
-- assert: expected_low <= expected and expected <= expected_high | what is expected lies between its bounds
WITH renewed AS (
    SELECT
        c.source, c.subscription_id, c.node, c.ended_at IS NULL AND NOT c.will_end AS is_renewable, c.amount,
        o.weight, o.weight_low, o.weight_high,
        CAST(c.amount AS DOUBLE) * POW(
            CAST(1 + $lifetime_value_discount_ratio AS DOUBLE), CAST(-c.days_to_renewal AS DOUBLE) / CAST(365.25 AS DOUBLE)
        ) AS next_payment
    FROM metrics.contracts AS c
    LEFT JOIN metrics.contract_outlook AS o ON o.periods_a_year = c.periods_a_year AND o.period = c.period
)
SELECT
    source,
    subscription_id,
    node,
    is_renewable,
    CAST(CASE WHEN is_renewable THEN ROUND(next_payment * weight, 2) ELSE 0 END AS DECIMAL(18, 2)) AS expected,
    CAST(CASE WHEN is_renewable THEN ROUND(next_payment * weight_low, 2) ELSE 0 END AS DECIMAL(18, 2)) AS expected_low,
    CAST(CASE WHEN is_renewable THEN ROUND(next_payment * weight_high, 2) ELSE 0 END AS DECIMAL(18, 2)) AS expected_high,
    CASE
        WHEN is_renewable AND amount IS NULL THEN 'no_rate'
        WHEN is_renewable AND weight IS NULL THEN 'too_few_contracts'
    END AS reason
FROM renewed
