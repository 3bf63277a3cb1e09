-- What each customer and account is expected to bring within lifetime_value.horizon_months, discounted to as_of: by its
-- contracts, or by its purchases when it never had one. One row per unit with a contract or a purchase.
-- depends: metrics.contract_values, metrics.purchases, metrics.purchase_outlook, metrics.lifetime_models, profile.record_units
-- column: unit VARCHAR | customer or account.
-- column: unit_id VARCHAR | customer_id or account_id.
-- column: model VARCHAR | sbg (contracts), bg_nbd (repeat purchases) or none.
-- column: reason VARCHAR | Why there is no expectation: no_rate, too_few_contracts, too_few_buyers or spend_too_uneven; of 0: contract_ended.
-- column: expected DECIMAL(18,2) | To be expected, reporting currency; NULL: see reason.
-- column: expected_low DECIMAL(18,2) | Lower bound.
-- column: expected_high DECIMAL(18,2) | Upper bound.
-- unique: unit, unit_id
-- not_null: unit, unit_id, model
-- assert: expected >= 0 | nobody is expected to bring less than nothing
-- assert: (expected is null) = (model = 'none') | a figure has a model
WITH contracts AS (
    SELECT
        u.unit,
        u.unit_id,
        CASE WHEN COUNT(v.reason) = 0 THEN SUM(v.expected) END AS expected,
        SUM(v.expected_low) AS expected_low,
        SUM(v.expected_high) AS expected_high,
        COALESCE(MIN(v.reason), CASE WHEN MAX(CASE WHEN v.is_renewable THEN 1 ELSE 0 END) = 0 THEN 'contract_ended' END) AS reason
    FROM metrics.contract_values AS v
    JOIN profile.record_units AS u ON u.node = v.node
    GROUP BY u.unit, u.unit_id
),
models AS (
    SELECT unit, MAX(reason) AS reason, MAX(p) AS p, MAX(q) AS q, MAX(gamma) AS gamma
    FROM metrics.lifetime_models
    GROUP BY unit
),
purchases AS (
    SELECT
        b.unit, b.unit_id, m.reason, o.weight, o.weight_low, o.weight_high,
        CASE
            WHEN m.reason IS NULL THEN CAST(
                m.p * (m.gamma + COALESCE(CAST(b.repeat_amount AS DOUBLE), 0) * b.repeats) / (m.p * b.repeats + m.q - 1) AS DOUBLE
            )
        END AS amount
    FROM metrics.purchases AS b
    LEFT JOIN models AS m ON m.unit = b.unit
    LEFT JOIN metrics.purchase_outlook AS o
        ON o.unit = b.unit AND o.repeats = b.repeats
        AND o.recency_weeks = b.recency_weeks AND o.age_weeks = b.age_weeks
)
SELECT
    unit,
    unit_id,
    CASE WHEN expected IS NULL THEN 'none' ELSE 'sbg' END AS model,
    reason,
    CAST(expected AS DECIMAL(18, 2)) AS expected,
    CAST(CASE WHEN expected IS NOT NULL THEN expected_low END AS DECIMAL(18, 2)) AS expected_low,
    CAST(CASE WHEN expected IS NOT NULL THEN expected_high END AS DECIMAL(18, 2)) AS expected_high
FROM contracts
UNION ALL
SELECT
    unit,
    unit_id,
    CASE WHEN amount * weight IS NULL THEN 'none' ELSE 'bg_nbd' END,
    reason,
    CAST(ROUND(amount * weight, 2) AS DECIMAL(18, 2)),
    CAST(ROUND(amount * weight_low, 2) AS DECIMAL(18, 2)),
    CAST(ROUND(amount * weight_high, 2) AS DECIMAL(18, 2))
FROM purchases
